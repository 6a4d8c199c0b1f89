import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { writeSample } from '../testing/index.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; disk: string; mounted: boolean }>('disk-full')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.disk = context.peers.folder.at('disk')
  mkdirSync(context.disk)
  context.mounted = mountSmall(context.disk)
})

test.after.each(async ({ peers, disk, mounted }) => {
  await peers.closeDownloader()
  if (mounted) execFileSync('umount', ['-l', disk])
  await peers.close()
})

/** A file system in memory that holds 24 MiB; needs rights that not every machine gives. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' })
    return true
  } catch (error) {
    console.log(`not tested here: no small disk can be mounted (${String(error).split('\n')[0]})`)
    return false
  }
}

for (const [what, fill] of [
  ['a file larger than the room', 20 * MiB],
  ['a disk with no room at all', 24 * MiB - 8_192],
] as const) {
  test(`${what}: it waits with the reason, and goes on when there is room`, async ({
    peers,
    disk,
    mounted,
  }) => {
    if (!mounted) return
    await writeSample(peers.folder.at('share', 'file'), 10 * MiB)
    const share = await peers.serve()
    writeFileSync(`${disk}/filler`, Buffer.alloc(fill))
    const transfers = await peers.transfers()

    const { id } = await transfers.start({
      name: 'file',
      owner: peers.owner.id,
      entries: share.plan('file'),
      target: disk,
    })
    const paused = await peers.until(id, 'paused', 'failed', 'done')
    assert.equal([paused.state, paused.reason, paused.error?.code], ['paused', 'disk-full', 'DISK_FULL'])
    rmSync(`${disk}/filler`)
    const done = await peers.until(id, 'done', 'failed')

    assert.is(done.state, 'done', done.error?.message)
    assert.ok(readFileSync(`${disk}/file`).equals(readFileSync(peers.folder.at('share', 'file'))))
  })
}

for (const [what, files, bytes] of [
  ['a large file', 1, 16 * MiB],
  ['small files', 600, 30_000],
] as const) {
  test(`a disk that fills up while ${what} come: nothing half is placed, and it goes on when there is room`, async ({
    peers,
    disk,
    mounted,
  }) => {
    if (!mounted) return
    for (let i = 0; i < files; i++) await writeSample(peers.folder.at('share', 'dir', `f${i}`), bytes, i)
    const share = await peers.serve()
    const transfers = await peers.transfers()
    // There is room when it is looked at, and none any more when the bytes come.
    const entries = share.plan('dir')
    let filled = false
    async function* fillingUp() {
      for (const entry of entries) {
        if (!filled && entry.type === 'file') {
          filled = true
          writeFileSync(`${disk}/filler`, Buffer.alloc(20 * MiB))
        }
        yield [entry]
      }
    }

    const { id } = await transfers.start({
      name: 'dir',
      owner: peers.owner.id,
      entries: fillingUp(),
      target: disk,
    })
    const paused = await peers.until(id, 'paused', 'failed', 'done')
    assert.equal([paused.state, paused.reason], ['paused', 'disk-full'])
    rmSync(`${disk}/filler`)
    const done = await peers.until(id, 'done', 'failed')

    assert.is(done.state, 'done', done.error?.message)
    for (let i = 0; i < files; i++) {
      assert.ok(
        readFileSync(`${disk}/dir/f${i}`).equals(readFileSync(peers.folder.at('share', 'dir', `f${i}`))),
      )
    }
  })
}

test('partial files on another volume lie in a hidden folder there', async ({ peers, disk, mounted }) => {
  if (!mounted) return
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  const share = await peers.serve()
  const transfers = await peers.transfers()

  const { id } = await transfers.start({
    name: 'file',
    owner: peers.owner.id,
    entries: share.plan('file'),
    target: disk,
  })
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(`${disk}/file`).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test.run()
