/** What file systems take in one name. */
export const MAX_NAME_BYTES = 255
const COMPOUND = /\.tar\.[a-z0-9]{1,8}$/i
// A real extension is short; "Mr. Smith goes home" has none.
const EXTENSION = /\.[^.\s]{1,16}$/

/** The first of `name (2).ext`, `name (3).ext` … that is not taken. */
export function freeName(name: string, isTaken: (candidate: string) => boolean): string {
  for (const candidate of numberedNames(name)) if (!isTaken(candidate)) return candidate
  return name // never: the numbers don't end
}

/** `name (2).ext`, `name (3).ext` … without end, each at most 255 bytes, for one who must ask the disk. */
export function* numberedNames(name: string): Generator<string, never> {
  const { stem, extension } = splitName(name)
  for (let n = 2; ; n++) {
    const tail = ` (${n})${extension}`
    yield cut(stem, MAX_NAME_BYTES - Buffer.byteLength(tail)) + tail
  }
}

/** The name, its stem shortened where it would be over so many bytes. */
export function fitName(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const { stem, extension } = splitName(name)
  return cut(stem, maxBytes - Buffer.byteLength(extension)) + extension
}

function splitName(name: string): { readonly stem: string; readonly extension: string } {
  const found = COMPOUND.exec(name) ?? EXTENSION.exec(name)
  // A dot at the start hides a file; it begins no extension.
  if (!found || found.index === 0) return { stem: name, extension: '' }
  return { stem: name.slice(0, found.index), extension: found[0] }
}

/** Cuts between characters, never inside one. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    kept += character
  }
  return kept
}
