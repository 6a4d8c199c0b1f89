import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../identity/index.js'
import { Holders } from './holders.js'
import { hasBit, PieceMap } from './piece-map.js'

const ann = 'ann' as PeerId
const bob = 'bob' as PeerId

test('a source is asked for all, unless it was found for some entries', () => {
  const holders = new Holders()
  holders.add(bob, 1, 'whole')

  assert.equal(
    [holders.may(ann, 0), holders.may(ann, 1), holders.may(bob, 0), holders.may(bob, 1)],
    [true, true, false, true],
  )
  holders.unlimit(bob)
  assert.ok(holders.may(bob, 0))
})

test('one that has only parts stays limited, and a refusal counts for it as for others', () => {
  const holders = new Holders()
  holders.add(bob, 1, 'partial')

  assert.not(holders.unlimit(bob))
  holders.refuse(1, bob, 'NOT_SHARED')
  assert.not(holders.may(bob, 1))
  assert.is(holders.refusal(1), 'NOT_SHARED')
})

test('copies are always what the bitfields of those who have parts add up to', () => {
  const peers = ['a', 'b', 'c'] as PeerId[]
  const bits = fc.uint8Array({ minLength: 2, maxLength: 2 })
  const step = fc.oneof(
    fc.record({ kind: fc.constant('bits' as const), who: fc.constantFrom(...peers), bits }),
    fc.record({ kind: fc.constantFrom('remove' as const, 'whole' as const), who: fc.constantFrom(...peers) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), steps => {
      const holders = new Holders()
      const known = new Map<PeerId, Uint8Array>()
      for (const each of steps) {
        if (each.kind === 'bits') {
          holders.add(each.who, 0, 'partial')
          if (holders.bits(each.who, 0)) known.set(each.who, each.bits)
          holders.setBits(each.who, 0, each.bits)
        } else {
          if (each.kind === 'whole') holders.add(each.who, 0, 'whole')
          else holders.remove(each.who)
          known.delete(each.who)
        }
      }

      for (let piece = 0; piece < 16; piece++) {
        const expected = [...known.values()].filter(held => hasBit(held, piece)).length
        assert.is(holders.copies(0)?.[piece] ?? 0, expected)
      }
    }),
  )
})

/** Draws how many have each piece: `12.1` where `.` is a piece that we have. */
function rarestOf(drawing: string, chance: () => number): number | undefined {
  const map = new PieceMap(drawing.length)
  const copies = [...drawing].map(digit => Number(digit) || 0)
  for (const [piece, digit] of [...drawing].entries()) if (digit === '.') map.verify(piece)
  return map.take(1, 1, { copies, chance })?.first
}

test('the rarest piece is taken, of equally rare ones any', () => {
  assert.is(
    rarestOf('2313', () => 0.5),
    2,
  )
  assert.is(
    rarestOf('.2.1', () => 0.5),
    3,
  )
  assert.is(
    rarestOf('....', () => 0.5),
    undefined,
  )
  const first = new Set([0, 0.4, 0.99].map(chance => rarestOf('1111', () => chance)))
  assert.ok(first.size > 1)
})

test('of equally rare pieces the own ones come first, and a rarer one before them', () => {
  const taken = (copies: number[], own: number[]) => {
    const map = new PieceMap(copies.length)
    const isOwn = (piece: number) => own.includes(piece)
    return copies.map(() => map.take(1, 1, { copies, isOwn, chance: () => 0.5 })?.first)
  }

  assert.equal(taken([1, 1, 0, 1], [3]), [2, 3, ...taken([1, 1, 0, 1], [3]).slice(2)])
  assert.equal(new Set(taken([0, 0, 0, 0, 0], [4, 1]).slice(0, 2)), new Set([1, 4]))
})

test('the order may begin anywhere, and goes round', () => {
  const map = new PieceMap(6)
  map.verify(4)
  const choice = { begin: 3, chance: Math.random }

  const spans = [1, 2, 3, 4].map(() => map.take(1, 2, choice))

  assert.equal(spans, [
    { first: 3, count: 1 },
    { first: 5, count: 1 },
    { first: 0, count: 2 },
    { first: 2, count: 1 },
  ])
})

test('only what a source has is taken of it, in order where nobody else wants it', () => {
  const map = new PieceMap(6)
  const has = (piece: number) => piece >= 2 && piece !== 4

  assert.equal(map.take(1, 8, { has, chance: Math.random }), { first: 2, count: 2 })
  assert.equal(map.take(1, 8, { has, chance: Math.random }), { first: 5, count: 1 })
  assert.is(map.take(1, 8, { has, chance: Math.random }), undefined)
  assert.is(map.missing, 3)
})

test('pieces of a slow lane are asked of another once; who comes second is told to stop', () => {
  const map = new PieceMap(4)
  map.take(1, 4)

  assert.equal(
    map.takeAgain(2, 2, lane => lane === 1),
    { first: 0, count: 2 },
  )
  assert.equal(
    map.takeAgain(3, 4, () => true),
    { first: 2, count: 2 },
  )
  assert.is(
    map.takeAgain(4, 4, () => true),
    undefined,
  )
  map.verify(0)
  map.verify(1)
  assert.equal([...map.lateLanes(2, { first: 0, count: 2 })], [[1, [0, 1]]])
  assert.is(map.giveBack(1), 0)
  assert.is(map.giveBack(3), 2)
  assert.is(map.missing, 2)
})

test.run()
