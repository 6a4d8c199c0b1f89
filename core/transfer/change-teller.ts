import type { Transfer } from '../api/index.js'
import type { Clock } from './clock.js'

/** Between two events of one transfer, ms. */
const EVERY_MS = 100

/** Something whose changes are told. */
export interface Told {
  readonly id: string
  snapshot(): Transfer
}

/** Tells of changes at most ten times a second for each transfer: the first at once, the last for sure. */
export class ChangeTeller {
  readonly #clock: Clock
  readonly #tell: (transfer: Transfer) => void
  readonly #waiting = new Map<string, { stop: () => void; again: Told | undefined }>()

  constructor(clock: Clock, tell: (transfer: Transfer) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  changed(told: Told): void {
    const waiting = this.#waiting.get(told.id)
    if (waiting) {
      waiting.again = told
      return
    }
    const stop = this.#clock.after(EVERY_MS, () => {
      const again = this.#waiting.get(told.id)?.again
      this.#waiting.delete(told.id)
      if (again) this.changed(again)
    })
    this.#waiting.set(told.id, { stop, again: undefined })
    // Not from within what changes it: by then all of it has changed.
    queueMicrotask(() => {
      if (this.#waiting.has(told.id)) this.#tell(told.snapshot())
    })
  }

  forget(id: string): void {
    this.#waiting.get(id)?.stop()
    this.#waiting.delete(id)
  }

  /** Tells what is still to be told, and no more. */
  close(): void {
    for (const { stop, again } of this.#waiting.values()) {
      stop()
      if (again) this.#tell(again.snapshot())
    }
    this.#waiting.clear()
  }
}
