import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LongColumn } from './long-column.js'
import { RowLists } from './row-lists.js'
import { RowSet } from './row-set.js'

test('a column keeps every whole number, near its middle or far from it', () => {
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer({ min: -(2 ** 41), max: 2 ** 41 }).map(far => 1_500_000_000_000 + far),
    fc.constantFrom(0, -1, 1, 2 ** 32, 126 * 2 ** 32, 128 * 2 ** 32, -127 * 2 ** 32, -128 * 2 ** 32),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1_500_000_000_000),
      fc.array(fc.tuple(fc.nat(40), number), { maxLength: 60 }),
      (middle, sets) => {
        const column = new LongColumn(20, middle)
        column.grow(41)
        const expected = new Map<number, number>()
        for (const [row, value] of sets) {
          column.set(row, value)
          expected.set(row, value)
        }
        for (const [row, value] of expected) assert.is(column.get(row), value)
      },
    ),
    { numRuns: 500 },
  )
})

/** Steps that make runs, blocks of all sizes, and bits, and take them away again. */
const step = fc.oneof(
  fc.record({
    add: fc.constant(true),
    from: fc.nat(30_000),
    count: fc.nat(40),
    apart: fc.constantFrom(1, 1, 2, 7),
  }),
  fc.record({
    add: fc.constant(true),
    from: fc.nat(100),
    count: fc.constant(9_000),
    apart: fc.constantFrom(1, 3),
  }),
  fc.record({
    add: fc.constant(false),
    from: fc.nat(30_000),
    count: fc.nat(9_000),
    apart: fc.constantFrom(1, 2),
  }),
)

test('lists hold the rows that were added and not removed, in order, however they are kept', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), step), { maxLength: 25 }), steps => {
      const lists = new RowLists()
      lists.reach(2)
      const expected = [new Set<number>(), new Set<number>(), new Set<number>()]
      for (const [list, { add, from, count, apart }] of steps) {
        for (let i = 0; i < count; i++) {
          const row = from + i * apart
          if (add) {
            lists.add(list, row)
            expected[list]?.add(row)
          } else {
            lists.remove(list, row)
            expected[list]?.delete(row)
          }
        }
      }
      for (const [list, rows] of expected.entries()) {
        const sorted = [...rows].sort((a, b) => a - b)
        const each: number[] = []
        lists.each(list, row => each.push(row))
        const set = new RowSet(70_000)
        lists.addTo(set, list)
        assert.is(lists.count(list), sorted.length)
        assert.equal(each, sorted)
        assert.is(set.count, sorted.length)
        assert.ok(sorted.every(row => set.has(row)))
        assert.equal(downwards(lists, list), sorted.reverse())
      }
    }),
    { numRuns: 60 },
  )
})

test('a list that is taken away from its end is soon gone, however long it was', () => {
  const lists = new RowLists()
  lists.reach(0)
  const rows = 600_000
  for (let row = 0; row < rows; row += 2) lists.add(0, row)

  let removed = 0
  for (let row = lists.last(0); row >= 0; row = lists.last(0)) {
    lists.remove(0, row)
    removed++
  }

  assert.is(removed, rows / 2)
})

function downwards(lists: RowLists, list: number): number[] {
  const rows: number[] = []
  for (let row = lists.last(list); row >= 0; row = lists.below(list, row)) rows.push(row)
  return rows
}

test.run()
