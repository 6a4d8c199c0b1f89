import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../errors/index.js'
import { limitsAt, parseSchedule, type ScheduledLimits, writeSchedule } from './schedule.js'

const USUAL = { up: 1_000_000, down: 2_000_000 }
const WORK = 'mon-fri 09:00-17:00 up 100kB down none'

// 2 November 2026 is a Monday.
const moments = [
  { text: WORK, at: [2, 9, 0], limits: { up: 100_000, down: 0 } },
  { text: WORK, at: [6, 16, 59], limits: { up: 100_000, down: 0 } },
  { text: WORK, at: [2, 8, 59], limits: USUAL },
  { text: WORK, at: [2, 17, 0], limits: USUAL },
  { text: WORK, at: [7, 12, 0], limits: USUAL },
  { text: 'fri 22:00-06:00 down 50kB', at: [6, 23, 0], limits: { up: 1_000_000, down: 50_000 } },
  { text: 'fri 22:00-06:00 down 50kB', at: [7, 5, 59], limits: { up: 1_000_000, down: 50_000 } },
  { text: 'fri 22:00-06:00 down 50kB', at: [6, 5, 59], limits: USUAL },
  { text: 'sat-mon 00:00-24:00 up 50kB', at: [8, 12, 0], limits: { up: 50_000, down: 2_000_000 } },
  { text: 'sat-mon 00:00-24:00 up 50kB', at: [3, 0, 0], limits: USUAL },
  {
    text: 'daily 10:00-12:00 up 20kB; daily 11:00-13:00 up 30kB',
    at: [4, 11, 0],
    limits: { ...USUAL, up: 20_000 },
  },
  {
    text: 'daily 10:00-12:00 up 20kB; daily 11:00-13:00 up 30kB',
    at: [4, 12, 0],
    limits: { ...USUAL, up: 30_000 },
  },
  { text: 'daily 08:00-08:00 up 20kB', at: [4, 3, 0], limits: { ...USUAL, up: 20_000 } },
  { text: '', at: [2, 12, 0], limits: USUAL },
  { text: 'none', at: [2, 12, 0], limits: USUAL },
] as const

for (const { text, at, limits } of moments) {
  const [day, hour, minute] = at
  test(`"${text}" on November ${day}, ${hour}:${minute}`, () => {
    assert.equal(limitsAt(parseSchedule(text), USUAL, new Date(2026, 10, day, hour, minute)), limits)
  })
}

const wrong = [
  'mon 09:00-17:00',
  'mon 09:00 up 1MB',
  'mon 9-17 up 1MB',
  'mon 09:00-25:00 up 1MB',
  'mon 09:60-17:00 up 1MB',
  'mon 24:00-09:00 up 1MB',
  'moonday 09:00-17:00 up 1MB',
  'mon-tue-wed 09:00-17:00 up 1MB',
  'mon 09:00-17:00 up',
  'mon 09:00-17:00 up 1MB up 2MB',
  'mon 09:00-17:00 sideways 1MB',
  'mon 09:00-17:00 up 9999',
  'mon 09:00-17:00 up __proto__ 1MB',
  'daily 09:00-17:00 up 1MB;'.repeat(17),
]

for (const text of wrong) {
  test(`"${text.slice(0, 60)}" is refused with how to write it`, () => {
    let refused: unknown
    try {
      parseSchedule(text)
    } catch (error) {
      refused = error
    }
    assert.ok(hasCode(refused, 'BAD_INPUT'), String(refused))
  })
}

test('it is written short', () => {
  const written = writeSchedule(parseSchedule('MON,tue,wed,sun 9:00-17:30  up 1500000 down 0;'))

  assert.is(written, 'mon-wed,sun 09:00-17:30 up 1.5MB down none')
})

test('what is written is read as it was', () => {
  const rate = fc.oneof(fc.constant(0), fc.integer({ min: 10_000, max: 1e12 }))
  const rule = fc
    .record({
      days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      from: fc.nat(1_439),
      to: fc.nat(1_440),
      limits: fc.oneof(
        fc.record({ up: rate }),
        fc.record({ down: rate }),
        fc.record({ up: rate, down: rate }),
      ),
    })
    .map(({ limits, ...when }): ScheduledLimits => ({ ...when, ...limits }))
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 16 }), schedule => {
      assert.equal(parseSchedule(writeSchedule(schedule)), schedule)
    }),
  )
})

test.run()
