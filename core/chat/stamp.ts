import { LIMITS, type Stamp } from '../wire/index.js'

/** Negative when a is before b. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.at - b.at || a.tick - b.tick
}

/** The later of two, where there are. */
export function laterStamp(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (!a || !b) return a ?? b
  return compareStamps(a, b) < 0 ? b : a
}

/** A stamp above all that its writer has seen in the thread: the wall clock's, where that is ahead of it. */
export function nextStamp(seen: Stamp | undefined, now: number): Stamp {
  if (!seen || now > seen.at) return { at: now, tick: 0 }
  if (seen.tick < LIMITS.chatTicks) return { at: seen.at, tick: seen.tick + 1 }
  return { at: seen.at + 1, tick: 0 }
}

/** Whether its writer's clock is so far ahead of ours that it would hold its place at the end for long. */
export function isAhead(stamp: Stamp, now: number): boolean {
  return stamp.at > now + LIMITS.clockAheadMs
}
