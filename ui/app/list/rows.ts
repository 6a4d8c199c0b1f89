/** What a list shows, wherever it lies. Reading follows signals, so that a change is drawn. */
export interface Rows<T> {
  count(): number
  /** Missing while its page is on the way. */
  at(index: number): T | undefined
  /** Where the item with this id is now, or -1; absent where the order never changes by itself. */
  indexOf?(id: string): number
  /** Told which rows are in sight. */
  need?(first: number, end: number): void
}
