/** What of a file an answer holds. */
export type RangeAnswer =
  | { readonly kind: 'whole' }
  /** From `start` to before `end`. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  /** Nothing of it lies in the file. */
  | { readonly kind: 'none' }

/** One range; several are answered with the whole, as a server may. */
const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/

/** Reads a Range header for a file of this size. What can't be read is passed over, as RFC 9110 has it. */
export function rangeAnswer(header: string | undefined, size: number): RangeAnswer {
  const [, first = '', last = ''] = RANGE.exec(header?.replaceAll(' ', '') ?? '') ?? []
  if (first === '' && last === '') return { kind: 'whole' }
  if (first === '') {
    const count = Math.min(Number(last), size)
    return count > 0 ? { kind: 'part', start: size - count, end: size } : { kind: 'none' }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return { kind: 'whole' }
  if (start >= size) return { kind: 'none' }
  return { kind: 'part', start, end: last === '' ? size : Math.min(size, Number(last) + 1) }
}
