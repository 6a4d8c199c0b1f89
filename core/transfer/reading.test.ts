import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until, writeSample } from '../testing/index.js'
import { type Relay, startRelay } from './testing/relay.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const KiB = 1024
const test = suite<{ peers: TwoPeers; relays: Relay[] }>('reading a transfer')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.relays = []
})

test.after.each(async ({ peers, relays }) => {
  await peers.close()
  for (const relay of relays) await relay.close()
})

interface Setup {
  readonly peers: TwoPeers
  readonly relays: Relay[]
}

/** The owner serves what is shared through relays that let so many bytes pass on each connection. */
async function serveSlowly({ peers, relays }: Setup, bytes: number): Promise<void> {
  await peers.serve()
  for (const port of peers.uploads?.ports ?? []) relays.push(await startRelay(port))
  for (const relay of relays) relay.allow(bytes)
  const dataPorts = relays.map(({ port }) => port)
  await peers.transfers({
    sourceOf: async () => {
      if (!peers.ownerOnline) throw new Error('offline')
      return { ...peers.source, dataPorts }
    },
  })
}

const passed = (relays: readonly Relay[]) => relays.reduce((sum, relay) => sum + relay.passed, 0)

/** Lets a little more pass until something is settled. */
async function trickle<T>(relays: readonly Relay[], wanted: Promise<T>): Promise<T> {
  let isSettled = false
  const settled = wanted.finally(() => {
    isSettled = true
  })
  settled.catch(() => {})
  await until(
    'what is read',
    () => {
      for (const relay of relays) relay.allow(relay.passed + 256 * KiB)
      return isSettled
    },
    120_000,
  )
  return settled
}

async function read(
  peers: TwoPeers,
  id: string,
  offset: number,
  more: { entry?: number; reader?: string } = {},
) {
  const { entry = 0, reader = 'reader' } = more
  return (await peers.transfers()).read(id, { entry, offset, length: 64 * KiB, reader, goesOn: true })
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    return String(Object(error).code)
  }
  return 'none'
}

test('what is read in the middle of a slow download comes first, and is right', async context => {
  const { peers, relays } = context
  const path = peers.folder.at('share', 'film')
  await writeSample(path, 40 * MiB)
  await serveSlowly(context, MiB)
  const { id } = await peers.download('film')
  await until('the first bytes', () => passed(relays) >= 2 * MiB)

  const offset = 32 * MiB + 5
  const bytes = await trickle(relays, read(peers, id, offset))

  assert.ok(passed(relays) < 26 * MiB, `${passed(relays)} bytes came before`)
  assert.equal(Buffer.from(bytes), readFileSync(path).subarray(offset, offset + 64 * KiB))
  const next = await trickle(relays, read(peers, id, offset + 2 * MiB))
  assert.ok(passed(relays) < 32 * MiB, `${passed(relays)} bytes came before the next`)
  assert.equal(Buffer.from(next), readFileSync(path).subarray(offset + 2 * MiB, offset + 2 * MiB + 64 * KiB))
  const { done } = (await peers.transfers()).entries(id, 0, 10).entries[0] ?? { done: 0 }
  assert.ok(done > 0 && done < 40 * MiB)
})

test('a small file that is read comes before those listed before it', async context => {
  const { peers, relays } = context
  for (let i = 0; i < 160; i++)
    await writeSample(peers.folder.at('share', 'dir', `f${1000 + i}`), 200 * KiB, i)
  await serveSlowly(context, MiB)
  const { id } = await peers.download('dir')
  await until('the first bytes', () => passed(relays) >= 2 * MiB)
  const { entries, total } = (await peers.transfers()).entries(id, 155, 10)
  assert.equal([total, entries.length, entries.at(-1)?.path], [161, 6, 'f1159'])

  const bytes = await trickle(relays, read(peers, id, 0, { entry: 160 }))

  assert.ok(passed(relays) < 24 * MiB, `${passed(relays)} bytes came before`)
  assert.equal(
    Buffer.from(bytes),
    readFileSync(peers.folder.at('share', 'dir', 'f1159')).subarray(0, 64 * KiB),
  )
})

for (const [how, act, code] of [
  ['paused', (peers: TwoPeers, id: string) => peers.transfers().then(all => all.pause(id)), 'CLOSED'],
  ['cancelled', (peers: TwoPeers, id: string) => peers.transfers().then(all => all.cancel(id)), 'CLOSED'],
  ['left by its reader', (peers: TwoPeers) => peers.transfers().then(all => all.endRead('reader')), 'CLOSED'],
  ['closed with the peer', (peers: TwoPeers) => peers.closeDownloader(), 'CLOSED'],
] as const) {
  test(`a read that waits ends when the transfer is ${how}`, async context => {
    const { peers } = context
    await writeSample(peers.folder.at('share', 'film'), 12 * MiB)
    await serveSlowly(context, MiB)
    const { id } = await peers.download('film')
    await peers.until(id, 'downloading')
    const waiting = codeOf(read(peers, id, 11 * MiB))

    await act(peers, id)

    assert.is(await waiting, code)
  })
}

