import { isPeerError, PeerError } from '../errors/index.js'
import type { PeerId, ThreadId } from '../identity/index.js'
import type { Store, Table } from '../store/index.js'
import type { ChatRecord, Stamp } from '../wire/index.js'
import {
  type ChangeRecord,
  changedRow,
  isMessageRecord,
  type MessageRecord,
  newRow,
} from './change-message.js'
import {
  EMPTY_THREAD,
  type MessageRow,
  messageKey,
  type PlacedMessage,
  placedMessage,
  type ThreadRow,
} from './rows.js'
import { laterStamp } from './stamp.js'

/** What became of a record: a message that is new or another now, nothing, or why it is not taken. */
export type Applied =
  | { readonly kind: 'new' | 'changed'; readonly message: PlacedMessage }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly error: PeerError }

export interface ApplyOptions {
  /** What happens to a change whose message is not here: it waits for it, or is forgotten (the default). */
  readonly early?: 'keep' | 'forget'
}

const SAME: Applied = { kind: 'same' }

/** Messages by thread in the order of their stamps, each id once, and what is known of each thread. */
export class History {
  readonly #self: PeerId
  readonly #threads: Table<ThreadRow>
  readonly #messages: Table<MessageRow>
  readonly #places: Table<Stamp>
  readonly #early: Table<ChangeRecord>

  constructor(store: Store, self: PeerId) {
    this.#self = self
    this.#threads = store.table('threads')
    this.#messages = store.table('thread-messages')
    this.#places = store.table('thread-places')
    this.#early = store.table('thread-early')
  }

  /** Takes records of one person, in their order. Only inside `Store.write`. */
  apply(
    thread: ThreadId,
    from: PeerId,
    records: readonly ChatRecord[],
    options: ApplyOptions = {},
  ): Applied[] {
    let known = this.thread(thread)
    const done = records.map(record => {
      const applied = isMessageRecord(record)
        ? this.#add(thread, from, record)
        : this.#change(thread, from, record, options)
      if (applied.kind !== 'refused') known = this.#seen(known, from, record, applied.kind === 'new')
      return applied
    })
    this.#threads.put(thread, known)
    return done
  }

  /** Changes what is known of a thread. Only inside `Store.write`. */
  setThread(thread: ThreadId, change: Partial<ThreadRow>): void {
    this.#threads.put(thread, { ...this.thread(thread), ...change })
  }

