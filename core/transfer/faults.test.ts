import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Identity, makeIdentity } from '../identity/index.js'
import { until, writeSample } from '../testing/index.js'
import type { DownloadPlan } from './plan.js'
import { type Behave, FakeSource } from './testing/fake-source.js'
import { hashOf } from './testing/shared-folder.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; mallory: Identity; closers: { close(): Promise<void> }[] }>('faults')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.mallory = await makeIdentity()
  context.closers = []
})

test.after.each(async ({ peers, closers }) => {
  await peers.close()
  for (const closer of closers) await closer.close()
})

/** A file, and a source that gives it but for what `twist` does to each chunk. */
async function twistedFile(
  { peers, mallory, closers }: { peers: TwoPeers; mallory: Identity; closers: { close(): Promise<void> }[] },
  bytes: number,
  twist: (chunk: Buffer, offset: number) => Buffer,
): Promise<{ fake: FakeSource; plan: DownloadPlan }> {
  const path = peers.folder.at('share', 'file')
  await writeSample(path, bytes)
  const content = readFileSync(path)
  const { root, layer } = hashOf(path, bytes)
  const honest: Behave = (request, link) => {
    const give = (offset: number, part: Uint8Array) => {
      for (let at = 0; at < part.length; at += 65_536) {
        const chunk = Buffer.from(part.subarray(at, at + 65_536))
        link.chunk(request.id, offset + at, request.want === 'layer' ? chunk : twist(chunk, offset + at))
      }
    }
    if (request.want === 'layer' && layer) give(0, layer)
    if (request.want === 'pieces') {
      const start = request.first * MiB
      give(start, content.subarray(start, Math.min(bytes, start + request.count * MiB)))
    }
    if (request.want === 'files') give(0, content)
    link.answer(request.id)
  }
  const fake = await FakeSource.start(mallory, honest)
  closers.push(fake)
  const entries = [{ type: 'file', path: '', remotePath: 'file', size: bytes, mtime: 0, root }] as const
  return { fake, plan: { name: 'file', owner: mallory.id, ownerName: 'Mallory', entries } }
}

/** Opens the engine so that only this source is the owner. */
async function engineWith(peers: TwoPeers, fake: FakeSource) {
  return peers.transfers({ sourceOf: async () => fake.source })
}

const flip = (at: number) => (chunk: Buffer, offset: number) => {
  if (at >= offset && at < offset + chunk.length) chunk[at - offset] = (chunk[at - offset] ?? 0) ^ 1
  return chunk
}

for (const bytes of [1_000, MiB, 5 * MiB + 17]) {
  test(`a flipped byte in ${bytes} from the only source fails with a sentence, and nothing is placed`, async context => {
    const { peers } = context
    const { fake, plan } = await twistedFile(context, bytes, flip(bytes - 3))
    const transfers = await engineWith(peers, fake)

    const { id } = await transfers.start(plan)
    const failed = await peers.until(id, 'failed', 'done')

    assert.is(failed.error?.code, 'BAD_PIECE')
    assert.match(failed.error?.message ?? '', 'What Mallory sent for file is not what was asked for')
    assert.ok(failed.wasted > 0)
    assert.equal(readdirSync(peers.folder.at('downloads')), [])
  })

  test(`after a flipped byte in ${bytes} the rest comes from someone honest, and the liar is asked no more`, async context => {
    const { peers } = context
    const { fake, plan } = await twistedFile(context, bytes, flip(bytes - 3))
    await peers.serve()
    peers.others = [peers.source]
    const transfers = await engineWith(peers, fake)

    const { id } = await transfers.start(plan)
    const done = await peers.until(id, 'failed', 'done')

    assert.is(done.state, 'done', done.error?.message)
    assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
    assert.ok(done.wasted > 0 && done.wasted <= MiB)
  })
}

