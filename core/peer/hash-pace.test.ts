import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Settings } from '../api/index.js'
import { until } from '../testing/index.js'
import { HashPace, hashPace } from './hash-pace.js'

const cases = [
  { hashPaused: false, hashLimit: 0, isBusy: false, pace: undefined },
  { hashPaused: false, hashLimit: 5_000_000, isBusy: false, pace: 5_000_000 },
  { hashPaused: false, hashLimit: 0, isBusy: true, pace: 16_000_000 },
  { hashPaused: false, hashLimit: 5_000_000, isBusy: true, pace: 5_000_000 },
  { hashPaused: false, hashLimit: 50_000_000, isBusy: true, pace: 16_000_000 },
  { hashPaused: true, hashLimit: 5_000_000, isBusy: true, pace: 0 },
]

for (const { pace, isBusy, ...settings } of cases) {
  const { hashPaused, hashLimit } = settings
  test(`hashing at ${pace ?? 'any'} B/s: paused ${hashPaused}, limit ${hashLimit}, transfers ${isBusy}`, () => {
    assert.is(hashPace(settings, isBusy), pace)
  })
}

test('hashing gives way while bytes are moved, and goes on when it is calm', async () => {
  const set: (number | undefined)[] = []
  const pace = new HashPace(
    () => ({ hashPaused: false, hashLimit: 0 }) as Settings,
    to => set.push(to),
  )

  pace.moved()
  pace.moved()
  assert.equal(set, [16_000_000])

  await until('calm', () => set.length === 2)
  assert.is(set[1], undefined)
  pace.close()
})

test.run()
