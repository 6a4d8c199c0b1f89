import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeIdentity } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import type { Root } from '../../manifest/index.js'
import { until, writeSample } from '../../testing/index.js'
import type { FileRequest } from '../../wire/index.js'
import { type Clock, systemClock } from '../clock.js'
import { RawClient } from '../testing/raw-client.js'
import { TwoPeers } from '../testing/two-peers.js'
import { createUploads } from '../uploads.js'
import { type LimitRules, Limits } from './limits.js'

const MiB = 1024 * 1024
/** What is saved up, what is lent, and the frames around the bytes. */
const BURST = 0.4
const test = suite<{ peers: TwoPeers; limits: Limits; clients: RawClient[] }>('limits of real transfers')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.limits = new Limits(systemClock)
  context.clients = []
})

test.after.each(async ({ peers, limits, clients }) => {
  for (const client of clients) client.close()
  await peers.close()
  limits.close()
})

const NONE: LimitRules = { up: 0, down: 0, slots: 0, schedule: [], people: new Map() }

/** Runs something and gives how long it took, s. */
async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work
  return (performance.now() - start) / 1_000
}

/** The least time that so many bytes take at a rate, s. */
const leastSeconds = (bytes: number, rate: number) => (bytes / rate - BURST) / 1.05

function rootOf(peers: TwoPeers, path: string): Root {
  const root = peers.share?.entries.find(entry => entry.remotePath === path)?.root
  if (!root) throw new Error('not shared')
  return root
}

/** Asks for a whole file over a connection of its own. */
async function fetchAll(
  { peers, clients }: { peers: TwoPeers; clients: RawClient[] },
  path: string,
  who = peers.downloader,
  port = 0,
): Promise<number> {
  const client = await RawClient.open(who, peers.owner.id, peers.uploads?.ports[port] ?? 0)
  clients.push(client)
  const size = readFileSync(peers.folder.at('share', path)).length
  const request: FileRequest = {
    want: 'pieces',
    root: rootOf(peers, path),
    size,
    first: 0,
    count: size / MiB,
  }
  const { bytes, code } = await client.ask(request)
  assert.is(code, undefined)
  assert.ok(bytes.equals(readFileSync(peers.folder.at('share', path))))
  return bytes.length
}

test('a limited upload to two people, from two workers, is no faster than the limit', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 4 * MiB)
  await peers.serve({ limits: limits.up })
  limits.set({ ...NONE, up: 4e6 })
  const other = await makeIdentity()

  const seconds = await timed(
    Promise.all([
      fetchAll(context, 'file'),
      fetchAll(context, 'file', other, 1),
      fetchAll(context, 'file', other, 0),
    ]),
  )

  assert.ok(seconds >= leastSeconds(12 * MiB, 4e6), `${seconds} s`)
})

test('a person’s own limit slows them, and nobody else', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  await peers.serve({ limits: limits.up })
  const other = await makeIdentity()
  limits.set({ ...NONE, people: new Map([[other.id, { up: 1e6, down: 0 }]]) })

  let slowIsDone = false
  const slow = timed(fetchAll(context, 'file', other, 1)).finally(() => {
    slowIsDone = true
  })
  await fetchAll(context, 'file')
  const wasFirst = !slowIsDone

  assert.ok(wasFirst)
  const seconds = await slow
  assert.ok(seconds >= leastSeconds(3 * MiB, 1e6), `${seconds} s`)
})

test('a limit that is lifted, or set, while bytes are under way holds at once', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 8 * MiB)
  await peers.serve({ limits: limits.up })
  limits.set({ ...NONE, up: 10_000 })

  const fetched = fetchAll(context, 'file')
  await until('the connection', () => context.clients.length === 1)
  // At 10 kB/s this would take a quarter of an hour.
  limits.set(NONE)
  await fetched

  limits.set({ ...NONE, up: 2e9 })
  const again = fetchAll(context, 'file')
  limits.set({ ...NONE, up: 4e6 })
  const seconds = await timed(again)
  assert.ok(seconds < 20)
})

test('layers and small files count, and come whole', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'big'), 2 * MiB)
  for (let i = 0; i < 40; i++) await writeSample(peers.folder.at('share', `f${i}`), 50_000, i)
  const share = await peers.serve({ limits: limits.up })
  limits.set({ ...NONE, up: 1e6 })
  const client = await RawClient.open(peers.downloader, peers.owner.id, peers.uploads?.ports[0] ?? 0)
  context.clients.push(client)
  const files = share.plan().flatMap(({ root, size }) => (root && size === 50_000 ? [{ root, size }] : []))

  const start = performance.now()
  const layer = await client.ask({ want: 'layer', root: rootOf(peers, 'big'), size: 2 * MiB })
  const batch = await client.ask({ want: 'files', files })
  const seconds = (performance.now() - start) / 1_000

  assert.is(layer.bytes.length, 64)
  assert.is(batch.bytes.length, 2e6)
  assert.ok(seconds >= leastSeconds(2e6, 1e6), `${seconds} s`)
})

