import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { peerIdOfKey } from '../identity/index.js'
import { type Entry, ManifestTree, type Visibility } from '../manifest/index.js'
import type { SearchRequest } from '../wire/index.js'
import { OwnSearch } from './own-search.js'

const [owner, friend, stranger] = [0, 1, 2].map(i => peerIdOfKey(Buffer.from([i])))
const teller = { id: owner ?? ('' as never), name: 'Ann' }
const friendly = { id: friend ?? ('' as never), verified: false }
const strange = { id: stranger ?? ('' as never), verified: false }
const query: SearchRequest = { query: 'film', offset: 0, limit: 50 }

function file(path: string, visibility: Visibility): Entry {
  return { type: 'file', path, size: 1, mtime: 1, visibility }
}

function shareOf(...entries: Entry[]): ManifestTree {
  const tree = new ManifestTree('0'.repeat(32))
  for (const entry of entries) tree.put(entry)
  return tree
}

async function found(search: OwnSearch, asker: typeof friendly, more: Partial<SearchRequest> = {}) {
  const { hits } = await search.search(asker, { ...query, ...more }, teller)
  return hits.map(({ path }) => path).sort()
}

test('security: only what someone may see is found for them, as the owner says at that moment', async () => {
  const tree = shareOf(
    file('open film', 'everyone'),
    file('list/film', [friendly.id]),
    file('checked film', 'verified'),
  )
  const search = new OwnSearch(() => tree)

  assert.equal(await found(search, friendly), ['list/film', 'open film'])
  assert.equal(await found(search, strange), ['open film'])
  assert.equal(await found(search, { ...strange, verified: true }), ['checked film', 'open film'])
  tree.setVisibility('list', [strange.id])
  tree.setVisibility('open film', 'verified')
  assert.equal(await found(search, friendly), [])
  assert.equal(await found(search, strange), ['list/film'])
})

test('with restricted only what not everyone may see is found', async () => {
  const tree = shareOf(file('open film', 'everyone'), file('list/film', [friendly.id]))
  const search = new OwnSearch(() => tree)

  assert.equal(await found(search, friendly, { restricted: true }), ['list/film'])
  assert.equal(await found(search, strange, { restricted: true }), [])
  assert.equal(await found(search, friendly), ['list/film', 'open film'])
})

test('what is added, changed and removed is followed, whatever share takes its place', async () => {
  let tree = shareOf(file('list/film 1', [friendly.id]))
  const search = new OwnSearch(() => tree)
  const restricted = { restricted: true }
  assert.equal(await found(search, friendly, restricted), ['list/film 1'])

  tree.put(file('list/film 2', [friendly.id]))
  tree.delete('list/film 1')
  tree.put(file('new/film 3', [friendly.id]))
  assert.equal(await found(search, friendly, restricted), ['list/film 2', 'new/film 3'])
  for (let i = 0; i < 2_000; i++) tree.put(file(`list/${i}/film 4`, [friendly.id]))
  assert.is((await search.search(friendly, query, teller)).total, 2_002)
  tree = new ManifestTree('1'.repeat(32))
  tree.put(file('film 5', [friendly.id]))
  assert.equal(await found(search, friendly, restricted), ['film 5'])
})

test('its owner is who it belongs to, and nobody else is', async () => {
  const tree = shareOf(file('a/film', 'everyone'))
  const search = new OwnSearch(() => tree)

  const { hits } = await search.search(friendly, { ...query, owner: teller.id, online: true }, teller)

  assert.equal(hits[0]?.owners, [{ ...teller, online: true, path: 'a/film' }])
  assert.equal(await found(search, friendly, { owner: strange.id }), [])
})

test.run()
