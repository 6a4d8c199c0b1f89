import { closeSync } from 'node:fs'
import type { Grant } from '../grant.js'
import { isUnchanged, openGranted, sourceChanged } from './open-granted.js'

/** Handles kept for the next request for the same file. */
const KEPT = 32

interface Held {
  readonly fd: number
  readonly grant: Grant
}

/** Granted files held open between requests, those used last. Each use checks the handle again. */
export class OpenFiles {
  readonly #held = new Map<string, Held>()

  /** A checked handle for this grant; it may be used until the next call of `open` or `forget`. */
  open(grant: Grant): number {
    const key = `${grant.dev}:${grant.ino}:${grant.path}`
    const held = this.#held.get(key)
    if (held) {
      this.#held.delete(key)
      if (!isUnchanged(held.fd, grant)) {
        closeSync(held.fd)
        throw sourceChanged()
      }
      this.#held.set(key, held)
      return held.fd
    }
    const fd = openGranted(grant)
    this.#held.set(key, { fd, grant })
    for (const [oldKey, old] of this.#held) {
      if (this.#held.size <= KEPT) break
      this.#held.delete(oldKey)
      closeSync(old.fd)
    }
    return fd
  }

  /** Lets go of all handles. */
  close(): void {
    for (const { fd } of this.#held.values()) closeSync(fd)
    this.#held.clear()
  }
}
