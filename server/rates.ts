/** So many at once, and so many a second after that. */
export class TokenBucket {
  readonly #aSecond: number
  readonly #burst: number
  #tokens: number
  #at: number

  constructor({ aSecond, burst }: { readonly aSecond: number; readonly burst: number }, now: number) {
    this.#aSecond = aSecond
    this.#burst = burst
    this.#tokens = burst
    this.#at = now
  }

  /** Takes one if there is one. `now` in ms. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#aSecond)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}

const HOUR_MS = 3_600_000

/** How many new names came from each address in the last hour. */
export class NewNames {
  readonly #limits: { readonly namesAnHour: number }
  readonly #times = new Map<string, readonly number[]>()

  constructor(limits: { readonly namesAnHour: number }) {
    this.#limits = limits
  }

  /** Counts one more, if there may be one. `now` in ms. */
  take(address: string, now: number): boolean {
    for (const [known, times] of this.#times)
      if (now - (times.at(-1) ?? 0) >= HOUR_MS) this.#times.delete(known)
    const recent = (this.#times.get(address) ?? []).filter(time => now - time < HOUR_MS)
    if (recent.length >= this.#limits.namesAnHour) return false
    this.#times.set(address, [...recent, now])
    return true
  }
}
