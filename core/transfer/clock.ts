/** Time as the transfer engine sees it; tests give one they turn by hand. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number
  /** Calls back once after this long, until the returned function is called. */
  after(waitMs: number, callback: () => void): () => void
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(waitMs, callback) {
    const timer = setTimeout(callback, waitMs)
    return () => clearTimeout(timer)
  },
}
