import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../identity/index.js'
import { beginOf, OwnPart } from './own-part.js'

const peer = fc.string({ minLength: 1, maxLength: 52 }).map(id => id as PeerId)
const crowd = fc.uniqueArray(peer, { minLength: 1, maxLength: 12 })

/** What each of a crowd takes for its own when all know of all. */
function partsOf(peers: readonly PeerId[]): OwnPart[] {
  return peers.map(
    self =>
      new OwnPart(
        self,
        peers.filter(other => other !== self),
      ),
  )
}

test('of those who know of each other exactly one takes each piece first', () => {
  fc.assert(
    fc.property(crowd, fc.nat(100_000), (peers, piece) => {
      assert.is(partsOf(peers).filter(part => part.has(piece)).length, 1)
    }),
  )
})

test('parts are about as large as each other', () => {
  const peers = Array.from({ length: 8 }, (_, at) => `PEER${at}` as PeerId)

  const sizes = partsOf(peers).map(part =>
    Array.from({ length: 8_000 }, (_, p) => part.has(p)).filter(Boolean),
  )

  for (const { length } of sizes) assert.ok(length > 850 && length < 1_150, `${length} of 8,000`)
})

test('one more who fetches takes from the others, and nothing else changes hands', () => {
  const others = ['bob', 'cyd'] as PeerId[]
  const before = new OwnPart('ann' as PeerId, others)
  const after = new OwnPart('ann' as PeerId, [...others, 'dan' as PeerId])

  for (let piece = 0; piece < 1_000; piece++) if (after.has(piece)) assert.ok(before.has(piece))
})

test('several who know of nobody begin at different pieces', () => {
  const begins = Array.from({ length: 8 }, (_, at) => beginOf(`PEER${at}` as PeerId, 256))

  assert.ok(new Set(begins).size > 5)
  for (const begin of begins) assert.ok(Number.isInteger(begin) && begin >= 0 && begin < 256)
})

test.run()
