/** A text as its UTF-16 units. */
export function lettersOf(text: string): Uint16Array {
  const letters = new Uint16Array(text.length)
  for (let i = 0; i < text.length; i++) letters[i] = text.charCodeAt(i)
  return letters
}

/** Which letters are there: 26 letters, 5 pairs of digits, and one bit for all the rest. */
export function letterMask(units: Uint16Array, from: number, length: number): number {
  let mask = 0
  for (let i = from; i < from + length; i++) mask |= 1 << letterBit(units[i] ?? 0)
  return mask
}

/** The bit of a letter in a mask. */
export function letterBit(code: number): number {
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? 26 + ((code - 48) >> 1) : 31
}
