import { fdatasync, fdatasyncSync } from 'node:fs'

/** Below this, syncing costs less here and now than handing it to the pool and hearing back. */
const CHEAP_MS = 0.1
/** How many syncs after a dear one until it is tried again. */
const TRY_AGAIN_AFTER = 1_000

/**
 * Syncs many small files: on a file system where that is nothing (memory), at once, else in the background,
 * several at a time, so that the worker goes on.
 */
export class FileSyncer {
  #inlineIn = 0
  #pending = 0

  /** Syncs that run in the background. */
  get pending(): number {
    return this.#pending
  }

  /** Makes the bytes behind a handle durable. */
  sync(fd: number, done: (error: unknown) => void): void {
    if (this.#inlineIn > 0) {
      this.#inlineIn--
      this.#background(fd, done)
      return
    }
    const started = performance.now()
    try {
      fdatasyncSync(fd)
    } catch (error) {
      done(error)
      return
    }
    if (performance.now() - started > CHEAP_MS) this.#inlineIn = TRY_AGAIN_AFTER
    done(null)
  }

  #background(fd: number, done: (error: unknown) => void): void {
    this.#pending++
    fdatasync(fd, error => {
      this.#pending--
      done(error)
    })
  }
}
