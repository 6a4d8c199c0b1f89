import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { describeTree, until, writeSample } from '../testing/index.js'
import { systemClock } from './clock.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers }>('queue')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(({ peers }) => peers.close())

const AWKWARD = [
  'Re: notes.pdf',
  'notes.pdf',
  'Notes.pdf',
  'back\\slash',
  'con',
  'NUL.txt',
  'dot.',
  ' space ',
  'new\nline',
  'tab\t',
  'ünï',
  'u\u0308',
  '日本語',
  '🎬.mkv',
  '-rf',
  '~',
  '*',
  '$HOME',
  '%2e%2e',
  '...',
  'a'.repeat(255),
  '\u202Egpj.exe',
  '\x1b[31m',
]

test('a folder with awkward names, empty files and empty folders arrives as it is', async ({ peers }) => {
  mkdirSync(peers.folder.at('share', 'tree', 'empty', 'below'), { recursive: true })
  for (const [i, name] of AWKWARD.entries()) {
    await writeSample(peers.folder.at('share', 'tree', name), i * 1_000, i)
    await writeSample(
      peers.folder.at('share', 'tree', 'deep', `${name.slice(0, 100)}d`, 'f'),
      i % 3 === 0 ? 2 * MiB + i : i,
      i,
    )
  }
  await peers.serve()

  const { id } = await peers.download('tree')
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.equal(
    await describeTree(peers.folder.at('downloads', 'tree')),
    await describeTree(peers.folder.at('share', 'tree')),
  )
  assert.is(done.filesDone, done.files)
})

test('a download of nothing but folders and empty files needs nobody', async ({ peers }) => {
  mkdirSync(peers.folder.at('share', 'tree', 'a', 'b'), { recursive: true })
  writeFileSync(peers.folder.at('share', 'tree', 'a', 'empty'), '')
  await peers.serve()
  peers.ownerOnline = false

  const { id } = await peers.download('tree')
  await peers.until(id, 'done')

  assert.ok(existsSync(peers.folder.at('downloads', 'tree', 'a', 'empty')))
  assert.ok(existsSync(peers.folder.at('downloads', 'tree', 'a', 'b')))
})

test('what is there stays: a download of a name that is taken is numbered, a file and a folder', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file.txt'), 10)
  await writeSample(peers.folder.at('share', 'dir', 'f'), 10)
  await peers.serve()
  writeFileSync(peers.folder.at('downloads', 'file.txt'), 'mine')
  mkdirSync(peers.folder.at('downloads', 'dir'))

  for (const path of ['file.txt', 'dir']) {
    const { id } = await peers.download(path)
    await peers.until(id, 'done')
  }

  assert.equal(readdirSync(peers.folder.at('downloads')).sort(), [
    'dir',
    'dir (2)',
    'file (2).txt',
    'file.txt',
  ])
  assert.is(readFileSync(peers.folder.at('downloads', 'file.txt'), 'utf8'), 'mine')
  assert.equal(readdirSync(peers.folder.at('downloads', 'dir')), [])
})

test('what is asked for again while it is under way is one download, also paused and after opening again', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  await writeSample(peers.folder.at('share', 'other', 'file'), 3 * MiB, 1)
  await peers.serve()
  peers.ownerOnline = false
  const first = await peers.download('file')
  await (await peers.transfers()).pause(first.id)
  await peers.closeDownloader()

  const again = await peers.download('file')
  const other = await peers.download('other/file', 'file')
  peers.ownerOnline = true
  ;(await peers.transfers()).peerOnline(peers.owner.id)
  for (const { id } of [again, other]) await peers.until(id, 'done')

  assert.is(again.id, first.id)
  assert.is.not(other.id, first.id)
  assert.equal(readdirSync(peers.folder.at('downloads')).sort(), ['file', 'file (2)'])
})

test('a file that appears at the target while it is fetched is not replaced', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'file.bin'), 20 * MiB)
  await peers.serve()
  const { id, target } = await peers.download('file.bin')

  writeFileSync(target, 'mine')
  const done = await peers.until(id, 'done')

  assert.is(readFileSync(target, 'utf8'), 'mine')
  assert.is(done.target, peers.folder.at('downloads', 'file (2).bin'))
  assert.ok(existsSync(done.target))
})

test('only so many run at once, the others are queued in their order', async ({ peers }) => {
  for (let i = 0; i < 4; i++) await writeSample(peers.folder.at('share', `f${i}`), 3 * MiB, i)
  await peers.serve()
  peers.ownerOnline = true
  const transfers = await peers.transfers({ atOnce: 1 })
  const ids: string[] = []
  for (let i = 0; i < 4; i++) ids.push((await peers.download(`f${i}`)).id)
  const states = new Set<string>()
  const order: string[] = []

  await until('all done', () => {
    const running = transfers
      .list()
      .filter(({ state }) => ['finding-sources', 'downloading', 'checking'].includes(state))
    states.add(String(running.length))
    for (const { id, state } of transfers.list()) if (state === 'done' && !order.includes(id)) order.push(id)
    return order.length === 4
  })

  assert.not.ok(states.has('2'))
  assert.equal(order, ids)
  assert.equal(
    transfers.list().map(({ id }) => id),
    [...ids].reverse(),
  )
})

