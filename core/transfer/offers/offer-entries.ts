import type { OfferedEntry } from '../../api/index.js'
import { LIMITS, type WireOfferEntry } from '../../wire/index.js'

/** What an entry costs in a message beside its path and root. */
const ENTRY_BYTES = 64
const ROOT_BYTES = 80

/** An entry as the wire gave it. */
export function fromWire(entry: WireOfferEntry): OfferedEntry {
  const { type, path, mtime } = entry
  if (entry.type === 'folder') return { type, path, size: 0, mtime }
  return { type, path, size: entry.size, mtime, ...(entry.root && { root: entry.root }) }
}

/** An entry as the wire takes it. */
export function toWire({ type, path, size, mtime, root }: OfferedEntry): WireOfferEntry {
  if (type === 'folder') return { type, path, mtime }
  return { type, path, size, mtime, ...(root && { root }) }
}

/** As many of the entries from the first on as fit one message, and at least one. */
export function pageOf(entries: Iterable<OfferedEntry>): WireOfferEntry[] {
  const page: WireOfferEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    bytes += Buffer.byteLength(entry.path) + ENTRY_BYTES + (entry.root ? ROOT_BYTES : 0)
    if (bytes > LIMITS.pageBytes && page.length > 0) break
    page.push(toWire(entry))
  }
  return page
}

/** What is wrong with a list of entries, or undefined: no path comes twice, and nothing is below a file. */
export function listFault(entries: Iterable<OfferedEntry>): string | undefined {
  const kinds = new Map<string, OfferedEntry['type']>()
  for (const { path, type } of entries) {
    if (kinds.has(path)) return 'names a path twice'
    kinds.set(path, type)
  }
  for (const path of kinds.keys())
    for (const above of foldersAbove(path))
      if (kinds.get(above) === 'file') return 'has something below a file'
  return undefined
}

/** The paths above one: `a`, `a/b` of `a/b/c`. */
export function* foldersAbove(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at)
}

/** The first part of a path. */
export function topOf(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? path : path.slice(0, slash)
}

/** What an offer is called: its first thing, and how many more there are. */
export function offerName(entries: Iterable<OfferedEntry>): string {
  const tops = new Set<string>()
  for (const { path } of entries) tops.add(topOf(path))
  const [first = ''] = tops
  return tops.size > 1 ? `${first} and ${tops.size - 1} more` : first
}

/** Whether the bit of an entry is set; without bits all are. */
export function isChosen(bits: Uint8Array | undefined, index: number): boolean {
  return bits === undefined || ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
}
