/** Calls a function once for many calls: at the end of each interval in which there was one. */
export class Throttle {
  readonly #everyMs: number
  readonly #act: () => void
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(everyMs: number, act: () => void) {
    this.#everyMs = everyMs
    this.#act = act
  }

  call(): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#act()
    }, this.#everyMs)
  }

  /** What has not been said by now is not said. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }
}