  /** Keeps why a message of one's own was not sent. Only inside `Store.write`. */
  fail(thread: ThreadId, id: string, error: { readonly code: string; readonly message: string }): void {
    const message = this.find(thread, id)
    if (!message) return
    this.#messages.put(messageKey(thread, message, id), { ...message.row, error })
    if (error.code !== 'CLOCK_AHEAD') return
    // A clock that was wrong must not push on what is written once it is right.
    const { theirs, delivered } = this.thread(thread)
    this.setThread(thread, { clock: laterStamp(laterStamp(theirs, delivered), this.#lastSound(thread)) })
  }

  /** Moves a message that failed to where it would stand had it been written now. Only inside `Store.write`. */
  move(thread: ThreadId, { id, row, ...old }: PlacedMessage, to: Stamp): PlacedMessage {
    const { error: _error, ...sound } = row
    this.#messages.remove(messageKey(thread, old, id))
    this.#messages.put(messageKey(thread, to, id), sound)
    this.#places.put([thread, id], { at: to.at, tick: to.tick })
    this.setThread(thread, { clock: to })
    return { id, at: to.at, tick: to.tick, row: sound }
  }

  thread(thread: ThreadId): ThreadRow {
    return this.#threads.get(thread) ?? EMPTY_THREAD
  }

  threads(): { readonly id: ThreadId; readonly row: ThreadRow }[] {
    return [...this.#threads.range()].map(({ key, value }) => ({ id: key as ThreadId, row: value }))
  }

  find(thread: ThreadId, id: string): PlacedMessage | undefined {
    const place = this.#places.get([thread, id])
    const row = place && this.#messages.get(messageKey(thread, place, id))
    return row && { ...place, id, row }
  }

  /** As `find`; NOT_FOUND where there is none. */
  message(thread: ThreadId, id: string): PlacedMessage {
    const found = this.find(thread, id)
    if (found) return found
    throw new PeerError('NOT_FOUND', 'That message is not in this thread.')
  }

  /** A page that ends before the message with this id, or at the thread's end; oldest first. */
  page(thread: ThreadId, before: string | undefined, limit: number): PlacedMessage[] {
    const end = before === undefined ? undefined : messageKey(thread, this.message(thread, before), before)
    const range = { prefix: [thread], end, reverse: true, limit }
    return [...this.#messages.range(range)].map(({ key, value }) => placedMessage(key, value)).reverse()
  }

  /** Those with a stamp over `after`, up to and with `upTo`; the newest first. */
  between(thread: ThreadId, after: Stamp | undefined, upTo: Stamp, limit: number): PlacedMessage[] {
    const start = after && [thread, after.at, after.tick + 1]
    const end = [thread, upTo.at, upTo.tick + 1]
    const range = { prefix: [thread], ...(start && { start }), end, reverse: true, limit }
    return [...this.#messages.range(range)].map(({ key, value }) => placedMessage(key, value))
  }

  /** Removes some of a thread's messages; false once none is left. Only inside `Store.write`. */
  forget(thread: ThreadId, limit: number): boolean {
    const messages = [...this.#messages.range({ prefix: [thread], limit })]
    for (const { key, value } of messages) {
      this.#messages.remove(key)
      this.#places.remove([thread, placedMessage(key, value).id])
    }
    for (const { key } of [...this.#early.range({ prefix: [thread], limit })]) this.#early.remove(key)
    return messages.length === limit
  }

  #add(thread: ThreadId, from: PeerId, record: MessageRecord): Applied {
    const { id, at, tick } = record
    const known = this.find(thread, id)
    if (known && known.row.from !== from)
      return refused('BAD_INPUT', 'The id of this message is that of another one.')
    if (known) return SAME
    let row = newRow(from, record)
    for (const { key, value } of [...this.#early.range({ prefix: [thread, id] })]) {
      row = fitting(row, (key as [string, string, PeerId])[2], value)
      this.#early.remove(key)
    }
    this.#messages.put(messageKey(thread, record, id), row)
    this.#places.put([thread, id], { at, tick })
    return { kind: 'new', message: { id, at, tick, row } }
  }

  #change(thread: ThreadId, from: PeerId, change: ChangeRecord, { early = 'forget' }: ApplyOptions): Applied {
    const known = this.find(thread, change.target)
    if (!known) {
      if (early === 'keep') this.#early.put([thread, change.target, from, change.id], change)
      return SAME
    }
    try {
      const row = changedRow(known.row, from, change)
      if (!row) return SAME
      this.#messages.put(messageKey(thread, known, known.id), row)
      return { kind: 'changed', message: { ...known, row } }
    } catch (error) {
      if (isPeerError(error)) return { kind: 'refused', error }
      throw error
    }
  }

  #seen(known: ThreadRow, from: PeerId, { at, tick }: ChatRecord, isNew: boolean): ThreadRow {
    const stamp = { at, tick }
    const clock = laterStamp(known.clock, stamp) ?? stamp
    if (from === this.#self) return { ...known, clock, answered: true }
    const theirs = laterStamp(known.theirs, stamp) ?? stamp
    if (!isNew) return { ...known, clock, theirs }
    const row = { ...known, clock, theirs, unread: known.unread + 1 }
    return known.answered ? row : { ...row, unanswered: (known.unanswered ?? 0) + 1 }
  }

  #lastSound(thread: ThreadId): Stamp | undefined {
    for (const { key, value } of this.#messages.range({ prefix: [thread], reverse: true }))
      if (!value.error) {
        const { at, tick } = placedMessage(key, value)
        return { at, tick }
      }
    return undefined
  }
}

/** A change that came before its message counts where it would have been taken after it. */
function fitting(row: MessageRow, from: PeerId, change: ChangeRecord): MessageRow {
  try {
    return changedRow(row, from, change) ?? row
  } catch (error) {
    if (isPeerError(error)) return row
    throw error
  }
}

function refused(code: 'BAD_INPUT', message: string): Applied {
  return { kind: 'refused', error: new PeerError(code, message) }
}