test('pause stops it and resume goes on, also after opening again', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'file'), 64 * MiB)
  await peers.serve()
  const { id } = await peers.download('file')
  await until('some of it', () => peers.find(id).bytes > 4 * MiB)

  const paused = await (await peers.transfers()).pause(id)
  assert.equal([paused.state, paused.reason, paused.rate], ['paused', 'user', 0])
  await peers.closeDownloader()
  const transfers = await peers.transfers()
  assert.equal([peers.find(id).state, peers.find(id).reason], ['paused', 'user'])
  assert.ok(peers.find(id).bytes > 4 * MiB)
  await transfers.resume(id)
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test('who comes online while a run that found nobody ends is not waited for again', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'file'), 5_000)
  await peers.serve()
  let asked = 0
  const transfers = await peers.transfers({
    // Nothing but coming online wakes it.
    clock: { ...systemClock, after: (waitMs, run) => systemClock.after(waitMs > 500 ? 1e9 : waitMs, run) },
    sourceOf: async () => {
      if (++asked > 1) return peers.source
      queueMicrotask(() => transfers.peerOnline(peers.owner.id))
      throw new Error('offline')
    },
  })

  const { id } = await peers.download('file')

  assert.is((await peers.until(id, 'done', 'failed')).state, 'done')
})

test('pausing among many small files does not wait, and they are all there in the end', async ({ peers }) => {
  for (let i = 0; i < 2_000; i++) await writeSample(peers.folder.at('share', 'dir', `f${i}`), 3_000, i)
  await peers.serve()
  const { id } = await peers.download('dir')
  await until('the first files', () => peers.find(id).filesDone > 0)
  const transfers = await peers.transfers()
  const started = performance.now()

  const { state } = await transfers.pause(id)

  // What an answer that never comes would cost is 5 s.
  assert.ok(state === 'done' || performance.now() - started < 4_000)
  if (state !== 'done') await transfers.resume(id)
  assert.is((await peers.until(id, 'done', 'failed')).filesDone, 2_000)
})

test('cancel deletes what is partial and keeps what is whole; then it can be removed', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'dir', 'a'), 100)
  await writeSample(peers.folder.at('share', 'dir', 'b'), 200 * MiB)
  await peers.serve()
  const { id } = await peers.download('dir')
  await until('some of it', () => peers.find(id).bytes > 4 * MiB)
  const transfers = await peers.transfers()
  await transfers.remove(id).then(
    () => assert.unreachable(),
    error => assert.ok(hasCode(error, 'BAD_INPUT')),
  )

  const cancelled = await transfers.cancel(id)

  assert.is(cancelled.state, 'cancelled')
  assert.equal(readdirSync(peers.folder.at('tmp')), [])
  assert.equal(readdirSync(peers.folder.at('downloads', 'dir')), ['a'])
  await transfers.resume(id).then(
    () => assert.unreachable(),
    error => assert.ok(hasCode(error, 'BAD_INPUT')),
  )
  await transfers.remove(id)
  assert.equal(transfers.list(), [])
})

test('the list may come while it runs; a list that breaks off fails with its reason', async ({ peers }) => {
  for (let i = 0; i < 300; i++) await writeSample(peers.folder.at('share', 'dir', `f${i}`), 10, i)
  const share = await peers.serve()
  const transfers = await peers.transfers()
  let go: () => void = () => {}
  const gate = new Promise<void>(resolve => {
    go = resolve
  })
  async function* slowly() {
    yield share.plan('dir').slice(0, 260)
    await gate
    yield share.plan('dir').slice(260)
  }

  const { id } = await transfers.start({ name: 'dir', owner: peers.owner.id, entries: slowly() })
  await until('the first files', () => peers.find(id).filesDone > 200)
  go()
  const done = await peers.until(id, 'done', 'failed')

  assert.equal([done.state, done.files, done.filesDone], ['done', 300, 300])
})

test('what is over is told once: neither closing nor opening again tells of it', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'file'), 10_000)
  await peers.serve()
  const { id } = await peers.download('file')
  await peers.until(id, 'done')
  await until('the end to be told', () => peers.changes.at(-1)?.state === 'done')
  const told = peers.changes.length

  await peers.closeDownloader()
  await peers.transfers()
  await peers.closeDownloader()

  assert.is(peers.changes.length, told)
})

test('changes are told at most ten times a second, the last one for sure', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'file'), 100 * MiB)
  await peers.serve()
  const started = performance.now()

  const { id } = await peers.download('file')
  await peers.until(id, 'done')
  const seconds = (performance.now() - started) / 1_000
  await until('the last event', () => peers.changes.at(-1)?.state === 'done')

  assert.ok(peers.changes.length <= 10 * seconds + 3, `${peers.changes.length} in ${seconds} s`)
  assert.ok(peers.changes.some(({ state, rate }) => state === 'downloading' && rate > 0))
})

test('security: write outside the folder: hostile paths are refused, and nothing outside changes', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'file'), 100)
  const share = await peers.serve()
  const transfers = await peers.transfers()
  const [real] = share.plan('file')
  const before = await describeTree(peers.folder.at('share'))
  const hostile = ['../x', '../../x', '/etc/x', 'a/../../../x', 'a//x', './x', 'a/.', 'a\0b', '..', '']

  for (const path of hostile) {
    const entries = [
      { type: 'folder', path: '', remotePath: 'd', size: 0, mtime: 0 } as const,
      { ...real, path } as never,
    ]
    const { id } = await transfers.start({ name: 'd', owner: peers.owner.id, entries })
    const failed = await peers.until(id, 'failed', 'done')
    assert.is(failed.error?.code, 'BAD_PATH')
  }
  for (const name of ['../x', '..', '.', '', 'a/b', 'a\0']) {
    await transfers.start({ name, owner: peers.owner.id, entries: share.plan('file') }).then(
      () => assert.unreachable(),
      error => assert.ok(hasCode(error, 'BAD_NAME')),
    )
  }

  assert.equal(await describeTree(peers.folder.at('share')), before)
  assert.equal(readdirSync(peers.folder.path).sort(), ['db', 'downloads', 'share', 'tmp'])
  const made = Object.values(await describeTree(peers.folder.at('downloads')))
  assert.ok(made.every(what => what === 'folder'))
})

test.run()