test('a liar that stops answering holds nothing up', async context => {
  const { peers } = context
  const { fake, plan } = await twistedFile(context, 40 * MiB, flip(100))
  fake.answerOnly = 3
  await peers.serve()
  peers.others = [peers.source]
  const transfers = await engineWith(peers, fake)

  const { id } = await transfers.start(plan)
  const done = await peers.until(id, 'failed', 'done')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test('security: consent bypass: an unsolicited chunk ends the connection, whoever sends it', async context => {
  const { peers, mallory, closers } = context
  const fake = await FakeSource.start(mallory, (request, link) => {
    link.chunk(request.id + 7, 0, randomBytes(100))
  })
  closers.push(fake)
  await writeSample(peers.folder.at('share', 'file'), 1_000)
  const { root } = hashOf(peers.folder.at('share', 'file'), 1_000)
  const transfers = await engineWith(peers, fake)
  const entries = [{ type: 'file', path: '', remotePath: 'file', size: 1_000, mtime: 0, root }] as const

  await transfers.start({ name: 'file', owner: mallory.id, entries })
  // Its other connections end with it, without a reason of their own.
  await until('the goodbye', () => fake.goodbyes.includes('PROTOCOL_ERROR'))

  assert.equal(readdirSync(peers.folder.at('downloads')), [])
})

for (const [what, twist] of [
  [
    'bytes past what was asked for',
    (chunk: Buffer, offset: number) => (offset > 2 * MiB ? Buffer.concat([chunk, chunk]) : chunk),
  ],
  ['too few bytes', (chunk: Buffer, offset: number) => (offset > 2 * MiB ? chunk.subarray(0, 10) : chunk)],
] as const) {
  test(`a source that sends ${what} gets a goodbye, and nothing is placed`, async context => {
    const { peers } = context
    const { fake, plan } = await twistedFile(context, 3 * MiB, twist)
    const transfers = await engineWith(peers, fake)

    const { id } = await transfers.start(plan)
    await until('the goodbye', () => fake.goodbyes.includes('PROTOCOL_ERROR'))
    await until('the end', () => !['downloading', 'finding-sources'].includes(peers.find(id).state))

    assert.equal(readdirSync(peers.folder.at('downloads')), [])
  })
}

test('a source that breaks off midway is dialled again, and the file is whole in the end', async context => {
  const { peers } = context
  let cuts = 0
  const { fake, plan } = await twistedFile(context, 20 * MiB, (chunk, offset) => {
    if (offset > 9 * MiB && cuts < 2) {
      cuts++
      queueMicrotask(() => fake.cut())
    }
    return chunk
  })
  const transfers = await engineWith(peers, fake)

  const { id } = await transfers.start(plan)
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test('a source that is gone makes the transfer wait, and its coming back makes it go on', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  await peers.serve()
  peers.ownerOnline = false

  const { id } = await peers.download('file')
  const paused = await peers.until(id, 'paused')
  assert.is(paused.reason, 'nobody-online')
  peers.ownerOnline = true
  const transfers = await peers.transfers()
  transfers.peerOnline(peers.owner.id)
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
})

test('a file that its owner no longer has as it was listed pauses the transfer as source-changed', async ({
  peers,
}) => {
  const path = peers.folder.at('share', 'file')
  await writeSample(path, 3 * MiB)
  await peers.serve()
  await writeSample(path, 3 * MiB, 99)

  const { id } = await peers.download('file')
  const paused = await peers.until(id, 'paused', 'failed', 'done')

  assert.equal([paused.state, paused.reason], ['paused', 'source-changed'])
  assert.match(paused.error?.message ?? '', 'file was changed at Ann')
  assert.equal(readdirSync(peers.folder.at('downloads')), [])
})

test('a file that changes while it is served is never finished wrongly', async ({ peers }) => {
  const path = peers.folder.at('share', 'file')
  await writeSample(path, 64 * MiB)
  await peers.serve()

  const { id } = await peers.download('file')
  await until('some bytes', () => peers.find(id).bytes > 0)
  await writeSample(path, 64 * MiB, 5)
  const end = await peers.until(id, 'paused', 'failed', 'done')

  if (end.state !== 'done') assert.equal([end.state, end.reason], ['paused', 'source-changed'])
  assert.is(readdirSync(peers.folder.at('downloads')).length, end.state === 'done' ? 1 : 0)
})

test('what was changed only in the listing of one file of a folder leaves the others whole', async ({
  peers,
}) => {
  for (let i = 0; i < 5; i++) await writeSample(peers.folder.at('share', 'dir', `f${i}`), 1_000 + i, i)
  await peers.serve()
  writeFileSync(peers.folder.at('share', 'dir', 'f2'), 'other')

  const { id } = await peers.download('dir')
  const end = await peers.until(id, 'paused', 'failed', 'done')

  assert.equal([end.state, end.reason, end.filesDone], ['paused', 'source-changed', 4])
  assert.equal(readdirSync(peers.folder.at('downloads', 'dir')).sort(), ['f0', 'f1', 'f3', 'f4'])
})

test('security: a private file fetched by its root: a stranger gets NOT_SHARED, as for what is not here', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  const share = await peers.serve()
  share.allowed = new Set()

  const { id } = await peers.download('file')
  const failed = await peers.until(id, 'failed', 'done')

  assert.is(failed.error?.code, 'NOT_SHARED')
  assert.is(failed.fetched, 0)
})

test('a listed file without a root is asked for until its owner has hashed it', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  const share = await peers.serve()
  share.pending.add('file')
  const transfers = await peers.transfers()
  const entries = share.plan('file').map(({ root, ...entry }) => ({ ...entry, size: 1 }))

  const { id } = await transfers.start({ name: 'file', owner: peers.owner.id, entries })
  await peers.until(id, 'downloading')
  share.pending.clear()
  const done = await peers.until(id, 'done', 'failed')

  assert.equal([done.state, done.total], ['done', 3 * MiB])
})

test('a worker process instead of a thread does the same', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'dir', 'big'), 9 * MiB)
  await writeSample(peers.folder.at('share', 'dir', 'small'), 100)
  await peers.serve()
  await peers.transfers({ workerKind: 'process' })

  const { id } = await peers.download('dir')
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(existsSync(peers.folder.at('downloads', 'dir', 'small')))
})

test.run()
