import { type ReadonlySignal, signal } from '@preact/signals'

/** How a collection knows and orders its items. The order is total: `compare` gives 0 only for one id. */
export interface CollectionOptions<T> {
  readonly id: (item: T) => string
  readonly compare: (a: T, b: T) => number
}

/**
 * Items by id, kept in order. Reading follows its signal, so whatever read it is drawn again after a change.
 * Events that come during a load win over what the load brings, which may be older.
 */
export class Collection<T> {
  readonly #options: CollectionOptions<T>
  readonly #byId = new Map<string, T>()
  readonly #version = signal(0)
  #ordered: T[] = []
  #changedSinceBegin: Set<string> | undefined

  constructor(options: CollectionOptions<T>) {
    this.#options = options
  }

  /** Grows by one a change. */
  get version(): ReadonlySignal<number> {
    return this.#version
  }

  count(): number {
    return this.#follow().length
  }

  at(index: number): T | undefined {
    return this.#follow()[index]
  }

  /** All items in order; the array is the collection's own and changes with it. */
  all(): readonly T[] {
    return this.#follow()
  }

  get(id: string): T | undefined {
    this.#follow()
    return this.#byId.get(id)
  }

  /** Where the item with this id stands, or -1. */
  indexOf(id: string): number {
    this.#follow()
    const item = this.#byId.get(id)
    return item === undefined ? -1 : this.#position(item)
  }

  put(item: T): void {
    const id = this.#options.id(item)
    this.#changedSinceBegin?.add(id)
    this.#take(id)
    this.#byId.set(id, item)
    this.#ordered.splice(this.#position(item), 0, item)
    this.#changed()
  }

  remove(id: string): void {
    this.#changedSinceBegin?.add(id)
    this.#take(id)
    this.#byId.delete(id)
    this.#changed()
  }

  /** Marks the start of a load. */
  begin(): void {
    this.#changedSinceBegin = new Set()
  }

  /** Takes what a load brought; what changed since `begin` stays as the events left it. */
  finish(loaded: readonly T[]): void {
    const changed = this.#changedSinceBegin ?? new Set()
    this.#changedSinceBegin = undefined
    for (const id of [...this.#byId.keys()]) if (!changed.has(id)) this.#byId.delete(id)
    for (const item of loaded) {
      const id = this.#options.id(item)
      if (!changed.has(id)) this.#byId.set(id, item)
    }
    this.#ordered = [...this.#byId.values()].sort(this.#options.compare)
    this.#changed()
  }

  #follow(): T[] {
    void this.#version.value
    return this.#ordered
  }

  #changed(): void {
    this.#version.value = this.#version.peek() + 1
  }

  #take(id: string): void {
    const old = this.#byId.get(id)
    if (old !== undefined) this.#ordered.splice(this.#position(old), 1)
  }

  /** Where the item is, or would be put in. */
  #position(item: T): number {
    let low = 0
    let high = this.#ordered.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#ordered[middle]
      if (other !== undefined && this.#options.compare(other, item) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
