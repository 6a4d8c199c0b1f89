import { join } from 'node:path'
import type { EntriesPage, TransferEntry } from '../api/index.js'
import { pieceBytes } from '../content/index.js'
import { PeerError } from '../errors/index.js'
import { Catalog } from './catalog.js'
import { targetPath } from './entry-target.js'
import { presentBytes } from './file-in-work.js'
import { type Journal, journaledBytes } from './journal.js'
import type { TransferRecord } from './journal-records.js'
import { partialPath } from './partial-path.js'
import type { PieceMap } from './piece-map.js'
import type { PlannedEntry } from './plan.js'
import type { Whereabouts } from './read-verified.js'
import type { ShownState } from './state.js'
import type { Wish } from './wishes.js'

/** How far before a reader its pieces are fetched first; at least one whole piece. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024

/** What a view of a download's entries is made from. */
export interface EntriesViewDeps {
  readonly journal: Journal
  readonly catalog: Catalog
  record(): TransferRecord
  state(): ShownState
  /** The pieces of a file that is being fetched now. */
  pieces(entry: number): PieceMap | undefined
}

/** What a download is of, and where the bytes of each entry are, while it runs and after. */
export class EntriesView {
  readonly #deps: EntriesViewDeps
  /** Of a download that was finished before this process started: read when asked for. */
  #finished: Catalog | undefined

  constructor(deps: EntriesViewDeps) {
    this.#deps = deps
  }

  /** A page of the list; CLOSED when the download was cancelled. */
  page(offset: number, limit: number): EntriesPage {
    const list = this.#list()
    const entries: TransferEntry[] = []
    for (let index = offset; index < Math.min(list.count, offset + limit); index++) {
      const { path, type, size } = list.at(index)
      const name = path.slice(path.lastIndexOf('/') + 1) || this.#deps.record().name
      entries.push({ index, path, name, type, size, done: this.#bytesHere(index, list.at(index)) })
    }
    return { total: list.count, entries }
  }

  /** Where an entry's bytes are from an offset on; throws when they are never to come. */
  locate(entry: number, offset: number): Whereabouts {
    const record = this.#deps.record()
    const about = this.#entry(entry)
    const { size } = about
    if (offset >= size) return { kind: 'end' }
    if (this.#isPlaced(entry)) {
      const path = join(record.folder, targetPath(record, about))
      const placed = { folder: record.folder, size, mtime: about.mtime }
      return { kind: 'here', path, bytes: size - offset, placed }
    }
    refuseStopped(this.#deps.state())
    const first = Math.floor(offset / pieceBytes(size))
    const pieces = this.#deps.pieces(entry)?.verifiedFrom(first) ?? 0
    if (pieces === 0) return { kind: 'coming' }
    const end = Math.min(size, (first + pieces) * pieceBytes(size))
    return { kind: 'here', path: partialPath(record.tmp, entry), bytes: end - offset }
  }

  /** What a reader at an offset wants of an entry now and soon. */
  wish(entry: number, offset: number): Wish {
    const bytes = pieceBytes(this.#entry(entry).size)
    const count = Math.max(2, Math.ceil(READ_AHEAD_BYTES / bytes))
    return { entry, span: { first: Math.floor(offset / bytes), count } }
  }

  #entry(index: number): PlannedEntry {
    const list = this.#list()
    if (index >= list.count) throw new PeerError('NOT_FOUND', 'This transfer has no such entry.')
    const about = list.at(index)
    if (about.type === 'folder') throw new PeerError('BAD_INPUT', 'A folder has no bytes. Name a file.')
    return about
  }

  #list(): Catalog {
    const { catalog, journal, record } = this.#deps
    const { finished, wish, id, entries } = record()
    if (wish === 'cancel') throw cancelled()
    if (!finished || catalog.count > 0) return catalog
    this.#finished ??= new Catalog(journal, id, entries)
    return this.#finished
  }

  #isPlaced(entry: number): boolean {
    return this.#deps.record().finished || this.#deps.catalog.isDone(entry)
  }

  #bytesHere(entry: number, { size }: PlannedEntry): number {
    if (this.#isPlaced(entry)) return size
    const { journal, record, pieces } = this.#deps
    const open = pieces(entry)
    return open ? presentBytes(open, size) : journaledBytes(journal.piecesOf(record().id, entry), size)
  }
}

/** Throws when a download goes on only by the user's act. */
function refuseStopped({ state, reason, error }: ShownState): void {
  if (state === 'failed' || reason === 'source-changed')
    throw new PeerError(
      error?.code ?? 'SOURCE_CHANGED',
      error?.message ?? 'The file has changed at its owner.',
    )
  if (state === 'paused' && reason === 'user')
    throw new PeerError('CLOSED', 'This download is paused. Resume it to go on reading.')
}

function cancelled(): PeerError {
  return new PeerError('CLOSED', 'This download was cancelled.')
}
