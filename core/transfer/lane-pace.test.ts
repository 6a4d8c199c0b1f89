import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LanePace } from './lane-pace.js'

const MiB = 1024 * 1024

/** A lane that is always asked for something and gives so many bytes in each 100 ms. */
function running(bytes: number, steps: number): LanePace {
  const pace = new LanePace()
  pace.ask(1_000 * MiB, 0)
  for (let i = 1; i <= steps; i++) pace.came(bytes, i * 100)
  return pace
}

test('a lane is asked for as much as it gives in half a second, within bounds', () => {
  assert.is(new LanePace().allowance, 4 * MiB)
  assert.is(Math.round(running(2 * MiB, 30).allowance / MiB), 10)
  assert.is(running(100, 30).allowance, MiB)
  assert.is(running(50 * MiB, 30).allowance, 24 * MiB)
})

test('time in which nothing is asked of it does not make it slow', () => {
  const pace = running(MiB, 30)
  pace.done(1_000 * MiB)

  pace.ask(MiB, 60_000)
  pace.came(MiB, 60_100)

  assert.ok((pace.rate ?? 0) > 9 * MiB)
})

test('one that was asked and gives nothing for long stalls; one that was not asked does not', () => {
  const pace = new LanePace()
  assert.not(pace.isStalled(100_000))
  pace.ask(MiB, 0)
  assert.not(pace.isStalled(5_000))
  assert.ok(pace.isStalled(8_000))
  pace.came(1, 8_000)
  assert.not(pace.isStalled(9_000))
  pace.done(MiB)
  assert.not(pace.isStalled(90_000))
  assert.is(pace.msLeft(90_000), 0)
})

test.run()
