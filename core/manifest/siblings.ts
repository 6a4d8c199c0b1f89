const FIRST_CAPACITY = 256
const NONE = -1

/** The ends of a folder's list of children. */
export interface ChildList {
  first: number
  last: number
  childCount: number
}

export function noChildren(): ChildList {
  return { first: NONE, last: NONE, childCount: 0 }
}

/** The children of folders, in the order they were added: lists linked both ways, so that each can leave at once. */
export class Siblings {
  #next = new Int32Array(FIRST_CAPACITY)
  #previous = new Int32Array(FIRST_CAPACITY)

  /** Makes room for so many entries. */
  reserve(entries: number): void {
    if (entries <= this.#next.length) return
    const next = new Int32Array(entries)
    const previous = new Int32Array(entries)
    next.set(this.#next)
    previous.set(this.#previous)
    this.#next = next
    this.#previous = previous
  }

  append(list: ChildList, slot: number): void {
    if (slot >= this.#next.length) this.reserve(Math.max(slot + 1, 2 * this.#next.length))
    this.#next[slot] = NONE
    this.#previous[slot] = list.last
    if (list.last === NONE) list.first = slot
    else this.#next[list.last] = slot
    list.last = slot
    list.childCount += 1
  }

  remove(list: ChildList, slot: number): void {
    const next = this.#next[slot] ?? NONE
    const previous = this.#previous[slot] ?? NONE
    if (previous === NONE) list.first = next
    else this.#next[previous] = next
    if (next === NONE) list.last = previous
    else this.#previous[next] = previous
    list.childCount -= 1
  }

  /** A copy: the list may change meanwhile. */
  of(list: ChildList): number[] {
    const slots: number[] = []
    for (let slot = list.first; slot !== NONE; slot = this.#next[slot] ?? NONE) slots.push(slot)
    return slots
  }
}
