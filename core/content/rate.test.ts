import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Rate, secondsLeft } from './rate.js'

const near = (value: number, wanted: number) =>
  assert.ok(Math.abs(value - wanted) <= wanted * 0.06, `${value}`)

test('a steady stream shows its rate, early and late', () => {
  const rate = new Rate(0)
  for (let ms = 0; ms < 60_000; ms += 10) {
    rate.add(1_000, ms)
    if (ms === 2_000 || ms === 30_000) near(rate.bytesASecond(ms), 100_000)
  }
})

test('a burst fades within the window', () => {
  const rate = new Rate(0)
  rate.add(1_000_000, 20_000)

  near(rate.bytesASecond(29_000), 100_000)
  assert.is(rate.bytesASecond(30_500), 0)
  assert.is(rate.bytesASecond(1_000_000_000), 0)
})

test('the first bytes do not make an absurd rate', () => {
  const rate = new Rate(5_000)
  rate.add(1_000_000, 5_001)

  assert.ok(rate.bytesASecond(5_001) <= 2_000_000)
})

test('the time left is told only when something moves', () => {
  assert.is(secondsLeft(1_000, 100), 10)
  assert.is(secondsLeft(1_000, 0), undefined)
  assert.is(secondsLeft(0, 0), 0)
})

test.run()
