import { randomBytes } from 'node:crypto'
import type { ChatMessage, ChatThread } from '../api/index.js'
import type { PeerId, ThreadId } from '../identity/index.js'
import type { Store } from '../store/index.js'
import type { ChatRecord, Stamp } from '../wire/index.js'
import { type Applied, type ApplyOptions, History } from './history.js'
import type { PlacedMessage, ThreadRow } from './rows.js'
import { asShown } from './shown.js'
import { nextStamp } from './stamp.js'

export interface ThreadsOptions {
  readonly self: PeerId
  readonly store: Store
  /** ms since 1970. */
  readonly now: () => number
  /** Told of each message that comes or changes. */
  readonly onMessage: (message: ChatMessage) => void
  /** Told when a thread's place in the list or its count of unread messages may be another. */
  readonly onThread: (thread: ThreadId) => void
}

/** What a person writes, before it has its id and its stamp. */
export type NewRecord = ChatRecord extends infer R
  ? R extends ChatRecord
    ? Omit<R, 'id' | keyof Stamp>
    : never
  : never

/** Brings what the person here writes in a thread to the others in it. */
export interface Carrier {
  /** Takes a record on its way. Called inside the transaction that keeps it here, and throws to refuse it. */
  put(thread: ThreadId, record: ChatRecord): void
  /** What was put is durable here. */
  wake(thread: ThreadId): void
  /** What waits is not wanted any more. Called inside a transaction. */
  forget(thread: ThreadId): void
}

export interface TakeOptions extends ApplyOptions {
  /** Runs in the same transaction after the records, with what became of them. */
  readonly alongside?: (applied: readonly Applied[]) => void
}

/** Messages forgotten in one transaction: of more, the others would wait for long. */
const FORGET_AT_ONCE = 2_000

/** The threads of this peer: what is written by whomever goes into their history and is told of. */
export class Threads {
  readonly history: History
  readonly #options: ThreadsOptions

  constructor(options: ThreadsOptions) {
    this.#options = options
    this.history = new History(options.store, options.self)
  }

  /** Keeps what the person here writes, and gives it to the carrier; the message that it makes or changes. */
  async write(thread: ThreadId, given: NewRecord, carrier: Carrier): Promise<ChatMessage> {
    const { store, self, now } = this.#options
    const id = randomBytes(16).toString('hex')
    let done: readonly Applied[] = []
    await store.write(() => {
      const record = { ...given, id, ...nextStamp(this.history.thread(thread).clock, now()) } as ChatRecord
      done = this.history.apply(thread, self, [record])
      for (const applied of done) if (applied.kind === 'refused') throw applied.error
      carrier.put(thread, record)
    })
    this.#tellAll(thread, done)
    carrier.wake(thread)
    return this.shown(thread, 'target' in given ? given.target : id)
  }

  /** Keeps what someone wrote and tells of it; durable when it resolves. */
  async take(
    thread: ThreadId,
    from: PeerId,
    records: readonly ChatRecord[],
    { alongside, ...options }: TakeOptions = {},
  ): Promise<readonly Applied[]> {
    let done: readonly Applied[] = []
    await this.#options.store.write(() => {
      done = this.history.apply(thread, from, records, options)
      alongside?.(done)
    })
    this.#tellAll(thread, done)
    return done
  }

  /** Puts a message that failed at the end of its thread and gives it to the carrier again. */
  async retry(thread: ThreadId, id: string, carrier: Carrier): Promise<ChatMessage> {
    await this.#options.store.write(() => {
      const failed = this.history.message(thread, id)
      if (!failed.row.error) return
      const stamp = nextStamp(this.history.thread(thread).clock, this.#options.now())
      carrier.put(thread, recordOf(this.history.move(thread, failed, stamp)))
    })
    const message = this.shown(thread, id)
    this.#options.onMessage(message)
    carrier.wake(thread)
    return message
  }

  /** Forgets all that was said in a thread. What was written in it before does not come back. */
  async clear(thread: ThreadId, carrier: Carrier): Promise<void> {
    const { store, onThread } = this.#options
    for (let isMore = true; isMore; )
      await store.write(() => {
        carrier.forget(thread)
        isMore = this.history.forget(thread, FORGET_AT_ONCE)
        if (!isMore) this.history.setThread(thread, { unread: 0, seen: this.history.thread(thread).theirs })
      })
    onThread(thread)
  }

  /** Changes what is known of a thread, and tells of it. */
  async set(thread: ThreadId, change: Partial<ThreadRow>): Promise<void> {
    await this.#options.store.write(() => this.history.setThread(thread, change))
    this.#options.onThread(thread)
  }

  /** A thread as the list of all shows it. */
  summary(thread: ThreadId): ChatThread {
    const { unread, muted = false, draft } = this.history.thread(thread)
    const [last] = this.history.page(thread, undefined, 1)
    return {
      id: thread,
      unread,
      muted,
      ...(last && { last: this.show(thread, last) }),
      ...(draft && { draft }),
    }
  }

  /** A message as front ends see it; NOT_FOUND where it is not here. */
  shown(thread: ThreadId, id: string): ChatMessage {
    return this.show(thread, this.history.message(thread, id))
  }

  show(thread: ThreadId, message: PlacedMessage, known = this.history.thread(thread)): ChatMessage {
    return asShown(message, {
      self: this.#options.self,
      thread,
      known,
      find: id => this.history.find(thread, id),
    })
  }

  /** Tells of a message as it is now; of one that is gone nothing. */
  tell(thread: ThreadId, id: string, known = this.history.thread(thread)): void {
    const message = this.history.find(thread, id)
    if (message) this.#options.onMessage(this.show(thread, message, known))
  }

  /** Tells that a message is on its way, which is kept nowhere. */
  tellSent(thread: ThreadId, id: string, known: ThreadRow): void {
    const message = this.history.find(thread, id)
    if (message) this.#options.onMessage({ ...this.show(thread, message, known), state: 'sent' })
  }

  #tellAll(thread: ThreadId, done: readonly Applied[]): void {
    const known = this.history.thread(thread)
    for (const applied of done)
      if (applied.kind === 'new' || applied.kind === 'changed')
        this.#options.onMessage(this.show(thread, applied.message, known))
    if (done.some(({ kind }) => kind === 'new')) this.#options.onThread(thread)
  }
}

/** The record that makes this message. */
function recordOf({ id, at, tick, row }: PlacedMessage): ChatRecord {
  const { text, replyTo, file } = row
  if (file) return { kind: 'file', id, at, tick, ...file }
  return { kind: 'text', id, at, tick, text, ...(replyTo && { replyTo }) }
}
