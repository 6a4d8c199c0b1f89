import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Store, Table } from '../store/index.js'

/** A message as it is kept. 'sent' is never kept: after a restart it is only 'waiting' again. */
export interface StoredMessage {
  readonly id: string
  readonly from: PeerId
  readonly text: string
  readonly at: number
  readonly state: 'waiting' | 'delivered' | 'failed'
  readonly error?: { readonly code: string; readonly message: string }
}

/** A message with its place in its thread: a number that grows as messages are stored here. */
export interface PlacedMessage {
  readonly place: number
  readonly message: StoredMessage
}

interface ThreadRecord {
  readonly next: number
  readonly unread: number
}

const EMPTY_THREAD: ThreadRecord = { next: 1, unread: 0 }

/** Messages by thread in the order in which they were stored, each id once; and the outbox of what still waits. */
export class History {
  readonly #store: Store
  readonly #threads: Table<ThreadRecord>
  readonly #messages: Table<StoredMessage>
  readonly #places: Table<number>
  readonly #outbox: Table<true>

  constructor(store: Store) {
    this.#store = store
    this.#threads = store.table('chat-threads')
    this.#messages = store.table('chat-messages')
    this.#places = store.table('chat-places')
    this.#outbox = store.table('chat-outbox')
  }

  /** Stores a message durably; undefined when its id is in the thread already. */
  async append(thread: PeerId, message: StoredMessage, own: boolean): Promise<PlacedMessage | undefined> {
    let placed: PlacedMessage | undefined
    await this.#store.write(() => {
      if (this.#places.get([thread, message.id]) !== undefined) return
      const record = this.#threads.get(thread) ?? EMPTY_THREAD
      const place = record.next
      this.#threads.put(thread, { next: place + 1, unread: own ? record.unread : record.unread + 1 })
      this.#messages.put([thread, place], message)
      this.#places.put([thread, message.id], place)
      if (own) this.#outbox.put([thread, place], true)
      placed = { place, message }
    })
    return placed
  }

  /** Sets how a waiting message ended and takes it out of the outbox. */
  async settle(
    thread: PeerId,
    place: number,
    end: Pick<StoredMessage, 'state' | 'error'>,
  ): Promise<StoredMessage> {
    let settled: StoredMessage | undefined
    await this.#store.write(() => {
      const message = this.#messages.get([thread, place])
      if (!message) return
      settled = { ...message, ...end }
      this.#messages.put([thread, place], settled)
      this.#outbox.remove([thread, place])
    })
    if (!settled) throw new PeerError('NOT_FOUND', 'That message is no longer in the history.')
    return settled
  }

  /** What waits for this person, oldest first, after a place. */
  waiting(thread: PeerId, after: number, limit: number): PlacedMessage[] {
    const found: PlacedMessage[] = []
    const start = [thread, after + 1]
    for (const { key } of this.#outbox.range({ prefix: [thread], start, limit })) {
      const place = placeOf(key)
      const message = this.#messages.get([thread, place])
      if (message) found.push({ place, message })
    }
    return found
  }

  /** A page that ends before the message with this id, or at the thread's end; oldest first. */
  page(thread: PeerId, before: string | undefined, limit: number): PlacedMessage[] {
    const end = before === undefined ? undefined : this.#places.get([thread, before])
    if (before !== undefined && end === undefined)
      throw new PeerError('NOT_FOUND', 'That message is not in this thread.')
    const page: PlacedMessage[] = []
    const range = {
      prefix: [thread],
      end: end === undefined ? undefined : [thread, end],
      reverse: true,
      limit,
    }
    for (const { key, value } of this.#messages.range(range))
      page.push({ place: placeOf(key), message: value })
    return page.reverse()
  }

  unread(thread: PeerId): number {
    return this.#threads.get(thread)?.unread ?? 0
  }

  async markRead(thread: PeerId): Promise<void> {
    if (this.unread(thread) === 0) return
    await this.#store.write(() => {
      const record = this.#threads.get(thread)
      if (record) this.#threads.put(thread, { ...record, unread: 0 })
    })
  }

  /** Everyone with whom there is a thread. */
  people(): PeerId[] {
    return [...this.#threads.range()].map(({ key }) => key as PeerId)
  }
}

function placeOf(key: unknown): number {
  return (key as [string, number])[1]
}
