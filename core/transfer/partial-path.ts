import { sep } from 'node:path'

/** The partial file of an entry, in a transfer's folder of partial files. */
export function partialPath(tmp: string, entry: number): string {
  return `${tmp}${sep}${entry}.part`
}
