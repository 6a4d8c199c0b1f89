import { type Offer, type OfferedEntry, shortId, visibleName } from '../../core/index.js'
import { formatSize, isoTime } from './output/index.js'

/** An offer as programs read it. */
export function offerObject(offer: Offer): object {
  const { id, from, fromName, name, state, files, bytes, count, at, entries } = offer
  const listed = entries.map(entryObject)
  return { id, from, fromName, name, state, files, bytes, count, at: isoTime(at), entries: listed }
}

/** What someone wants to send, in a line, and how to answer. */
export function offerText({ id, from, fromName, name, files, bytes }: Offer): string {
  const what = `${visibleName(name)}: ${filesText(files)}, ${formatSize(bytes)}`
  const who = `${visibleName(fromName)} (${shortId(from)})`
  return `${who} wants to send ${what}\n  tspeer accept ${shownId(id)}, or tspeer decline ${shownId(id)}`
}

/** The beginning of an id, which is enough to name it. */
export function shownId(id: string): string {
  return id.slice(0, 8)
}

/** A number of files in words. */
export function filesText(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

function entryObject({ path, type, size, mtime, root }: OfferedEntry): object {
  return { path, type, size, mtime: isoTime(mtime), root }
}
