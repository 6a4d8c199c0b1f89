import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../identity/index.js'
import { HandClock } from '../testing/hand-clock.js'
import { Limits } from './limits.js'
import { parseSchedule } from './schedule.js'

const ann = 'ann' as PeerId
const MONDAY = new Date(2026, 10, 2, 8, 58, 30).getTime()

function limitsOf() {
  const clock = new HandClock()
  return { clock, limits: new Limits(clock, () => new Date(MONDAY + clock.now())) }
}

test('up and down are limits of their own, in all and for people', () => {
  const { limits } = limitsOf()

  limits.set({
    up: 20_000,
    down: 0,
    slots: 0,
    schedule: [],
    people: new Map([[ann, { up: 0, down: 30_000 }]]),
  })

  assert.equal(limits.up.pacing, { everyone: 20_000, people: [] })
  assert.equal(limits.down.pacing, { people: [[ann, 30_000]] })
})

test('slots are for those who are served', () => {
  const { limits } = limitsOf()

  limits.set({ up: 0, down: 0, slots: 3, schedule: [], people: new Map() })

  assert.equal(limits.up.pacing, { everyone: Number.POSITIVE_INFINITY, people: [] })
  assert.equal(limits.down.pacing, { people: [] })
})

test('the schedule begins and ends by the clock on the wall', async () => {
  const { clock, limits } = limitsOf()
  const schedule = parseSchedule('mon-fri 09:00-17:00 up 10kB')
  limits.set({ up: 50_000, down: 0, slots: 0, schedule, people: new Map() })
  const rates: unknown[] = [limits.up.pacing.everyone]
  limits.up.watch(({ everyone }) => rates.push([everyone, clock.now() / 60_000]))

  await clock.turn(10 * 3_600_000)

  assert.equal(rates, [50_000, [10_000, 1.5], [50_000, 8 * 60 + 1.5]])
  limits.close()
})

test('rules that change in scheduled hours hold at once', () => {
  const { limits } = limitsOf()
  const schedule = parseSchedule('mon 08:00-17:00 up 10kB')
  limits.set({ up: 50_000, down: 0, slots: 0, schedule, people: new Map() })
  assert.is(limits.up.pacing.everyone, 10_000)

  limits.set({ up: 50_000, down: 0, slots: 0, schedule: [], people: new Map() })

  assert.is(limits.up.pacing.everyone, 50_000)
  limits.close()
})

test.run()
