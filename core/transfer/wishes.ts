import type { Span } from './piece-map.js'

/** Pieces of an entry that a reader waits for or will want soon. */
export interface Wish {
  readonly entry: number
  readonly span: Span
}

/** Wishes at once; the one not renewed for longest is dropped for another. */
const MOST = 16

/** What the readers of one transfer wish for, by reader. */
export class Wishes {
  /** The newest last. */
  readonly #byReader = new Map<string, Wish>()

  get size(): number {
    return this.#byReader.size
  }

  /** Takes a reader's wish in place of its last one; whether it goes on from there, so that nothing is new. */
  put(reader: string, wish: Wish): boolean {
    const old = this.#byReader.get(reader)
    this.#byReader.delete(reader)
    this.#byReader.set(reader, wish)
    const oldest = this.#byReader.size > MOST ? [...this.#byReader.keys()][0] : undefined
    if (oldest !== undefined) this.#byReader.delete(oldest)
    if (!old || old.entry !== wish.entry) return false
    return wish.span.first >= old.span.first && wish.span.first <= old.span.first + old.span.count
  }

  remove(reader: string): void {
    this.#byReader.delete(reader)
  }

  /** The newest first: who has just moved waits for it. */
  newestFirst(): readonly Wish[] {
    return [...this.#byReader.values()].reverse()
  }
}
