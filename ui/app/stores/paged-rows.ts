import { signal } from '@preact/signals'

/** One page as the peer gives it. */
export interface Page<T> {
  readonly total: number
  readonly rows: readonly T[]
}

export type FetchPage<T> = (offset: number, limit: number) => Promise<Page<T>>

/** Rows a page: the most that the facade gives. */
export const PAGE_ROWS = 300
/** Pages kept; the one used longest ago goes first. 6,000 rows whatever the list's length. */
const PAGES_KEPT = 20

/** A window on a list that lies elsewhere: pages come as they are looked at, and are forgotten again. */
export class PagedRows<T> {
  readonly #fetch: FetchPage<T>
  readonly #pages = new Map<number, readonly T[]>()
  readonly #waiting = new Set<number>()
  readonly #version = signal(0)
  readonly #total = signal(0)
  readonly #failure = signal<unknown>(undefined)

  constructor(fetch: FetchPage<T>) {
    this.#fetch = fetch
  }

  count(): number {
    return this.#total.value
  }

  at(index: number): T | undefined {
    void this.#version.value
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS]
  }

  /** What went wrong with the last page, if it did. */
  failure(): unknown {
    return this.#failure.value
  }

  /** Fetches the first page and rejects when that fails. */
  async open(): Promise<void> {
    this.#store(0, await this.#fetch(0, PAGE_ROWS))
  }

  /** Fetches the pages of these rows that are not here. */
  need(first: number, end: number): void {
    const last = Math.floor(Math.max(first, Math.min(end, this.#total.peek()) - 1) / PAGE_ROWS)
    for (let page = Math.floor(first / PAGE_ROWS); page <= last; page++) void this.#load(page)
  }

  /** One row, fetched where it must be. */
  async read(index: number): Promise<T | undefined> {
    const page = Math.floor(index / PAGE_ROWS)
    if (!this.#pages.has(page)) this.#store(page, await this.#fetch(page * PAGE_ROWS, PAGE_ROWS))
    return this.#pages.get(page)?.[index % PAGE_ROWS]
  }

  async #load(page: number): Promise<void> {
    const held = this.#pages.get(page)
    if (held) {
      this.#pages.delete(page)
      this.#pages.set(page, held) // used last
      return
    }
    if (this.#waiting.has(page)) return
    this.#waiting.add(page)
    try {
      this.#store(page, await this.#fetch(page * PAGE_ROWS, PAGE_ROWS))
      this.#failure.value = undefined
    } catch (error) {
      this.#failure.value = error
    } finally {
      this.#waiting.delete(page)
    }
  }

  #store(page: number, { total, rows }: Page<T>): void {
    this.#pages.set(page, rows)
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_KEPT) break
      if (old !== 0) this.#pages.delete(old)
    }
    this.#total.value = total
    this.#version.value = this.#version.peek() + 1
  }
}
