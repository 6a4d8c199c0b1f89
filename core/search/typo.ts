/** How many typos a word of this length may have. */
export function typosAllowed(length: number): 0 | 1 | 2 {
  if (length >= 8) return 2
  return length >= 4 ? 1 : 0
}

let before = new Uint16Array(256)
let above = new Uint16Array(256)
let current = new Uint16Array(256)

/**
 * Whether a word becomes the letters of `units` from `from` on by at most `most` typos: a letter added, left out,
 * mistaken, or two neighbours swapped (optimal string alignment). Only the band of `most` around the diagonal
 * is looked at.
 */
export function isTypoOf(
  word: Uint16Array,
  units: Uint16Array,
  from: number,
  columns: number,
  most: number,
): boolean {
  const rows = word.length
  if (Math.abs(rows - columns) > most) return false
  if (columns >= above.length) makeRoom(columns + 1)
  const far = most + 1
  for (let column = 0; column <= columns; column++) above[column] = Math.min(column, far)
  for (let row = 1; row <= rows; row++) {
    const first = Math.max(1, row - most)
    const last = Math.min(columns, row + most)
    current[first - 1] = first === 1 ? Math.min(row, far) : far
    if (last < columns) current[last + 1] = far
    if (fillRow(word, units, from, row, first, last) > most) return false
    const oldest = before
    before = above
    above = current
    current = oldest
  }
  return (above[columns] ?? far) <= most
}

/** Fills one row of the band; gives its smallest value. */
function fillRow(
  word: Uint16Array,
  units: Uint16Array,
  from: number,
  row: number,
  first: number,
  last: number,
): number {
  const letter = word[row - 1]
  const letterBefore = row > 1 ? word[row - 2] : -1
  let least = current[first - 1] ?? 0
  for (let column = first; column <= last; column++) {
    const other = units[from + column - 1]
    let cost = (above[column - 1] ?? 0) + (letter === other ? 0 : 1)
    const left = (current[column - 1] ?? 0) + 1
    const up = (above[column] ?? 0) + 1
    if (up < cost) cost = up
    if (left < cost) cost = left
    if (letterBefore === other && column > 1 && letter === units[from + column - 2]) {
      const swapped = (before[column - 2] ?? 0) + 1
      if (swapped < cost) cost = swapped
    }
    current[column] = cost
    if (cost < least) least = cost
  }
  return least
}

function makeRoom(columns: number): void {
  before = new Uint16Array(2 * columns)
  above = new Uint16Array(2 * columns)
  current = new Uint16Array(2 * columns)
}
