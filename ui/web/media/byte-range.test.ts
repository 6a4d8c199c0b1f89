import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type RangeAnswer, rangeAnswer } from './byte-range.js'

const whole: RangeAnswer = { kind: 'whole' }
const none: RangeAnswer = { kind: 'none' }
const part = (start: number, end: number): RangeAnswer => ({ kind: 'part', start, end })

const cases: readonly (readonly [string | undefined, number, RangeAnswer])[] = [
  [undefined, 10, whole],
  ['bytes=0-', 10, part(0, 10)],
  ['bytes=0-0', 10, part(0, 1)],
  ['bytes=9-', 10, part(9, 10)],
  ['bytes=10-', 10, none],
  ['bytes=3-5', 10, part(3, 6)],
  ['bytes=3-99', 10, part(3, 10)],
  ['bytes=-3', 10, part(7, 10)],
  ['bytes=-99', 10, part(0, 10)],
  ['bytes=-0', 10, none],
  ['bytes=0-', 0, none],
  ['bytes=-5', 0, none],
  ['bytes=5-3', 10, whole],
  ['bytes=0-1,3-4', 10, whole],
  ['bytes= 0 - 1', 10, part(0, 2)],
  ['bytes=-', 10, whole],
  ['bytes', 10, whole],
  ['items=0-1', 10, whole],
  ['bytes=a-b', 10, whole],
  ['bytes=1.5-3', 10, whole],
  ['bytes=0-999999999999999', 10, part(0, 10)],
  ['bytes=0-99999999999999999999', 10, whole],
]
for (const [header, size, answer] of cases) {
  test(`${header} of ${size} bytes`, () => {
    assert.equal(rangeAnswer(header, size), answer)
  })
}

test('whatever is asked, a part lies in the file and holds something', () => {
  const piece = fc.oneof(
    fc.constantFrom('bytes', '=', '-', ',', ' ', '0', '9', '10'),
    fc.string({ maxLength: 3 }),
  )
  const header = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map(parts => parts.join('')),
    fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => `bytes=${a}-${b}`),
  )
  fc.assert(
    fc.property(header, fc.nat(20), (text, size) => {
      const answer = rangeAnswer(text, size)
      if (answer.kind === 'part')
        assert.ok(0 <= answer.start && answer.start < answer.end && answer.end <= size)
    }),
  )
})

test.run()
