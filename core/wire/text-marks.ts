const MARK = '\ufeff'
/** The private use area: as long in UTF-8 as the mark. */
const FIRST_STAND_IN = 0xe000
const LAST_STAND_IN = 0xf8ff

/**
 * cbor-x reads texts over 64 bytes with a TextDecoder, which drops a byte order mark at the start: a file of
 * such a name could not be asked for. So each mark goes through the decoder as another character, one that
 * the message has nowhere, and is put back after it.
 */
export function standInForMarks(
  bytes: Buffer,
  starts: readonly number[],
): { readonly copy: Buffer; readonly restore: (value: unknown) => unknown } {
  let code = FIRST_STAND_IN
  while (code < LAST_STAND_IN && bytes.includes(String.fromCharCode(code))) code++
  const standIn = String.fromCharCode(code)
  const copy = Buffer.from(bytes)
  for (const start of starts) copy.write(standIn, start)
  return { copy, restore: value => restored(value, standIn) }
}

function restored(value: unknown, standIn: string): unknown {
  if (typeof value === 'string') return value.startsWith(standIn) ? MARK + value.slice(1) : value
  if (Array.isArray(value)) return value.map(item => restored(item, standIn))
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [
    restored(key, standIn),
    restored(item, standIn),
  ])
  return Object.fromEntries(entries)
}
