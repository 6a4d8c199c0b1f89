import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PieceMap, piecesOfBits } from './piece-map.js'

test('missing pieces are taken in order, in runs that no lane gets twice', () => {
  const map = new PieceMap(10)

  const spans = [map.take(1, 4), map.take(2, 4), map.take(1, 4), map.take(2, 4)]

  assert.equal(spans, [{ first: 0, count: 4 }, { first: 4, count: 4 }, { first: 8, count: 2 }, undefined])
  assert.is(map.asked, 10)
})

test('what was asked of a lost lane is asked again, what another lane has is not', () => {
  const map = new PieceMap(8)
  map.take(1, 4)
  map.take(2, 4)
  map.verify(0)

  const given = map.giveBack(1)

  assert.is(given, 3)
  assert.equal(map.take(3, 8), { first: 1, count: 3 })
  assert.is(map.take(3, 8), undefined)
})

test('a run stops before a piece that is here', () => {
  const map = new PieceMap(6)
  map.keep(2)

  assert.equal(map.take(1, 6), { first: 0, count: 2 })
  assert.equal(map.take(1, 6), { first: 3, count: 3 })
})

test('missing pieces within a span are taken, and what is verified is told as a run', () => {
  const map = new PieceMap(10)
  for (const piece of [4, 5, 6]) map.verify(piece)

  assert.equal(map.takeWithin(1, 8, { first: 3, count: 3 }), { first: 3, count: 1 })
  assert.is(map.takeWithin(1, 8, { first: 3, count: 3 }), undefined)
  assert.equal(map.takeWithin(1, 2, { first: 7, count: 99 }), { first: 7, count: 2 })
  assert.equal(map.take(1, 9), { first: 0, count: 3 })
  assert.equal(
    [3, 4, 6, 9].map(piece => map.verifiedFrom(piece)),
    [0, 3, 1, 0],
  )
})

test('kept pieces are told as runs, all or those in a span', () => {
  const map = new PieceMap(10)
  for (const piece of [1, 2, 3, 7]) map.keep(piece)

  assert.equal(map.keptSpans(), [
    { first: 1, count: 3 },
    { first: 7, count: 1 },
  ])
  assert.equal(map.keptSpans({ first: 2, count: 5 }), [{ first: 2, count: 2 }])
})

test('the journal claims only pieces whose bytes are synced', () => {
  const map = new PieceMap(9)
  for (const piece of [0, 3, 8]) map.verify(piece)
  for (const piece of [0, 8, 5]) map.sync(piece)

  assert.equal(piecesOfBits(map.journaled(), 9), [0, 8])
})

test('a file is complete when all is verified and synced, kept pieces only after their check', () => {
  const map = new PieceMap(2)
  map.keep(0)
  map.verify(1)
  map.sync(1)
  assert.not.ok(map.complete)

  map.verify(0)

  assert.ok(map.complete)
})

test('a kept piece found wrong is missing and no longer claimed', () => {
  const map = new PieceMap(3)
  for (const piece of [0, 1, 2]) map.keep(piece)
  assert.equal(map.keptSpans(), [{ first: 0, count: 3 }])

  map.lose(1)

  assert.equal(map.keptSpans(), [
    { first: 0, count: 1 },
    { first: 2, count: 1 },
  ])
  assert.equal(piecesOfBits(map.journaled(), 3), [0, 2])
  assert.equal(map.take(1, 3), { first: 1, count: 1 })
})

test('counts and bits agree with a plain model over random steps', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const map = new PieceMap(40)
  const model = new Array<string>(40).fill('missing')
  for (let step = 0; step < 5_000; step++) {
    const piece = random(40)
    switch (random(4)) {
      case 0: {
        const span = map.take(1 + random(3), 1 + random(6))
        for (let i = 0; span && i < span.count; i++) {
          assert.is(model[span.first + i], 'missing')
          model[span.first + i] = 'asked'
        }
        break
      }
      case 1:
        if (model[piece] === 'asked') {
          map.verify(piece)
          model[piece] = 'verified'
        }
        break
      case 2:
        map.lose(piece)
        model[piece] = 'missing'
        break
      default:
        if (model[piece] === 'missing') {
          map.keep(piece)
          model[piece] = 'kept'
        }
    }
    const count = (state: string) => model.filter(other => other === state).length
    assert.equal(
      [map.missing, map.asked, map.kept, map.verified],
      [count('missing'), count('asked'), count('kept'), count('verified')],
    )
  }
})

test.run()
