import type { Clock } from './clock.js'

/** What a run does in the background, so that it can wait for all of it when it stops. */
export class RunTasks {
  readonly #clock: Clock
  readonly #failed: (error: unknown) => void
  readonly #tasks = new Set<Promise<void>>()
  readonly #timers = new Set<() => void>()
  readonly #tickers = new Set<() => void>()
  #stopped = false
  /** Called when something under way has ended. */
  #calm: (() => void) | undefined

  /** `failed` hears of what ended with an error. */
  constructor(clock: Clock, failed: (error: unknown) => void) {
    this.#clock = clock
    this.#failed = failed
  }

  /** Whether something is to be done later. */
  get waits(): boolean {
    return this.#timers.size > 0
  }

  /** Keeps track of something that goes on. */
  add(work: Promise<void>): void {
    const task = work.catch(this.#failed).finally(() => {
      this.#tasks.delete(task)
      this.#calm?.()
    })
    this.#tasks.add(task)
  }

  /** Does something once, later, unless the run is stopped before. */
  after(waitMs: number, then: () => void): void {
    if (this.#stopped) return
    const stop = this.#clock.after(waitMs, () => {
      this.#timers.delete(stop)
      then()
    })
    this.#timers.add(stop)
  }

  /** Does something again and again until the run is stopped; nothing waits for it. */
  every(waitMs: number, then: () => void): void {
    if (this.#stopped) return
    const stop = this.#clock.after(waitMs, () => {
      this.#tickers.delete(stop)
      this.every(waitMs, then)
      then()
    })
    this.#tickers.add(stop)
  }

  /** Nothing is done later any more. */
  stopTimers(): void {
    this.#stopped = true
    for (const stop of this.#tickers) stop()
    this.#tickers.clear()
    for (const stop of this.#timers) stop()
    this.#timers.clear()
  }

  /** Something else that `calmDown` waits for has ended. */
  ended(): void {
    this.#calm?.()
  }

  /** Waits for what is under way and can't be taken back, but not for longer than this. */
  async calmDown(isBusy: () => boolean, mostMs: number): Promise<void> {
    let late = false
    const stop = this.#clock.after(mostMs, () => {
      late = true
      this.#calm?.()
    })
    while (!late && (isBusy() || this.#tasks.size > 0)) {
      await new Promise<void>(resolve => {
        this.#calm = resolve
      })
    }
    stop()
  }
}
