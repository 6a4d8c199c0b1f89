import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seeded } from '../testing/random.js'
import {
  isSelected,
  NOTHING,
  selectAll,
  selectedCount,
  selectedIndexes,
  selectOnly,
  selectTo,
  toggle,
} from './selection.js'

test('Shift selects from the anchor in both directions', () => {
  const start = selectOnly(5)

  assert.equal([...selectedIndexes(selectTo(start, 7), 100)], [5, 6, 7])
  assert.equal([...selectedIndexes(selectTo(selectTo(start, 7), 3), 100)], [3, 4, 5])
})

test('a million rows are one run', () => {
  const all = selectAll(1_000_000)

  assert.is(all.runs.length, 1)
  assert.is(selectedCount(all), 1_000_000)
  assert.is(selectedCount(toggle(all, 500_000)), 999_999)
  assert.is([...selectedIndexes(all, 500)].length, 500)
})

for (let seed = 1; seed <= 20; seed++) {
  test(`toggling is the same as a set (seed ${seed})`, () => {
    const random = seeded(seed)
    let selection = NOTHING
    const model = new Set<number>()
    for (let step = 0; step < 200; step++) {
      const index = Math.floor(random() * 30)
      selection = toggle(selection, index)
      if (!model.delete(index)) model.add(index)
    }

    assert.equal(
      [...selectedIndexes(selection, 1000)],
      [...model].sort((a, b) => a - b),
    )
    for (let index = 0; index < 30; index++) assert.is(isSelected(selection, index), model.has(index))
    for (let at = 1; at < selection.runs.length; at++)
      assert.ok((selection.runs[at]?.first ?? 0) > (selection.runs[at - 1]?.end ?? 0), 'runs don’t touch')
  })
}

test.run()
