/** How much of its rate a bucket saves up while nobody takes: what a late timer may cost without loss, ms. */
const SAVED_MS = 200
/** How long what was moved beyond the rate may hold up what follows, ms. */
const MOST_OWED_MS = 5_000

/**
 * Bytes that may be moved: they come in at a rate, and a few are saved up. Empty at first. Time is given, never
 * read.
 */
export class TokenBucket {
  readonly #leastBytes: number
  #rate: number
  #bytes = 0
  #at: number

  /** `leastBytes` is the most anybody needs to have at once: so much is always saved up. */
  constructor(bytesASecond: number, leastBytes: number, nowMs: number) {
    this.#rate = bytesASecond
    this.#leastBytes = leastBytes
    this.#at = nowMs
  }

  get rate(): number {
    return this.#rate
  }

  /** The most that can be there. */
  get capacity(): number {
    return Math.max((this.#rate * SAVED_MS) / 1_000, this.#leastBytes)
  }

  /** From now on bytes come in at another rate. */
  setRate(bytesASecond: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#rate = bytesASecond
    this.#clamp()
  }

  /** How long until so many bytes can be taken, ms; 0: now. More than its capacity is never there. */
  waitMs(bytes: number, nowMs: number): number {
    this.#fill(nowMs)
    const missing = Math.min(bytes, this.capacity) - this.#bytes
    return missing < 1e-6 ? 0 : Math.ceil((missing * 1_000) / this.#rate)
  }

  /** Takes bytes out, or, negative, puts back what was not used. More than is there is owed. */
  take(bytes: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#bytes -= bytes
    this.#clamp()
  }

  #fill(nowMs: number): void {
    if (nowMs <= this.#at) return
    this.#bytes += ((nowMs - this.#at) * this.#rate) / 1_000
    this.#at = nowMs
    this.#clamp()
  }

  #clamp(): void {
    const least = -Math.max((this.#rate * MOST_OWED_MS) / 1_000, this.#leastBytes)
    this.#bytes = Math.max(least, Math.min(this.#bytes, this.capacity))
  }
}
