import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type BlockRange, blocksToRewrite } from './manifest-blocks.js'

/** Blocks of so many lines, one after the other. */
function blocksOf(lines: readonly number[]): BlockRange[] {
  let last = 0
  return lines.map(lines => {
    const first = last + 1
    last += lines
    return { first, last, lines }
  })
}

const cases = [
  { when: 'there is nothing yet', lines: [], newLines: 5, from: 0 },
  { when: 'the last block is full', lines: [1000], newLines: 5000, from: 1 },
  { when: 'it is small', lines: [1000, 240], newLines: 1, from: 1 },
  { when: 'it is not, beside what is new', lines: [1000, 300], newLines: 100, from: 2 },
  { when: 'it is small beside what is new', lines: [1000, 700], newLines: 400, from: 1 },
  { when: 'a few that are not full make less than one', lines: [1000, 400, 400], newLines: 1, from: 3 },
  { when: 'they make a full one', lines: [1000, 400, 400, 300], newLines: 1, from: 1 },
]

for (const { when, lines, newLines, from } of cases) {
  test(`new lines take the last blocks along from the right one on, when ${when}`, () => {
    const blocks = blocksOf(lines)
    const live = lines.reduce((sum, count) => sum + count, newLines)

    const rewrites = blocksToRewrite({
      blocks,
      live,
      newLines,
      blockLines: 1000,
      countLive: block => block.lines,
    })

    assert.equal(rewrites, [{ from, to: blocks.length }])
  })
}

test('each line is written a few times at most, and blocks fill, however many come at once', () => {
  for (const newLines of [1, 7, 100, 333, 900, 1500]) {
    let lines: number[] = []
    let written = 0
    let total = 0
    while (total < 40_000) {
      total += newLines
      const blocks = blocksOf(lines)
      const [{ from } = { from: 0 }] = blocksToRewrite({
        blocks,
        live: total,
        newLines,
        blockLines: 1000,
        countLive: block => block.lines,
      })
      const again = lines.slice(from).reduce((sum, count) => sum + count, newLines)
      written += again
      lines = lines.slice(0, from)
      for (let left = again; left > 0; left -= 1000) lines.push(Math.min(left, 1000))
    }

    // One line at a time: the small block is written with each.
    assert.ok(written < (newLines === 1 ? 130 : 25) * total, `${newLines}: ${written / total}`)
    assert.ok(lines.length <= total / 1000 + 5, `${newLines}: ${lines.length} blocks`)
  }
})

test('where over a fifth is outdated, what is so is packed with its neighbours', () => {
  const blocks = blocksOf(Array.from({ length: 40 }, () => 1000))

  const rewrites = blocksToRewrite({
    blocks,
    live: 20_000,
    newLines: 10,
    blockLines: 1000,
    countLive: block => (block.first < 20_000 ? 0 : block.lines),
  })

  assert.equal(rewrites, [
    { from: 40, to: 40 },
    { from: 16, to: 32 },
    { from: 0, to: 16 },
  ])
})

test.run()
