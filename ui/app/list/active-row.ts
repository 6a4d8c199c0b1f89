import { type ReadonlySignal, signal } from '@preact/signals'
import type { Rows } from './rows.js'

/** What the active row needs to know of its list, as it is now. */
export interface ActiveRowOf<T> {
  readonly rows: Rows<T>
  readonly id: (item: T) => string
  readonly onMove?: (id: string | undefined) => void
}

/** The row that the keys act on. It stays with its item when the order changes. */
export interface ActiveRow<T> {
  readonly index: ReadonlySignal<number>
  set(index: number): void
  /** After a change of the rows: finds the item again, or the nearest place. */
  follow(rows: Rows<T>, isNew: boolean): void
}

export function createActiveRow<T>(list: () => ActiveRowOf<T>): ActiveRow<T> {
  const index = signal(0)
  let id: string | undefined

  const set = (next: number) => {
    index.value = next
    const { rows, id: idOf, onMove } = list()
    const item = rows.at(next)
    id = item === undefined ? undefined : idOf(item)
    onMove?.(id)
  }
  return {
    index,
    set,
    follow(rows, isNew) {
      if (isNew) return set(0)
      const found = id !== undefined && rows.indexOf ? rows.indexOf(id) : -1
      if (found >= 0) index.value = found
      else if (id === undefined || rows.indexOf) set(Math.max(0, Math.min(index.peek(), rows.count() - 1)))
    },
  }
}
