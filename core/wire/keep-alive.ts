/** What keeping a connection alive needs of it. */
export interface KeepAliveOptions {
  /** How long this side may be silent before it pings; never pings when undefined. */
  readonly pingMs: number | undefined
  /** How long the other side may be silent before it is gone. */
  readonly silenceMs: number
  readonly ping: () => void
  readonly onGone: () => void
}

/** Pings when this side has said nothing for a while, and tells when the other side has said nothing for too long. */
export class KeepAlive {
  readonly #options: KeepAliveOptions
  readonly #timer: NodeJS.Timeout
  readonly #everyMs: number
  #sentAt = performance.now()
  #heardAt = performance.now()

  constructor(options: KeepAliveOptions) {
    this.#options = options
    this.#everyMs = Math.min(options.pingMs ?? options.silenceMs, options.silenceMs) / 3
    this.#timer = setInterval(() => this.#look(), this.#everyMs)
  }

  sent(): void {
    this.#sentAt = performance.now()
  }

  heard(): void {
    this.#heardAt = performance.now()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    const { pingMs, silenceMs, ping, onGone } = this.#options
    if (now - this.#heardAt >= silenceMs) onGone()
    else if (pingMs !== undefined && now - this.#sentAt > pingMs - this.#everyMs) ping()
  }
}
