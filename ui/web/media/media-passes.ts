import { newCapability } from '../token.js'

/** One file of a transfer. */
export interface MediaEntry {
  readonly transfer: string
  readonly entry: number
}

/** How long an address is good after it was used last. */
const KEPT_MS = 6 * 60 * 60 * 1000
/** Addresses at once; the one not used for longest ends for another. */
const MOST = 64

/** Which file each address that was given out stands for: 128 random bits, for one entry, for a while. */
export class MediaPasses {
  /** The one used last comes last. */
  readonly #held = new Map<string, { readonly media: MediaEntry; until: number }>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  issue(media: MediaEntry): string {
    const capability = newCapability()
    this.#held.set(capability, { media, until: this.#now() + KEPT_MS })
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MOST) break
      this.#held.delete(oldest)
    }
    return capability
  }

  /** What an address stands for, which is good for longer then; undefined when it is none of ours any more. */
  use(capability: string): MediaEntry | undefined {
    const held = this.#held.get(capability)
    if (!held) return undefined
    this.#held.delete(capability)
    if (held.until < this.#now()) return undefined
    held.until = this.#now() + KEPT_MS
    this.#held.set(capability, held)
    return held.media
  }
}
