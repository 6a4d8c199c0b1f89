import { isRate, parseRate, writeRate } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'

/** Limits of their own at some hours of some days; a direction it doesn't name keeps its usual limit. */
export interface ScheduledLimits {
  /** 0 is Sunday. */
  readonly days: readonly number[]
  /** Minutes since midnight, of the day it begins; where it ends before it begins, on the day after. */
  readonly from: number
  readonly to: number
  readonly up?: number
  readonly down?: number
}

/** Bytes a second; 0 is no limit. */
export interface LimitPair {
  readonly up: number
  readonly down: number
}

const MOST_RULES = 16
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const DAY_MINUTES = 24 * 60

/**
 * Reads a schedule: `mon-fri 09:00-17:00 up 1MB down 5MB; sat,sun 10:00-12:00 up none`. Where two rules hold, the
 * first counts. '' is none.
 */
export function parseSchedule(text: string): ScheduledLimits[] {
  const rules = text
    .toLowerCase()
    .split(';')
    .map(rule => rule.trim())
    .filter(rule => rule !== '')
  if (rules.length === 1 && (rules[0] === 'none' || rules[0] === 'off')) return []
  if (rules.length > MOST_RULES) throw new PeerError('BAD_INPUT', `At most ${MOST_RULES} rules are kept.`)
  return rules.map(parseRule)
}

/** Writes a schedule as `parseSchedule` reads it. */
export function writeSchedule(schedule: readonly ScheduledLimits[]): string {
  return schedule
    .map(({ days, from, to, up, down }) =>
      [
        writeDays(days),
        `${writeTime(from)}-${writeTime(to)}`,
        ...(up === undefined ? [] : ['up', writeRate(up)]),
        ...(down === undefined ? [] : ['down', writeRate(down)]),
      ].join(' '),
    )
    .join('; ')
}

/** What holds at a moment, in local time. */
export function limitsAt(schedule: readonly ScheduledLimits[], usual: LimitPair, at: Date): LimitPair {
  const rule = schedule.find(one => holds(one, at))
  return { up: rule?.up ?? usual.up, down: rule?.down ?? usual.down }
}

function holds({ days, from, to }: ScheduledLimits, at: Date): boolean {
  const minute = at.getHours() * 60 + at.getMinutes()
  const today = at.getDay()
  if (from < to) return days.includes(today) && minute >= from && minute < to
  const yesterday = (today + 6) % 7
  return (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to)
}

function parseRule(rule: string): ScheduledLimits {
  const [days = '', hours = '', ...rest] = rule.split(/\s+/)
  const [from, to] = hours.split('-').map(parseTime)
  const limits: { up?: number; down?: number } = {}
  for (let i = 0; i < rest.length; i += 2) {
    const [direction, rate] = [rest[i], parseRate(rest[i + 1] ?? '')]
    if ((direction !== 'up' && direction !== 'down') || direction in limits) throw badRule(rule)
    if (rate === undefined || !isRate(rate)) throw badRule(rule)
    limits[direction] = rate
  }
  if (from === undefined || to === undefined || from === DAY_MINUTES || rest.length === 0) throw badRule(rule)
  return { days: parseDays(days, rule), from, to, ...limits }
}

function parseDays(text: string, rule: string): number[] {
  if (text === 'daily') return [0, 1, 2, 3, 4, 5, 6]
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [first = -1, last = first, more] = part.split('-').map(day => DAYS.indexOf(day))
    if (first < 0 || last < 0 || more !== undefined) throw badRule(rule)
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === last) break
    }
  }
  return [...days].sort((a, b) => a - b)
}

/** Days in a row as their first and last, from Monday on. */
function writeDays(days: readonly number[]): string {
  if (days.length === DAYS.length) return 'daily'
  const fromMonday = [1, 2, 3, 4, 5, 6, 0]
  const runs: string[][] = []
  for (const [at, day] of fromMonday.entries()) {
    if (!days.includes(day)) continue
    const name = DAYS[day] ?? ''
    const isNext = at > 0 && days.includes(fromMonday[at - 1] ?? -1)
    if (isNext) runs.at(-1)?.push(name)
    else runs.push([name])
  }
  return runs.map(run => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',')
}

function parseTime(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text)
  const minutes = Number(match?.[1]) * 60 + Number(match?.[2])
  if (!match || Number(match[2]) > 59 || minutes > DAY_MINUTES) return undefined
  return minutes
}

function writeTime(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function badRule(rule: string): PeerError {
  return new PeerError(
    'BAD_INPUT',
    `"${rule.slice(0, 80)}" is no rule of a schedule. Write it as: mon-fri 09:00-17:00 up 1MB down 5MB (10kB at least, or none).`,
  )
}
