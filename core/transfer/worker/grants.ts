import type { PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import type { Grant } from '../grant.js'
import { hasBit } from '../piece-map.js'

/** How long an answer of the main side holds, ms. Refusals too: a stranger can't make us ask in a loop. */
const GRANT_MS = 60_000
const REFUSAL_MS = 1_000
/** Answers held a worker. */
const MOST_HELD = 50_000
/** Bitfields held, of at most 4 KiB each. */
const MOST_BITFIELDS = 1_000

interface Held {
  readonly grant: Grant | undefined
  readonly until: number
}

/**
 * What the main side has granted, by asker and root. `missing` tells what must be asked first; after a revoke
 * everything is asked anew, and an answer that was on its way meanwhile doesn't count.
 */
export class Grants {
  readonly #held = new Map<string, Held>()
  /** Of roots granted in part, the pieces that the main side has told of. */
  readonly #have = new Map<Root, Uint8Array>()
  #era = 0

  /** Counts revokes: an answer belongs to the era in which it was asked. */
  get era(): number {
    return this.#era
  }

  /** The grant, undefined for a refusal or for what was not asked. */
  find(asker: PeerId, root: Root, nowMs: number): Grant | undefined {
    const held = this.#held.get(key(asker, root))
    return held && held.until > nowMs ? held.grant : undefined
  }

  /** Which of these roots must be asked of the main side. */
  missing(asker: PeerId, roots: readonly Root[], nowMs: number): Root[] {
    return roots.filter(root => (this.#held.get(key(asker, root))?.until ?? 0) <= nowMs)
  }

  /** Notes an answer to a question asked in `era`. */
  put(
    asker: PeerId,
    roots: readonly Root[],
    grants: readonly (Grant | undefined)[],
    { era, nowMs }: { readonly era: number; readonly nowMs: number },
  ): void {
    if (era !== this.#era) return
    if (this.#held.size + roots.length > MOST_HELD) this.#held.clear()
    roots.forEach((root, i) => {
      const grant = grants[i]
      this.#held.set(key(asker, root), { grant, until: nowMs + (grant ? GRANT_MS : REFUSAL_MS) })
    })
  }

  /** Whether pieces of a root that is granted in part are known to be here. */
  holds(root: Root, first: number, count: number): boolean {
    const bits = this.#have.get(root)
    if (!bits) return false
    for (let piece = first; piece < first + count; piece++) if (!hasBit(bits, piece)) return false
    return true
  }

  have(root: Root): Uint8Array | undefined {
    return this.#have.get(root)
  }

  /** Notes what the main side told in `era`. */
  putHave(root: Root, bits: Uint8Array | undefined, era: number): void {
    if (era !== this.#era || !bits) return
    if (this.#have.size >= MOST_BITFIELDS) this.#have.clear()
    this.#have.set(root, bits)
  }

  /** Forgets everything, or all that concerns one root. */
  revoke(root?: Root): void {
    this.#era++
    if (root === undefined) {
      this.#held.clear()
      this.#have.clear()
      return
    }
    this.#have.delete(root)
    for (const held of this.#held.keys()) if (held.endsWith(root)) this.#held.delete(held)
  }
}

function key(asker: PeerId, root: Root): string {
  return `${asker}:${root}`
}
