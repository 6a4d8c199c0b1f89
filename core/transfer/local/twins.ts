import type { Root } from '../../manifest/index.js'

/** Contents that are remembered at once: a list may have a million entries. */
const MOST_ROOTS = 100_000

/** Which entries of one transfer have the same content: the first is fetched, the others wait for it. */
export class Twins {
  readonly #first = new Map<Root, number>()
  readonly #waiting = new Map<number, number[]>()

  /** Whether this is the entry to fetch; if not, it waits for the one that is. */
  isFirst(root: Root, entry: number): boolean {
    const first = this.#first.get(root)
    if (first === undefined || first === entry) {
      if (first === undefined && this.#first.size < MOST_ROOTS) this.#first.set(root, entry)
      return true
    }
    const waiting = this.#waiting.get(first)
    if (waiting) waiting.push(entry)
    else this.#waiting.set(first, [entry])
    return false
  }

  /** Those that waited for this entry. */
  placed(entry: number): readonly number[] {
    const waiting = this.#waiting.get(entry) ?? []
    this.#waiting.delete(entry)
    return waiting
  }

  /** All that wait; each is its own first now. */
  release(): readonly number[] {
    const waiting = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    this.#first.clear()
    return waiting
  }
}
