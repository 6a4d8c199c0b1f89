import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createFormat } from './format.js'

const f = createFormat('en-GB')

for (const [bytes, text] of [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [3_400_000_000, '3.4 GB'],
  [12_340_000, '12.3 MB'],
] as const) {
  test(`${bytes} bytes are ${text}`, () => {
    assert.is(f.bytes(bytes), text)
  })
}

for (const [seconds, text] of [
  [0, '0s'],
  [59.6, '1m'],
  [125, '2m 5s'],
  [3600, '1h'],
  [90_000, '1d 1h'],
] as const) {
  test(`${seconds} seconds are ${text}`, () => {
    assert.is(f.duration(seconds), text)
  })
}

test('a time of today is a clock, of this year a day, else a date', () => {
  const now = new Date(2026, 5, 15, 12).getTime()

  assert.is(f.when(new Date(2026, 5, 15, 9, 5).getTime(), now), '09:05')
  assert.is(f.when(new Date(2026, 1, 3).getTime(), now), '3 Feb')
  assert.is(f.when(new Date(2024, 1, 3).getTime(), now), '3 Feb 2024')
})

test.run()
