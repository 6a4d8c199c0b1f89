import type { PeerId } from '../identity/index.js'
import type { Store, Table } from '../store/index.js'
import { type ChatRecord, LIMITS } from '../wire/index.js'

/** What a record takes beside its text and picture, as counted. */
const RECORD_BYTES = 256

/** What waits for people, in the order in which it was written. */
export class Outbox {
  readonly #table: Table<ChatRecord>

  constructor(store: Store) {
    this.#table = store.table('thread-outbox')
  }

  /** Only inside `Store.write`. */
  put(to: PeerId, record: ChatRecord): void {
    this.#table.put([to, record.at, record.tick], record)
  }

  /** Only inside `Store.write`. */
  remove(to: PeerId, { at, tick }: ChatRecord): void {
    this.#table.remove([to, at, tick])
  }

  /** All that waits for someone. Only inside `Store.write`. */
  clear(to: PeerId): void {
    for (const { key } of [...this.#table.range({ prefix: [to] })]) this.#table.remove(key)
  }

  isEmpty(to: PeerId): boolean {
    for (const _ of this.#table.range({ prefix: [to], limit: 1 })) return false
    return true
  }

  /** The oldest that wait for someone, as many as one message takes. */
  next(to: PeerId): ChatRecord[] {
    const batch: ChatRecord[] = []
    let bytes = 0
    for (const { value } of this.#table.range({ prefix: [to], limit: LIMITS.chatRecords })) {
      bytes += bytesOf(value)
      if (bytes > LIMITS.chatBytes && batch.length > 0) break
      batch.push(value)
    }
    return batch
  }
}

/** The size of a record as it is counted: about what it takes on the wire. */
export function bytesOf(record: ChatRecord): number {
  switch (record.kind) {
    case 'text':
    case 'edit':
      return RECORD_BYTES + Buffer.byteLength(record.text)
    case 'file':
      return RECORD_BYTES + Buffer.byteLength(record.name) + (record.thumbnail?.length ?? 0)
    case 'delete':
    case 'reaction':
      return RECORD_BYTES
  }
}
