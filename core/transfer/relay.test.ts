import { readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sha256, writeSample } from '../testing/index.js'
import { type Relay, startRelay } from './testing/relay.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const BYTES = 40 * MiB
const test = suite<{ peers: TwoPeers; relays: Relay[] }>('a relay in between')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.relays = []
})

test.after.each(async ({ peers, relays }) => {
  await peers.close()
  for (const relay of relays) await relay.close()
})

for (const offset of [3_000, 20 * MiB]) {
  test(`a byte flipped on the way at ${offset} is noticed and never reaches the file`, async ({
    peers,
    relays,
  }) => {
    await writeSample(peers.folder.at('share', 'file'), BYTES)
    await peers.serve()
    for (const port of peers.uploads?.ports ?? []) relays.push(await startRelay(port))
    for (const relay of relays) relay.flipAt(offset)
    const dataPorts = relays.map(({ port }) => port)
    await peers.transfers({ sourceOf: async () => ({ ...peers.source, dataPorts }) })

    const { id } = await peers.download('file')
    const done = await peers.until(id, 'done', 'failed')

    assert.is(done.state, 'done')
    assert.ok(relays.some(({ flipped }) => flipped > 0))
    assert.equal(readdirSync(peers.folder.at('downloads')), ['file'])
    assert.is(
      await sha256(peers.folder.at('downloads', 'file')),
      await sha256(peers.folder.at('share', 'file')),
    )
  })
}

test.run()
