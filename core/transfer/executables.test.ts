import { chmodSync, statSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { writeSample } from '../testing/index.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; umask: number }>('executables')

test.before.each(async context => {
  context.umask = process.umask(0o027)
  context.peers = await TwoPeers.make()
})

test.after.each(async ({ peers, umask }) => {
  process.umask(umask)
  await peers.close()
})

/** How each file goes its own way into its place, and whether its owner may execute it. */
const files = [
  { name: 'empty program', bytes: 0, mode: 0o755 },
  { name: 'empty text', bytes: 0, mode: 0o644 },
  { name: 'small program', bytes: 5_000, mode: 0o755 },
  { name: 'small text', bytes: 5_000, mode: 0o644 },
  { name: 'big program', bytes: 2 * MiB + 1, mode: 0o711 },
  { name: 'big text', bytes: 2 * MiB + 1, mode: 0o600 },
]

const accepts = [
  { when: 'the receiver accepts it, and the mask of the system holds', keepExecutable: true },
  { when: 'the receiver was not asked: nothing may be executed', keepExecutable: undefined },
  { when: 'the receiver does not accept it: nothing may be executed', keepExecutable: false },
]

for (const { when, keepExecutable } of accepts) {
  test(`security: received programs: the executable bit only when the receiver accepts it: ${when}`, async ({
    peers,
  }) => {
    for (const [seed, { name, bytes, mode }] of files.entries()) {
      await writeSample(peers.folder.at('share', 'tree', name), bytes, seed)
      chmodSync(peers.folder.at('share', 'tree', name), mode)
    }
    await peers.serve()
    await peers.transfers(keepExecutable === undefined ? {} : { keepExecutable: () => keepExecutable })

    const { id } = await peers.download('tree')
    const done = await peers.until(id, 'done', 'failed')

    assert.is(done.state, 'done', done.error?.message)
    for (const { name, mode } of files) {
      const exec = (mode & 0o111) !== 0 && keepExecutable === true
      const got = statSync(peers.folder.at('downloads', 'tree', name)).mode & 0o777
      assert.is(got.toString(8), exec ? '750' : '640', name)
    }
  })
}

test('security: received programs: a bit taken back before the end is not given, also to what was begun', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'program'), 2 * MiB)
  chmodSync(peers.folder.at('share', 'program'), 0o755)
  await peers.serve()
  peers.ownerOnline = false
  let accepted = true
  await peers.transfers({ keepExecutable: () => accepted })
  const { id } = await peers.download('program')
  await peers.until(id, 'paused')

  accepted = false
  await peers.closeDownloader()
  await peers.transfers({ keepExecutable: () => accepted })
  peers.ownerOnline = true
  ;(await peers.transfers()).peerOnline(peers.owner.id)
  await peers.until(id, 'done')

  assert.is(statSync(peers.folder.at('downloads', 'program')).mode & 0o777, 0o640)
})

test.run()
