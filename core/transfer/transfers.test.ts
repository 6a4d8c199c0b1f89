import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { writeSample } from '../testing/index.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers }>('transfers')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(({ peers }) => peers.close())

for (const bytes of [0, 1, 16_384, 16_385, MiB - 1, MiB, MiB + 1, 3 * MiB, 5 * MiB + 12_345, 40 * MiB + 1]) {
  test(`a file of ${bytes} bytes arrives as it is, with its time`, async ({ peers }) => {
    const path = peers.folder.at('share', 'file.bin')
    await writeSample(path, bytes)
    utimesSync(path, 1_000_000, 1_000_000.5)
    await peers.serve()

    const started = await peers.download('file.bin')
    const done = await peers.until(started.id, 'done', 'failed')

    assert.is(done.state, 'done', done.error?.message)
    assert.equal([done.files, done.filesDone, done.bytes, done.total], [1, 1, bytes, bytes])
    assert.equal([done.fetched, done.wasted], [bytes, 0])
    assert.is(done.target, peers.folder.at('downloads', 'file.bin'))
    assert.ok(readFileSync(done.target).equals(readFileSync(path)))
    assert.is(statSync(done.target).mtimeMs, 1_000_000_500)
    assert.equal(readdirSync(peers.folder.at('tmp')), [])
  })
}

test.run()
