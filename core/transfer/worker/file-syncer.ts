import { fdatasync, fdatasyncSync, fsync, fsyncSync } from 'node:fs'

/** Below this, syncing costs less here and now than handing it to the pool and hearing back. */
const CHEAP_MS = 0.1
/** Dear syncs in a row that are no accident of a busy machine. */
const DEAR_IN_A_ROW = 3
/** How many go to the background then, until the next is tried here. */
const IN_BACKGROUND = 500

/**
 * Syncs many small files and their folders: on a file system where that is nothing (memory), at once, else in
 * the background, several at a time, so that the worker goes on.
 */
export class FileSyncer {
  #dear = 0
  #background = 0

  /** Makes the bytes behind a handle durable. `done` is called once, here or later. */
  syncFile(fd: number, done: (error: unknown) => void): void {
    if (this.#goesToBackground()) fdatasync(fd, done)
    else this.#here(() => fdatasyncSync(fd), done)
  }

  /** Makes the entries of a folder durable. */
  syncFolder(fd: number, done: (error: unknown) => void): void {
    if (this.#goesToBackground()) fsync(fd, done)
    else this.#here(() => fsyncSync(fd), done)
  }

  #goesToBackground(): boolean {
    if (this.#background === 0) return false
    this.#background--
    return true
  }

  #here(sync: () => void, done: (error: unknown) => void): void {
    const started = performance.now()
    try {
      sync()
    } catch (error) {
      done(error)
      return
    }
    this.#dear = performance.now() - started > CHEAP_MS ? this.#dear + 1 : 0
    if (this.#dear >= DEAR_IN_A_ROW) this.#background = IN_BACKGROUND
    done(null)
  }
}
