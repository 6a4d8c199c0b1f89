import type { Finding } from '../../api/index.js'

/** From here on a clock that is wrong is in the way: messages from the future are refused. */
const MOST_OFF_MS = 5 * 60_000

/** How far another clock is ahead of this one, ms; negative where it is behind. */
export async function clockOffset(ask: () => Promise<number>, now: () => number = Date.now): Promise<number> {
  const asked = now()
  const theirs = await ask()
  return Math.round(theirs - (asked + now()) / 2)
}

/** What is told of it: `whose` clock it is, as `the registry’s`. */
export function clockFinding(offsetMs: number, whose: string): Finding {
  const off = Math.abs(offsetMs)
  if (off < MOST_OFF_MS)
    return { check: 'clock', ok: true, seen: `This clock and ${whose} differ by ${spanOf(off)}.` }
  const way = offsetMs > 0 ? 'behind' : 'ahead of'
  return {
    check: 'clock',
    ok: false,
    seen: `This clock is ${spanOf(off)} ${way} ${whose}.`,
    remedy:
      'Set the clock that is wrong, best by the system’s automatic time: messages from the future are refused.',
  }
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function spanOf(ms: number): string {
  if (ms < SECOND) return 'less than a second'
  if (ms < 2 * MINUTE) return `${Math.round(ms / SECOND)} s`
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} minutes`
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} hours`
  return `${Math.round(ms / DAY)} days`
}
