/**
 * The n-th name to try for something whose name is taken: `a.txt`, `a (2).txt`, `a (3).txt`. A folder, or a
 * file whose only dot comes first, is numbered at its end. The name stays within 255 bytes.
 */
export function nthName(name: string, n: number, type: 'file' | 'folder'): string {
  if (n <= 1) return name
  const dot = type === 'file' ? name.lastIndexOf('.') : -1
  const ending = dot > 0 ? name.slice(dot) : ''
  const number = ` (${n})`
  const room = MAX_NAME_BYTES - Buffer.byteLength(number)
  const keptEnding = Buffer.byteLength(ending) <= room / 2 ? ending : ''
  const stem = keptEnding ? name.slice(0, dot) : name
  return `${firstBytes(stem, room - Buffer.byteLength(keptEnding))}${number}${keptEnding}`
}

const MAX_NAME_BYTES = 255

/** As many whole characters from the start as fit. */
function firstBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > most) break
    kept += character
  }
  return kept
}
