import { displayWidth, fit } from './width.js'

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly right?: boolean
  /** Gives way when the table is wider than the terminal. At most one a table. */
  readonly flexible?: boolean
}

const GAP = 2
const LEAST_FLEXIBLE = 12

/**
 * Rows of ready text as aligned lines under their titles, no wider than `width` where there is one. What is
 * read by a program (no width) is never cut.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string[] {
  const all = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, i) => Math.max(...all.map(row => displayWidth(row[i] ?? ''))))
  const flexible = columns.findIndex(column => column.flexible)
  if (width !== undefined && flexible >= 0) {
    const others = widths.reduce((sum, w, i) => (i === flexible ? sum : sum + w), 0)
    const left = Math.max(LEAST_FLEXIBLE, width - others - GAP * (columns.length - 1))
    widths[flexible] = Math.min(widths[flexible] ?? 0, left)
  }
  return all.map(row =>
    columns
      .map((column, i) => cell(row[i] ?? '', widths[i] ?? 0, column))
      .join('  ')
      .trimEnd(),
  )
}

function cell(text: string, width: number, { right }: Column): string {
  const shown = fit(text, width)
  const padding = ' '.repeat(Math.max(0, width - displayWidth(shown)))
  return right ? padding + shown : shown + padding
}
