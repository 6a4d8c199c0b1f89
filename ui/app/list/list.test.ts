import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { listMove } from './keys.js'
import { BAR_CAP_PX, measure, moveTo, resize, reveal, rowsInSight, scrolled } from './scroll.js'

const ROW = 32
const VIEW = 600

test('a list under the cap scrolls as the browser says', () => {
  const scroll = scrolled(measure(1000, ROW, VIEW), 3200)

  assert.is(scroll.top, 3200)
  assert.equal(rowsInSight(scroll, 1000, ROW, 6), { first: 94, end: 125 })
})

test('a list over the cap reaches its first and its last row', () => {
  const rows = 1_000_000
  const scroll = measure(rows, ROW, VIEW)
  assert.is(scroll.barPx, BAR_CAP_PX)

  const end = scrolled(scroll, BAR_CAP_PX - VIEW)

  assert.is(rowsInSight(end, rows, ROW, 0).end, rows)
  assert.is(scrolled(end, 0).top, 0)
})

test('over the cap a small move is 1:1 and a large one in proportion', () => {
  const middle = moveTo(measure(1_000_000, ROW, VIEW), 10_000_000)

  assert.ok(Math.abs(scrolled(middle, middle.barTop + 100).top - 10_000_100) < 0.001)
  const half = scrolled(middle, (BAR_CAP_PX - VIEW) / 2)
  assert.ok(Math.abs(half.top - (1_000_000 * ROW - VIEW) / 2) < 1)
})

test('many small moves end where the bar is put right again', () => {
  let scroll = moveTo(measure(1_000_000, ROW, VIEW), 5_000_000)
  for (let step = 0; step < 1000; step++) scroll = scrolled(scroll, scroll.barTop + 100)
  assert.ok(Math.abs(scroll.top - 5_100_000) < 0.001)

  const aligned = moveTo(scroll, scroll.top)

  assert.is(aligned.top, scroll.top)
  assert.ok(Math.abs(aligned.barTop - moveTo(measure(1_000_000, ROW, VIEW), 5_100_000).barTop) < 0.001)
})

test('a list that grows shrinks or changes its view keeps its place, as far as it can', () => {
  const scroll = moveTo(measure(1000, ROW, VIEW), 3200)

  assert.is(resize(scroll, 2000, ROW, VIEW).top, 3200)
  assert.is(resize(scroll, 30, ROW, VIEW).top, 30 * ROW - VIEW)
  assert.is(resize(scroll, 3, ROW, VIEW).top, 0)
})

test('a row is brought into sight by the least move', () => {
  const scroll = moveTo(measure(1000, ROW, VIEW), 3200)

  assert.is(reveal(scroll, 105, ROW).top, 3200)
  assert.is(reveal(scroll, 90, ROW).top, 90 * ROW)
  assert.is(reveal(scroll, 200, ROW).top, 201 * ROW - VIEW)
})

const key = (name: string, changed: Partial<Record<'ctrlKey' | 'shiftKey', boolean>> = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...changed,
})
const place = { index: 50, count: 100, page: 18 }

for (const [name, index] of [
  ['ArrowDown', 51],
  ['ArrowUp', 49],
  ['PageDown', 68],
  ['PageUp', 32],
  ['Home', 0],
  ['End', 99],
] as const) {
  test(`${name} moves from row 50 to row ${index}`, () => {
    assert.equal(listMove(key(name), place), { kind: 'to', index, extend: false })
  })
}

test('a move stops at the ends, extends with Shift, and leaves other keys alone', () => {
  assert.equal(listMove(key('PageDown', { shiftKey: true }), { ...place, index: 95 }), {
    kind: 'to',
    index: 99,
    extend: true,
  })
  assert.is(listMove(key('ArrowDown'), { index: 0, count: 0, page: 5 }), undefined)
  assert.equal(listMove(key('a', { ctrlKey: true }), place), { kind: 'all' })
  assert.is(listMove(key('p', { ctrlKey: true }), place), undefined)
  assert.is(listMove(key('x'), place), undefined)
})

test.run()
