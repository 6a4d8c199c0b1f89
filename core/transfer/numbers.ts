import { History, Rate, secondsLeft } from '../content/index.js'
import type { Clock } from './clock.js'

/** What people watch of a transfer, counted since this process started. */
export class Numbers {
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #history: History
  #seconds = 0
  #runningSince: number | undefined
  fetched = 0
  wasted = 0
  reused = 0
  /** Bytes of files that are not whole yet. */
  partial = 0
  /** Bytes of files that are being compared with what is here, or copied. */
  local = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#rate = new Rate(clock.now())
    this.#history = new History(clock.now())
  }

  /** Bytes came from the network; some of them were of no use. */
  add(bytes: number, wasted: number): void {
    this.fetched += bytes
    this.wasted += wasted
    if (bytes === 0) return
    this.#rate.add(bytes, this.#clock.now())
    this.#history.add(bytes, this.#clock.now())
  }

  run(running: boolean): void {
    const now = this.#clock.now()
    if (this.#runningSince !== undefined) this.#seconds += (now - this.#runningSince) / 1_000
    this.#runningSince = running ? now : undefined
  }

  get seconds(): number {
    const running = this.#runningSince === undefined ? 0 : (this.#clock.now() - this.#runningSince) / 1_000
    return this.#seconds + running
  }

  /** Bytes a second; 0 while it doesn't run. */
  get rate(): number {
    return this.#runningSince === undefined ? 0 : Math.round(this.#rate.bytesASecond(this.#clock.now()))
  }

  /** Bytes in each of the last 60 seconds, the newest last. */
  get history(): number[] {
    return this.#history.seconds(this.#clock.now())
  }

  eta(bytesLeft: number): number | undefined {
    return this.#runningSince === undefined ? undefined : secondsLeft(bytesLeft, this.rate)
  }
}
