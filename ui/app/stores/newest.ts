/** The clock that `createNewest` needs; tests pass their own. */
export interface Clock {
  now(): number
  after(ms: number, run: () => void): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => void setTimeout(run, ms),
}

/**
 * Runs with the newest value: at once, then at most every `gapMs`. A value that is overtaken while it waits
 * never runs.
 */
export function createNewest<T>(run: (value: T) => void, gapMs: number, clock: Clock): (value: T) => void {
  let lastRun = Number.NEGATIVE_INFINITY
  let waiting: { readonly value: T } | undefined
  const fire = () => {
    if (!waiting) return
    const { value } = waiting
    waiting = undefined
    lastRun = clock.now()
    run(value)
  }
  return value => {
    const isTimerSet = waiting !== undefined
    waiting = { value }
    const wait = lastRun + gapMs - clock.now()
    if (wait <= 0) fire()
    else if (!isTimerSet) clock.after(wait, fire)
  }
}
