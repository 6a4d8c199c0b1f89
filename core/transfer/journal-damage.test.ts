import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { openStore } from '../store/index.js'
import { until, writeSample } from '../testing/index.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers }>('resume')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(({ peers }) => peers.close())

/** A download that was stopped midway by closing the engine. */
async function halfDone(peers: TwoPeers, bytes = 64 * MiB) {
  await writeSample(peers.folder.at('share', 'file'), bytes)
  await peers.serve()
  const { id } = await peers.download('file')
  await until('some of it', () => peers.find(id).bytes > 8 * MiB)
  await peers.closeDownloader()
  return { id, part: peers.folder.at('tmp', id, '0.part') }
}

const isCorrupt = (error: unknown) => hasCode(error, 'JOURNAL_CORRUPT')

/** Changes records while the engine is closed. */
async function tamper(peers: TwoPeers, table: string, key: (string | number)[] | string, value: unknown) {
  const store = openStore(peers.folder.at('db'))
  await store.write(() => store.table(table).put(key, value))
  await store.close()
}

test('an engine that is closed and opened goes on where it was', async ({ peers }) => {
  const { id } = await halfDone(peers)

  await peers.transfers()
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(done.reused >= 8 * MiB)
  assert.is(done.fetched + done.reused, 64 * MiB)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

const damages: [string, (part: string) => void][] = [
  ['vanished', part => rmSync(part)],
  ['shrank', part => truncateSync(part, 3 * MiB + 5)],
  [
    'has other bytes',
    part => {
      const bytes = readFileSync(part)
      for (let at = 100; at < bytes.length; at += MiB) bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(part, bytes)
    },
  ],
]

for (const [how, damage] of damages) {
  test(`a partial file that ${how} is fetched again where it must be, and the result is right`, async ({
    peers,
  }) => {
    const { id, part } = await halfDone(peers)

    damage(part)
    await peers.transfers()
    const done = await peers.until(id, 'done', 'failed')

    assert.is(done.state, 'done', done.error?.message)
    assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
  })
}

test('a damaged layer or bitfield costs fetching, nothing else', async ({ peers }) => {
  const { id } = await halfDone(peers)

  await tamper(peers, 'transfer-layers', [id, 0], Buffer.alloc(64 * 32, 7))
  await peers.transfers()
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
})

for (const [table, key] of [
  ['transfers', 'record'],
  ['transfer-entries', 'page'],
  ['transfer-pieces', 'pieces'],
] as const) {
  test(`a corrupt journal (${key}) fails that transfer with a remedy, others are unharmed`, async ({
    peers,
  }) => {
    const { id } = await halfDone(peers)
    await peers.transfers()
    const { id: other } = await peers.download('file', 'other')
    await peers.closeDownloader()

    await tamper(peers, table, table === 'transfers' ? id : [id, 0], Buffer.from('not what it was'))
    const transfers = await peers.transfers()
    const failed = await peers.until(id, 'failed')
    const done = await peers.until(other, 'done', 'failed')

    assert.is(failed.error?.code, 'JOURNAL_CORRUPT')
    assert.match(failed.error?.message ?? '', 'Remove it from the list and download it again')
    assert.is(done.state, 'done', done.error?.message)
    assert.throws(() => transfers.entries(id, 0, 1), isCorrupt)
    await transfers.read(id, { entry: 0, offset: 0, length: 1, reader: 'r', goesOn: false }).then(
      () => assert.unreachable(),
      error => assert.ok(isCorrupt(error)),
    )
    await transfers.remove(id)
    await peers.closeDownloader()
    await peers.transfers()
    assert.throws(() => peers.find(id))
  })
}

test('a finished download whose list is damaged stays done, and says so where its list is asked for', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file'), 10_000)
  await peers.serve()
  const { id } = await peers.download('file')
  await peers.until(id, 'done')
  await peers.closeDownloader()

  await tamper(peers, 'transfer-entries', [id, 0], 'not what it was')
  const transfers = await peers.transfers()

  assert.is(peers.find(id).state, 'done')
  assert.throws(() => transfers.entries(id, 0, 1), isCorrupt)
})

test('a crash after the file was moved and before that was noted fetches nothing again', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file'), 5 * MiB)
  await peers.serve()
  const { id } = await peers.download('file')
  const first = await peers.until(id, 'done')
  const transfers = await peers.transfers()
  const { id: second } = await transfers.start({
    name: 'file',
    owner: peers.owner.id,
    entries: peers.share?.plan('file') ?? [],
  })
  await transfers.pause(second)
  await peers.closeDownloader()

  await tamper(peers, 'transfer-pieces', [second, 0], { bits: Buffer.from([0xf8]), placing: first.target })
  const again = await peers.transfers()
  await again.resume(second)
  const done = await peers.until(second, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.is(done.fetched, 0)
  assert.ok(existsSync(first.target))
})

test.run()