test('a transfer that waits for its owner lets its reader wait, and a failed one tells why', async context => {
  const { peers, relays } = context
  await writeSample(peers.folder.at('share', 'film'), 4 * MiB)
  await writeSample(peers.folder.at('share', 'other'), 4 * MiB, 7)
  await serveSlowly(context, Number.POSITIVE_INFINITY)
  peers.ownerOnline = false
  const { id } = await peers.download('film')
  await peers.until(id, 'paused')
  const reading = read(peers, id, 3 * MiB)

  peers.ownerOnline = true
  ;(await peers.transfers()).peerOnline(peers.owner.id)
  assert.is((await reading).length, 64 * KiB)

  for (const relay of relays) relay.allow(relay.passed)
  if (peers.share) peers.share.allowed = new Set()
  peers.uploads?.revoke()
  const refused = await peers.download('other')
  const failing = codeOf(read(peers, refused.id, MiB))
  for (const relay of relays) relay.allow(Number.POSITIVE_INFINITY)
  assert.is(await failing, 'NOT_SHARED')
})

test('a finished download is listed and read as long as the file is what came, also after opening again', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'dir', 'a.bin'), 3 * MiB)
  writeFileSync(peers.folder.at('share', 'dir', 'empty'), '')
  await peers.serve()
  const { id, target } = await peers.download('dir')
  await peers.until(id, 'done')
  const file = join(target, 'a.bin')
  const content = readFileSync(file)

  for (const opened of ['', 'again']) {
    if (opened) await peers.closeDownloader()
    const { entries } = (await peers.transfers()).entries(id, 0, 300)
    assert.equal(
      entries.map(({ index, path, type, size, done }) => [index, path, type, size, done]),
      [
        [0, '', 'folder', 0, 0],
        [1, 'a.bin', 'file', 3 * MiB, 3 * MiB],
        [2, 'empty', 'file', 0, 0],
      ],
    )
    assert.equal(Buffer.from(await read(peers, id, MiB, { entry: 1 })), content.subarray(MiB, MiB + 64 * KiB))
    assert.is((await read(peers, id, 3 * MiB, { entry: 1 })).length, 0)
    assert.is((await read(peers, id, 0, { entry: 2 })).length, 0)
  }
  assert.is(await codeOf(read(peers, id, 0, { entry: 0 })), 'BAD_INPUT')
  assert.is(await codeOf(read(peers, id, 0, { entry: 3 })), 'NOT_FOUND')
  assert.is(await codeOf(read(peers, 'no such', 0)), 'NOT_FOUND')

  writeFileSync(file, content.subarray(1))
  assert.is(await codeOf(read(peers, id, 0, { entry: 1 })), 'FILE_CHANGED')
  writeFileSync(file, content)
  utimesSync(file, 1_000_000, 1_000_000)
  assert.is(await codeOf(read(peers, id, 0, { entry: 1 })), 'FILE_CHANGED')
  rmSync(file)
  assert.is(await codeOf(read(peers, id, 0, { entry: 1 })), 'NOT_FOUND')
  await (await peers.transfers()).remove(id)
  assert.is(await codeOf(read(peers, id, 0, { entry: 1 })), 'NOT_FOUND')
})

test('security: write or read through a link: a finished file or folder that became a link is not read', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'dir', 'sub', 'a.bin'), 2 * MiB)
  await peers.serve()
  const { id, target } = await peers.download('dir')
  await peers.until(id, 'done')
  const entry = 2

  renameSync(join(target, 'sub', 'a.bin'), peers.folder.at('elsewhere'))
  symlinkSync(peers.folder.at('elsewhere'), join(target, 'sub', 'a.bin'))
  assert.is(await codeOf(read(peers, id, 0, { entry })), 'BAD_PATH')

  rmSync(join(target, 'sub', 'a.bin'))
  renameSync(peers.folder.at('elsewhere'), join(target, 'sub', 'a.bin'))
  renameSync(join(target, 'sub'), peers.folder.at('moved'))
  symlinkSync(peers.folder.at('moved'), join(target, 'sub'))
  assert.is(await codeOf(read(peers, id, 0, { entry })), 'BAD_PATH')
})

test('what an earlier run kept is checked before it is read: a spoilt piece is fetched again', async context => {
  const { peers } = context
  const path = peers.folder.at('share', 'film')
  await writeSample(path, 16 * MiB)
  await serveSlowly(context, 8 * MiB)
  const { id } = await peers.download('film')
  await until('some of it', () => peers.find(id).bytes >= 4 * MiB)
  await (await peers.transfers()).pause(id)
  const { done } = (await peers.transfers()).entries(id, 0, 1).entries[0] ?? {}
  assert.is(done, peers.find(id).bytes)
  await peers.closeDownloader()
  const [folder = ''] = readdirSync(peers.folder.at('tmp'))
  const partial = peers.folder.at('tmp', folder, '0.part')
  const spoilt = readFileSync(partial)
  spoilt.fill(0xee, 2 * MiB, 2 * MiB + 4_096)
  writeFileSync(partial, spoilt)

  await (await peers.transfers()).resume(id)
  const bytes = await read(peers, id, 2 * MiB)

  assert.equal(Buffer.from(bytes), readFileSync(path).subarray(2 * MiB, 2 * MiB + 64 * KiB))
  const last = await peers.until(id, 'done', 'failed')
  assert.is(last.state, 'done', JSON.stringify(last.error))
})

test.run()
