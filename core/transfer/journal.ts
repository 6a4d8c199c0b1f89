import { pieceCount, pieceLength } from '../content/index.js'
import { PeerError } from '../errors/index.js'
import type { Store, Table } from '../store/index.js'
import {
  journalCorrupt,
  type PieceRecord,
  parseEntryPage,
  parsePieceRecord,
  parseTransferRecord,
  type TransferRecord,
} from './journal-records.js'
import { piecesOfBits } from './piece-map.js'
import type { PlannedEntry } from './plan.js'

/** Entries in one record: a page costs one put instead of 256. */
export const PAGE_ENTRIES = 256

/** What one commit changes in one transfer. Left out: unchanged. */
export interface JournalChange {
  readonly record?: TransferRecord
  readonly pages?: ReadonlyMap<number, readonly PlannedEntry[]>
  /** A bit an entry of a page, set where it is placed. */
  readonly done?: ReadonlyMap<number, Buffer>
  /** By entry; undefined forgets a file's pieces and layer. */
  readonly pieces?: ReadonlyMap<number, PieceRecord | undefined>
  readonly layers?: ReadonlyMap<number, Buffer>
}

/**
 * What survives a crash, in the peer's store: of each transfer a record, its entries in pages, which of them
 * are placed, and of files being fetched the synced pieces and the layer. A commit is durable when it resolves.
 */
export class Journal {
  readonly #store: Store
  readonly #records: Table<unknown>
  readonly #pages: Table<unknown>
  readonly #done: Table<unknown>
  readonly #pieces: Table<unknown>
  readonly #layers: Table<unknown>

  constructor(store: Store) {
    this.#store = store
    this.#records = store.table('transfers')
    this.#pages = store.table('transfer-entries')
    this.#done = store.table('transfer-done')
    this.#pieces = store.table('transfer-pieces')
    this.#layers = store.table('transfer-layers')
  }

  /** Every transfer, oldest first; one whose record is damaged is given as its id and the error. */
  transfers(): (TransferRecord | { readonly id: string; readonly damage: PeerError })[] {
    const found = [...this.#records.range()].map(({ key, value }) => {
      const id = String(key)
      try {
        const record = parseTransferRecord(value)
        if (record.id !== id) throw journalCorrupt()
        return record
      } catch (error) {
        return { id, damage: asDamage(error) }
      }
    })
    const order = (item: (typeof found)[number]) => ('damage' in item ? 0 : item.createdAt)
    return found.sort((a, b) => order(a) - order(b))
  }

  /** A page of entries; JOURNAL_CORRUPT when it is damaged or missing. */
  page(id: string, page: number): PlannedEntry[] {
    return parseEntryPage(this.#pages.get([id, page]))
  }

  doneBits(id: string, page: number): Buffer | undefined {
    const bits = this.#done.get([id, page])
    if (bits === undefined) return undefined
    if (Buffer.isBuffer(bits) && bits.length === PAGE_ENTRIES / 8) return bits
    throw journalCorrupt()
  }

  /** The files being fetched, by entry. */
  pieces(id: string): Map<number, PieceRecord> {
    const found = new Map<number, PieceRecord>()
    for (const { key, value } of this.#pieces.range({ prefix: [id] })) {
      const entry = Array.isArray(key) ? key[1] : undefined
      if (typeof entry !== 'number') throw journalCorrupt()
      found.set(entry, parsePieceRecord(value))
    }
    return found
  }

  /** The pieces of one file that is being fetched. */
  piecesOf(id: string, entry: number): PieceRecord | undefined {
    const record = this.#pieces.get([id, entry])
    return record === undefined ? undefined : parsePieceRecord(record)
  }

  /** A file's piece layer as it was kept; whoever uses it verifies it against the root. */
  layer(id: string, entry: number): Buffer | undefined {
    const layer = this.#layers.get([id, entry])
    return Buffer.isBuffer(layer) ? layer : undefined
  }

  commit(id: string, change: JournalChange): Promise<void> {
    return this.#store.write(() => {
      if (change.record) this.#records.put(id, change.record)
      for (const [page, entries] of change.pages ?? []) this.#pages.put([id, page], entries)
      for (const [page, bits] of change.done ?? []) this.#done.put([id, page], bits)
      for (const [entry, layer] of change.layers ?? []) this.#layers.put([id, entry], layer)
      for (const [entry, record] of change.pieces ?? []) {
        if (record) this.#pieces.put([id, entry], record)
        else {
          this.#pieces.remove([id, entry])
          this.#layers.remove([id, entry])
        }
      }
    })
  }

  /** Forgets what a transfer that goes no further needs no more; what it was of is kept with its entries. */
  forget(id: string, { keep }: { readonly keep: 'entries' | 'record' | 'nothing' }): Promise<void> {
    const tables = [this.#done, this.#pieces, this.#layers, ...(keep === 'entries' ? [] : [this.#pages])]
    return this.#store.write(() => {
      for (const table of tables) {
        for (const key of [...table.range({ prefix: [id] })].map(item => item.key)) table.remove(key)
      }
      if (keep === 'nothing') this.#records.remove(id)
    })
  }
}

/** Bytes of a file of this size that the journal claims, before they are looked at. */
export function journaledBytes(record: PieceRecord | undefined, size: number): number {
  const pieces = record ? piecesOfBits(record.bits, pieceCount(size)) : []
  return pieces.reduce((bytes, piece) => bytes + pieceLength(size, piece), 0)
}

function asDamage(error: unknown): PeerError {
  return error instanceof PeerError ? error : journalCorrupt(error)
}
