import { closeSync } from 'node:fs'
import type { Grant } from '../grant.js'
import { isUnchanged, openGranted, sourceChanged } from './open-granted.js'

/** Handles kept for the next request for the same file. */
const KEPT = 32

interface Held {
  readonly fd: number
  readonly grant: Grant
}

/** Granted files held open between chunks, those used last. Each use checks the handle again. */
export class OpenFiles {
  readonly #held = new Map<string, Held>()

  /** A checked handle for this grant; it may be used until the next call. SOURCE_CHANGED when it is another file now. */
  open(grant: Grant): number {
    const key = keyOf(grant)
    const held = this.#held.get(key)
    if (!held) return this.#openAnew(key, grant)
    if (!isUnchanged(held.fd, grant)) {
      this.#drop(key, held)
      throw sourceChanged()
    }
    // The one used last comes last.
    this.#held.delete(key)
    this.#held.set(key, held)
    return held.fd
  }

  /** Lets go of all. */
  closeAll(): void {
    for (const [key, held] of this.#held) this.#drop(key, held)
  }

  #openAnew(key: string, grant: Grant): number {
    const fd = openGranted(grant)
    this.#held.set(key, { fd, grant })
    for (const [oldKey, old] of this.#held) {
      if (this.#held.size <= KEPT) break
      this.#drop(oldKey, old)
    }
    return fd
  }

  #drop(key: string, held: Held): void {
    this.#held.delete(key)
    closeSync(held.fd)
  }
}

function keyOf(grant: Grant): string {
  return `${grant.dev}:${grant.ino}:${grant.mtimeNs}:${grant.path}`
}
