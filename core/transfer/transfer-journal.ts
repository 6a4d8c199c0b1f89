import type { Catalog } from './catalog.js'
import type { Clock } from './clock.js'
import type { Journal } from './journal.js'
import type { PieceRecord, TransferRecord } from './journal-records.js'

/** How long news waits for more before it is committed, ms. */
const WAIT_MS = 100

/** What one transfer notes in the journal: gathered, and committed together. */
export class TransferJournal {
  readonly #journal: Journal
  readonly #catalog: Catalog
  readonly #clock: Clock
  readonly #failed: (error: unknown) => void
  #record: TransferRecord
  #recordIsNew = false
  #pieces = new Map<number, PieceRecord | undefined>()
  #layers = new Map<number, Buffer>()
  #stopWaiting: (() => void) | undefined
  #running: Promise<void> = Promise.resolve()

  /** `failed` hears of a commit in the background that went wrong; what it held is committed with the next. */
  constructor(
    record: TransferRecord,
    catalog: Catalog,
    { journal, clock, failed }: { journal: Journal; clock: Clock; failed: (error: unknown) => void },
  ) {
    this.#record = record
    this.#catalog = catalog
    this.#journal = journal
    this.#clock = clock
    this.#failed = failed
  }

  get record(): TransferRecord {
    return this.#record
  }

  /** Changes fields of the record; committed with the next commit. */
  change(fields: Partial<TransferRecord>): void {
    this.#record = { ...this.#record, ...fields }
    this.#recordIsNew = true
  }

  /** What is synced of a file, or, undefined, that it is placed. */
  putPieces(entry: number, record: PieceRecord | undefined): void {
    this.#pieces.set(entry, record)
    if (!record) this.#layers.delete(entry)
  }

  putLayer(entry: number, layer: Uint8Array): void {
    this.#layers.set(entry, Buffer.from(layer.buffer, layer.byteOffset, layer.byteLength))
  }

  /** Commits what there is, soon. */
  commitSoon(): void {
    this.#stopWaiting ??= this.#clock.after(WAIT_MS, () => {
      this.#stopWaiting = undefined
      this.commit().catch(this.#failed)
    })
  }

  /** Commits everything noted so far; durable when it resolves. */
  commit(): Promise<void> {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    const next = this.#running.catch(() => {}).then(() => this.#write())
    this.#running = next
    return next
  }

  async #write(): Promise<void> {
    const changes = this.#catalog.takeChanges()
    const pieces = this.#pieces
    const layers = this.#layers
    const withRecord = this.#recordIsNew
    if (changes.pages.size + changes.done.size + pieces.size + layers.size === 0 && !withRecord) return
    this.#pieces = new Map()
    this.#layers = new Map()
    this.#recordIsNew = false
    try {
      const record = withRecord ? { record: this.#record } : {}
      await this.#journal.commit(this.#record.id, { ...changes, pieces, layers, ...record })
      this.#catalog.settle(changes, true)
    } catch (error) {
      this.#catalog.settle(changes, false)
      this.#pieces = new Map([...pieces, ...this.#pieces])
      this.#layers = new Map([...layers, ...this.#layers])
      this.#recordIsNew ||= withRecord
      throw error
    }
  }
}
