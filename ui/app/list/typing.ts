import type { Rows } from './rows.js'

/** A pause in typing that starts a new word. */
const PAUSE_MS = 800
/** Rows looked at; of longer lists the rest is not here anyway. */
const MOST_ROWS = 10_000

/** Finds the row that typing leads to: the next loaded one whose name begins with what is typed. */
export function createTyping<T>(): (letter: string, rows: Rows<T>, from: number) => number | undefined {
  let text = ''
  let typedAt = Number.NEGATIVE_INFINITY
  return (letter, rows, from) => {
    const now = performance.now()
    text = (now - typedAt < PAUSE_MS ? text : '') + letter.toLowerCase()
    typedAt = now
    const start = text.length > 1 ? from : from + 1 // a first letter moves on, a further one may stay
    const total = Math.min(rows.count(), MOST_ROWS)
    for (let step = 0; step < total; step++) {
      const index = (start + step) % total
      if (nameOf(rows.at(index))?.toLowerCase().startsWith(text)) return index
    }
    return undefined
  }
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('name' in item)) return undefined
  return typeof item.name === 'string' ? item.name : undefined
}
