import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { retryWaitMs } from './retry.js'

const waits = [
  { failures: 1, chance: 0.5, ms: 2_000 },
  { failures: 2, chance: 0.5, ms: 4_000 },
  { failures: 3, chance: 0, ms: 6_000 },
  { failures: 3, chance: 1, ms: 10_000 },
  { failures: 7, chance: 0.5, ms: 120_000 },
  { failures: 5_000, chance: 1, ms: 150_000 },
  { failures: 0, chance: 0.5, ms: 2_000 },
]

for (const { failures, chance, ms } of waits) {
  test(`after ${failures} failures at chance ${chance} it waits ${ms} ms`, () => {
    assert.is(retryWaitMs(failures, chance), ms)
  })
}

test('the bounds are options', () => {
  assert.is(retryWaitMs(9, 0.5, { firstMs: 10, mostMs: 50 }), 50)
})

test.run()
