import type { AcceptChoice, ConsentRule, Failure, OfferedEntry, OfferState } from '../../api/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import type { Store, Table } from '../../store/index.js'

/** What is sent together, to one person or several. */
export interface SendRecord {
  readonly id: string
  readonly name: string
  /** The first path that was named. */
  readonly target: string
  readonly at: number
  readonly files: number
  readonly bytes: number
  readonly count: number
  /** What was left out: links, devices, what can't be read. */
  readonly skipped: number
}

/** A file or folder of a send, where it lies here. */
export interface SentEntry {
  readonly type: 'file' | 'folder'
  readonly path: string
  readonly size: number
  readonly mtime: number
  /** The real path. */
  readonly local: string
  /** The real file or folder that was named, which it must stay in. */
  readonly within: string
}

/** The content of a sent file, and the state of the file that it was read in. */
export interface SentHash {
  readonly root: Root
  readonly dev: string
  readonly ino: string
  readonly mtimeNs: string
}

/**
 * How an offer that was made stands: `waiting` is not delivered, `offered` is, `later` was put off by its
 * receiver, `declined` and `stopped` end it there, `cancelled` here.
 */
export type MadeState =
  | 'waiting'
  | 'offered'
  | 'later'
  | 'accepted'
  | 'done'
  | 'declined'
  | 'stopped'
  | 'cancelled'
  | 'failed'

/** An offer to one person. */
export interface MadeOffer {
  readonly id: string
  readonly send: string
  readonly to: PeerId
  readonly toName: string
  readonly at: number
  readonly state: MadeState
  /** Whether its receiver is still to be told that it is taken back. */
  readonly untold: boolean
  /** Which entries were accepted; all where it is absent. */
  readonly some?: Buffer
  /** Of what was accepted, or of all while nothing was. */
  readonly files: number
  readonly bytes: number
  readonly doneFiles: number
  readonly doneBytes: number
  readonly error?: Failure
  readonly endedAt?: number
}

/** An offer of someone else. */
export interface ReceivedOffer {
  readonly id: string
  readonly from: PeerId
  readonly at: number
  readonly state: OfferState
  /** Whether its sender knows of the state. */
  readonly told: boolean
  readonly files: number
  readonly bytes: number
  readonly count: number
  readonly choice?: AcceptChoice
  /** Whether its downloads were started. */
  readonly started: boolean
  readonly transfers: readonly string[]
  /** Of what is over here: whether its downloads were cancelled. */
  readonly stopped?: boolean
  readonly doneFiles: number
  readonly doneBytes: number
  readonly endedAt?: number
}

/** Entries in one record of a send. */
const PAGE_ENTRIES = 256

/** All that sending with consent keeps in the peer's database. */
export class OfferStore {
  readonly #store: Store
  readonly #sends: Table<SendRecord>
  readonly #sentEntries: Table<readonly SentEntry[]>
  readonly #sentHashes: Table<SentHash>
  readonly #made: Table<MadeOffer>
  readonly #received: Table<ReceivedOffer>
  readonly #receivedEntries: Table<readonly OfferedEntry[]>
  readonly #rules: Table<ConsentRule>

  constructor(store: Store) {
    this.#store = store
    this.#sends = store.table('sends')
    this.#sentEntries = store.table('send-entries')
    this.#sentHashes = store.table('send-hashes')
    this.#made = store.table('offers-made')
    this.#received = store.table('offers-received')
    this.#receivedEntries = store.table('offer-entries')
    this.#rules = store.table('offer-rules')
  }

  send(id: string): SendRecord | undefined {
    return this.#sends.get(id)
  }

  sentEntries(id: string): SentEntry[] {
    return [...this.#sentEntries.range({ prefix: [id] })].flatMap(({ value }) => value)
  }

  *sentHashes(id: string): Generator<readonly [number, SentHash]> {
    for (const { key, value } of this.#sentHashes.range({ prefix: [id] }))
      yield [Array.isArray(key) ? Number(key[1]) : 0, value]
  }

  made(): MadeOffer[] {
    return [...this.#made.range()].map(({ value }) => value)
  }

  received(): ReceivedOffer[] {
    return [...this.#received.range()].map(({ value }) => value)
  }

  /** What is known of an offer's entries, from the first on. */
  receivedEntries(id: string, most = Number.POSITIVE_INFINITY): OfferedEntry[] {
    const entries: OfferedEntry[] = []
    for (const { value } of this.#receivedEntries.range({ prefix: [id] })) {
      entries.push(...value)
      if (entries.length >= most) break
    }
    return entries.slice(0, most)
  }

  rule(person: PeerId): ConsentRule | undefined {
    return this.#rules.get(person)
  }

  rules(): { readonly person: PeerId; readonly rule: ConsentRule }[] {
    return [...this.#rules.range()].map(({ key, value }) => ({ person: key as PeerId, rule: value }))
  }

  /** A new send with all of its offers, or none of it. */
  addSend(send: SendRecord, entries: readonly SentEntry[], offers: readonly MadeOffer[]): Promise<void> {
    return this.#store.write(() => {
      this.#sends.put(send.id, send)
      for (let page = 0; page * PAGE_ENTRIES < entries.length; page++)
        this.#sentEntries.put([send.id, page], entries.slice(page * PAGE_ENTRIES, (page + 1) * PAGE_ENTRIES))
      for (const offer of offers) this.#made.put(offer.id, offer)
    })
  }

  putHashes(send: string, hashes: ReadonlyMap<number, SentHash>): Promise<void> {
    return this.#store.write(() => {
      for (const [index, hash] of hashes) this.#sentHashes.put([send, index], hash)
    })
  }

  putMade(offer: MadeOffer): Promise<void> {
    return this.#store.write(() => this.#made.put(offer.id, offer))
  }

  /** Forgets an offer, and the send when it was its last one. */
  removeMade({ id, send }: MadeOffer, isLast: boolean): Promise<void> {
    return this.#store.write(() => {
      this.#made.remove(id)
      if (!isLast) return
      this.#sends.remove(send)
      for (const table of [this.#sentEntries, this.#sentHashes])
        for (const { key } of [...table.range({ prefix: [send] })]) table.remove(key)
    })
  }

  /** An offer, and where they are given its entries from a number on. */
  putReceived(
    offer: ReceivedOffer,
    page?: { readonly offset: number; readonly entries: readonly OfferedEntry[] },
  ): Promise<void> {
    return this.#store.write(() => {
      this.#received.put(offer.id, offer)
      if (page) this.#receivedEntries.put([offer.id, page.offset], page.entries)
    })
  }

  /** All pages of an offer's entries, in place of what was known. */
  putPages(id: string, pages: ReadonlyMap<number, readonly OfferedEntry[]>): Promise<void> {
    return this.#store.write(() => {
      for (const { key } of [...this.#receivedEntries.range({ prefix: [id] })])
        this.#receivedEntries.remove(key)
      for (const [offset, entries] of pages) this.#receivedEntries.put([id, offset], entries)
    })
  }

  removeReceived(id: string): Promise<void> {
    return this.#store.write(() => {
      this.#received.remove(id)
      for (const { key } of [...this.#receivedEntries.range({ prefix: [id] })])
        this.#receivedEntries.remove(key)
    })
  }

  putRule(person: PeerId, rule: ConsentRule): Promise<void> {
    return this.#store.write(() => {
      if (rule.kind === 'ask') this.#rules.remove(person)
      else this.#rules.put(person, rule)
    })
  }
}
