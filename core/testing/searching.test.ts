import { mkdir, writeFile } from 'node:fs/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Peer } from '../api/index.js'
import { type Lan, makeTestFolder, startLan, type TestFolder, until } from './index.js'

const test = suite<{ lan: Lan; folder: TestFolder }>('searching')

test.before.each(async context => {
  context.folder = await makeTestFolder('searching')
  context.lan = await startLan()
})

test.after.each(async ({ lan, folder }) => {
  await lan.close()
  await folder.remove()
})

/** A person's searches are held to five a second. */
const SEARCH_EVERY_MS = 300

const pathsFor = async (peer: Peer, query = 'holiday') =>
  (await peer.files.search({ query })).hits.map(({ path }) => path).sort()

const untilFound = (peer: Peer, hits: number) =>
  until(`${hits} hits`, async () => (await pathsFor(peer)).length === hits, undefined, SEARCH_EVERY_MS)

async function fileAt(folder: TestFolder, path: string): Promise<string> {
  const parent = folder.at(path.slice(0, path.indexOf('/')))
  await mkdir(parent, { recursive: true })
  await writeFile(folder.at(path), path)
  return parent
}

test('what only some may see is found by them among what the registry knows, and by nobody else', async ({
  lan,
  folder,
}) => {
  const [anna, ben, cyd] = await Promise.all(['anna', 'ben', 'cyd'].map(name => lan.peer(name)))
  if (!anna || !ben || !cyd) throw new Error('a peer is missing')
  await anna.share.add(await fileAt(folder, 'open/holiday open.jpg'))
  await anna.share.add(await fileAt(folder, 'close/holiday close.jpg'), { visibility: [ben.id] })
  await lan.hashed(cyd, anna, 1)

  await untilFound(ben, 2)

  assert.equal(await pathsFor(ben), ['close/holiday close.jpg', 'open/holiday open.jpg'])
  assert.equal(await pathsFor(cyd), ['open/holiday open.jpg'])
  const [hit] = (await ben.files.search({ query: 'holiday close' })).hits
  assert.equal(hit?.owners, [{ id: anna.id, name: 'anna', online: true, path: 'close/holiday close.jpg' }])

  await anna.share.add(folder.at('close'), { visibility: [cyd.id] })
  assert.equal(await pathsFor(ben), ['open/holiday open.jpg'])
  assert.equal(await pathsFor(cyd), ['close/holiday close.jpg', 'open/holiday open.jpg'])
})

test('people who are connected are found without the registry', async ({ lan, folder }) => {
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(await fileAt(folder, 'open/holiday.jpg'))
  await untilFound(ben, 1)
  await ben.files.browse({ owner: anna.id, path: '' })

  await lan.stopRegistry()
  await until('the loss', async () => (await ben.status()).registry.state !== 'connected')

  assert.equal(await pathsFor(ben), ['open/holiday.jpg'])
})

test.run()
