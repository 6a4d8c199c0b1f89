import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type PeerId, peerIdOfKey } from '../identity/index.js'
import { parseRoot } from '../manifest/index.js'
import { createSearchIndex, parseQuery, rankOf } from '../search/index.js'
import type { SearchAnswer, SearchHit, WireEntry } from '../wire/index.js'
import { type HitPages, MergedHits } from './merged-hits.js'

const ids = Array.from({ length: 3 }, (_, i) => peerIdOfKey(Buffer.from([i])))
const QUERY = 'summer photo'

function listOf(owner: PeerId, entries: readonly WireEntry[]): HitPages {
  const index = createSearchIndex()
  index.add(owner, entries)
  return async page => index.search({ query: QUERY, ...page }, () => ({ name: 'someone', online: true }))
}

async function allOf(hits: MergedHits, limit: number): Promise<SearchHit[]> {
  const all: SearchHit[] = []
  for (;;) {
    const page = await hits.page(all.length, limit)
    if (page.hits.length === 0) return all
    all.push(...page.hits)
  }
}

const word = fc.constantFrom('summer', 'sumer', 'photo', 'photos', 'summerphoto', 'x')
const entry = fc
  .record({
    words: fc.array(word, { minLength: 1, maxLength: 4 }),
    folder: fc.array(word, { maxLength: 1 }),
    root: fc.option(fc.nat(5), { nil: undefined }),
  })
  .map(({ words, folder, root }): WireEntry => {
    const path = [...folder.map(name => `in ${name}`), words.join(' ')].join('/')
    const content = root === undefined ? {} : { root: parseRoot(`${root}`.repeat(64)) }
    return { type: 'file', path, size: 1, mtime: 1, ...content }
  })

test('the hits of several are one list, best first, and the same content is one hit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(entry, { selector: one => one.path, maxLength: 12 }), { maxLength: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (shares, limit) => {
        const lists = shares.map((entries, i) => listOf(ids[i] ?? ('' as never), entries))
        const alone = await Promise.all(
          lists.map(list => allOf(new MergedHits(parseQuery(QUERY), [list]), 300)),
        )
        const contents = new Set(alone.flat().map(hit => hit.root ?? `${hit.owners[0]?.id}:${hit.path}`))

        const hits = await allOf(new MergedHits(parseQuery(QUERY), lists), limit)

        assert.is(hits.length, contents.size)
        assert.equal(new Set(hits.map(hit => hit.root ?? `${hit.owners[0]?.id}:${hit.path}`)), contents)
        const ranks = hits.map(hit => rankOf({ ...hit, ownerCount: 1 }, parseQuery(QUERY)))
        assert.equal(
          ranks,
          [...ranks].sort((a, b) => a - b),
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('who has the content is told of all lists together', async () => {
  const [ann, bob] = ids as [PeerId, PeerId]
  const root = parseRoot('ab'.repeat(32))
  const summer = (path: string): WireEntry => ({ type: 'file', path, size: 1, mtime: 1, root })

  const hits = new MergedHits(parseQuery(QUERY), [
    listOf(ann, [summer('summer photo.jpg')]),
    listOf(bob, [summer('my summer photo.jpg')]),
  ])
  const { hits: found, total, complete } = await hits.page(0, 50)

  assert.equal([found.length, total, complete], [1, 1, true])
  assert.equal(
    found[0]?.owners.map(({ id, path }) => [id, path]),
    [
      [ann, 'summer photo.jpg'],
      [bob, 'my summer photo.jpg'],
    ],
  )
  assert.is(found[0]?.ownerCount, 2)
})

test('pages that are asked for at once hold each hit once', async () => {
  const [ann] = ids as [PeerId]
  const entries = Array.from(
    { length: 30 },
    (_, i): WireEntry => ({ type: 'file', path: `summer photo ${i}`, size: 1, mtime: 1 }),
  )
  const hits = new MergedHits(parseQuery(QUERY), [listOf(ann, entries)])

  const pages: SearchAnswer[] = await Promise.all([0, 10, 20].map(offset => hits.page(offset, 10)))

  assert.is(new Set(pages.flatMap(page => page.hits.map(({ path }) => path))).size, 30)
})

test.run()