test('a cancelled request of a slow upload ends soon, and what follows it comes whole', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 16 * MiB)
  await writeSample(peers.folder.at('share', 'small'), 10_000)
  await peers.serve({ limits: limits.up })
  limits.set({ ...NONE, up: 100_000 })
  const client = await RawClient.open(peers.downloader, peers.owner.id, peers.uploads?.ports[0] ?? 0)
  context.clients.push(client)
  const first = client.ask({
    want: 'pieces',
    root: rootOf(peers, 'file'),
    size: 16 * MiB,
    first: 0,
    count: 16,
  })
  const second = client.ask({ want: 'files', files: [{ root: rootOf(peers, 'small'), size: 10_000 }] })

  client.send({ op: 'cancel', id: 1 })

  assert.is((await first).code, 'CLOSED')
  assert.ok((await second).bytes.equals(readFileSync(peers.folder.at('share', 'small'))))
})

test('a connection that is ended in the middle of a frame brings no bytes of another kind', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 4 * MiB)
  await peers.serve({ limits: limits.up })
  limits.set({ ...NONE, up: 20_000 })
  const client = await RawClient.open(peers.downloader, peers.owner.id, peers.uploads?.ports[0] ?? 0)
  context.clients.push(client)
  void client.ask({ want: 'pieces', root: rootOf(peers, 'file'), size: 4 * MiB, first: 0, count: 1 })
  await until('the first bytes', () => client.received > 0)

  client.send({ op: 'answer', id: 1, type: 'FILE_REQUEST', body: {} })

  // Between frames it would be told that it broke the protocol.
  assert.is(await client.ended, 'none')
  const original = readFileSync(peers.folder.at('share', 'file'))
  assert.ok(client.bytesOf(1).equals(original.subarray(0, client.received)))
})

test('with one slot people are served in turn, and all get what they asked for', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 16 * MiB)
  await peers.serve({ limits: limits.up })
  limits.set({ ...NONE, slots: 1 })
  const people = [peers.downloader, await makeIdentity(), await makeIdentity()]

  const all = await Promise.all(people.map((who, i) => fetchAll(context, 'file', who, i % 2)))

  assert.equal(all, [16 * MiB, 16 * MiB, 16 * MiB])
})

for (const workerKind of ['thread', 'process'] as const) {
  test(`a limited download, by workers that are a ${workerKind}, is no faster, and comes whole`, async context => {
    const { peers, limits } = context
    await writeSample(peers.folder.at('share', 'dir', 'big'), 4 * MiB + 5)
    for (let i = 0; i < 50; i++) await writeSample(peers.folder.at('share', 'dir', `f${i}`), 20_000, i)
    await peers.serve()
    limits.set({ ...NONE, down: 3e6 })
    await peers.transfers({ limits: limits.down, workerKind })

    const { id } = await peers.download('dir')
    const done = await peers.until(id, 'done', 'failed')

    assert.is(done.state, 'done', done.error?.message)
    assert.ok(done.seconds >= leastSeconds(5.1e6, 3e6), `${done.seconds} s`)
    assert.ok(readFileSync(`${done.target}/big`).equals(readFileSync(peers.folder.at('share', 'dir', 'big'))))
    assert.is(done.fetched, 4 * MiB + 5 + 50 * 20_000)
  })
}

test('a download limit changes at once, for all or for one source', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 24 * MiB)
  await peers.serve()
  limits.set({ ...NONE, people: new Map([[peers.owner.id, { up: 0, down: 100_000 }]]) })
  await peers.transfers({ limits: limits.down })
  const { id } = await peers.download('file')
  await until('the first bytes', () => peers.find(id).fetched > 0)
  assert.ok(peers.find(id).fetched < 4 * MiB)

  limits.set({ ...NONE, down: 200_000 })
  const before = peers.find(id).fetched
  await until('some more', () => peers.find(id).fetched > before)
  assert.ok(peers.find(id).fetched < 8 * MiB)
  limits.set(NONE)
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test('sources that are read seldom because of a limit are not held for stalling', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 12 * MiB)
  const share = await peers.serve()
  const bea = await makeIdentity()
  const options = { identity: bea, host: '127.0.0.1', ports: 'any', workers: 2, grants: share } as const
  const second = await createUploads({ ...options, log: silentLogger })
  peers.others = [{ id: bea.id, name: 'Bea', hosts: ['127.0.0.1'], dataPorts: second.ports }]
  limits.set({ ...NONE, down: 75_000 })
  const told: string[] = []
  const log = { ...silentLogger, info: (text: string) => void told.push(text), part: () => log }
  // For the engine time runs twenty times as fast: each source seems to give nothing for half a minute.
  const clock: Clock = {
    now: () => systemClock.now() * 20,
    after: (waitMs, callback) => systemClock.after(waitMs / 20, callback),
  }
  await peers.transfers({ limits: limits.down, clock, log })

  const { id } = await peers.download('file')
  await until('some of it', () => peers.find(id).fetched > 600_000)
  limits.set(NONE)
  const done = await peers.until(id, 'done', 'failed')
  await second.close()

  assert.is(done.state, 'done', done.error?.message)
  assert.equal(told, [])
})

test('a slow download is paused at once, and goes on', async context => {
  const { peers, limits } = context
  await writeSample(peers.folder.at('share', 'file'), 6 * MiB)
  await peers.serve()
  limits.set({ ...NONE, down: 200_000 })
  const transfers = await peers.transfers({ limits: limits.down })
  const { id } = await peers.download('file')
  await until('the first bytes', () => peers.find(id).fetched > 0)

  await transfers.pause(id)
  await peers.until(id, 'paused')
  limits.set({ ...NONE, down: 5e6 })
  await transfers.resume(id)
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test.run()
