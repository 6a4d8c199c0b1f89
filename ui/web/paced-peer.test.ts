import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerEvent } from '../../core/browser.js'
import { createFakePeer, sampleTransfer } from '../app/testing/index.js'
import { pacedPeer } from './paced-peer.js'

const MiB = 1024 * 1024

function setUp() {
  const fake = createFakePeer()
  const outlet = {
    bytes: 0,
    dropped: 0,
    buffered: () => outlet.bytes,
    drop: () => {
      outlet.dropped++
    },
  }
  const heard: PeerEvent[] = []
  const paced = pacedPeer(fake, outlet)
  paced.peer.subscribe(event => heard.push(event))
  const moved = (n: number, bytes: number) =>
    fake.emit({ kind: 'transfer', transfer: { ...sampleTransfer(n), bytes } })
  return { fake, outlet, heard, paced, moved }
}

test('events pass at once while the page reads', () => {
  const { heard, moved } = setUp()

  moved(0, 1)
  moved(0, 2)

  assert.is(heard.length, 2)
})

test('a page that stopped reading gets the newest of each thing once it reads again', () => {
  const { heard, moved, outlet, paced } = setUp()
  outlet.bytes = MiB
  for (let step = 0; step < 100_000; step++) moved(step % 5, step)
  assert.is(heard.length, 0)

  outlet.bytes = 0
  paced.drained()

  const bytes = heard.map(event => event.kind === 'transfer' && event.transfer.bytes)
  assert.equal(bytes, [99_995, 99_996, 99_997, 99_998, 99_999])
})

test('a page that sleeps while very much happens is let go', () => {
  const { fake, outlet } = setUp()
  outlet.bytes = MiB

  for (let n = 0; n <= 10_001; n++) fake.emit({ kind: 'transfer-removed', id: String(n) })

  assert.ok(outlet.dropped > 0)
})

test.run()
