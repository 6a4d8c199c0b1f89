/** Holds work to so many bytes a second, as it is set meanwhile. */
export class Pace {
  #rate: number | undefined
  /** When what was done until now should have been done at the earliest, ms. */
  #due = 0
  #wake: (() => void)[] = []

  /** Bytes a second; 0 to rest, undefined for as fast as it goes. */
  set(bytesASecond: number | undefined): void {
    this.#rate = bytesASecond
    this.#due = 0
    this.wake()
  }

  /** Has all who wait look again. */
  wake(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  /** Resolves when one may go on who has done so many more bytes, or is to stop. */
  after(bytes: number, isOver: () => boolean): Promise<void> | undefined {
    if (this.#rate === undefined) return undefined
    const now = performance.now()
    if (this.#rate > 0) this.#due = Math.max(this.#due, now) + (bytes * 1_000) / this.#rate
    return this.#wait(isOver)
  }

  async #wait(isOver: () => boolean): Promise<void> {
    while (!isOver() && this.#rate !== undefined) {
      const waitMs = this.#rate === 0 ? Number.POSITIVE_INFINITY : this.#due - performance.now()
      if (waitMs <= 0) return
      await this.#sleep(waitMs)
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined
      this.#wake.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
