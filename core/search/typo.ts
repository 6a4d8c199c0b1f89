/** How many typos a word of this length may have. */
export function typosAllowed(length: number): 0 | 1 | 2 {
  if (length >= 8) return 2
  return length >= 4 ? 1 : 0
}

const MAX_LENGTH = 256 // a name has at most 255 bytes
let before = new Uint16Array(MAX_LENGTH + 1)
let above = new Uint16Array(MAX_LENGTH + 1)
let current = new Uint16Array(MAX_LENGTH + 1)

/**
 * Whether `word` becomes `text` by at most `most` typos: a letter added, left out, mistaken, or two
 * neighbours swapped (optimal string alignment). Only the band of `most` around the diagonal is looked at.
 */
export function isTypoOf(word: string, text: string, most: number): boolean {
  const rows = word.length
  const columns = text.length
  if (Math.abs(rows - columns) > most || columns > MAX_LENGTH || rows > MAX_LENGTH) return false
  const far = most + 1
  for (let column = 0; column <= columns; column++) above[column] = Math.min(column, far)
  for (let row = 1; row <= rows; row++) {
    const from = Math.max(1, row - most)
    const to = Math.min(columns, row + most)
    current[from - 1] = from === 1 ? Math.min(row, far) : far
    if (to < columns) current[to + 1] = far
    if (fillRow(word, text, row, from, to) > most) return false
    const oldest = before
    before = above
    above = current
    current = oldest
  }
  return (above[columns] ?? far) <= most
}

/** Fills one row of the band; gives its smallest value. */
function fillRow(word: string, text: string, row: number, from: number, to: number): number {
  const letter = word.charCodeAt(row - 1)
  const letterBefore = row > 1 ? word.charCodeAt(row - 2) : -1
  let least = current[from - 1] ?? 0
  for (let column = from; column <= to; column++) {
    const other = text.charCodeAt(column - 1)
    let cost = (above[column - 1] ?? 0) + (letter === other ? 0 : 1)
    cost = Math.min(cost, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
    if (letterBefore === other && column > 1 && letter === text.charCodeAt(column - 2)) {
      cost = Math.min(cost, (before[column - 2] ?? 0) + 1)
    }
    current[column] = cost
    if (cost < least) least = cost
  }
  return least
}
