import type { ChatMessage, ChatThread, HistoryQuery, NewMessage } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId, type ThreadId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Store } from '../store/index.js'
import type { Connection, MessageAnswer, MessageBody } from '../wire/index.js'
import { checkReaction, checkText } from './check-text.js'
import { Courier } from './courier.js'
import { Receiver } from './receiver.js'
import { type Carrier, type NewRecord, Threads } from './threads.js'
import { Typing } from './typing.js'

/** What chat needs of the peer. */
export interface ChatOptions {
  readonly self: PeerId
  readonly store: Store
  readonly log: Logger
  /** The control connection to someone, dialled when there is none. */
  readonly connect: (to: PeerId, signal: AbortSignal) => Promise<Pick<Connection, 'request'>>
  /** Told of each message that comes or changes. */
  readonly onMessage: (message: ChatMessage) => void
  /** Told when a thread's place in the list or its count of unread messages may be another. */
  readonly onThread?: (thread: ThreadId) => void
  /** The control connection to someone, where there is one; default none. */
  readonly connected?: (to: PeerId) => Pick<Connection, 'notify'> | undefined
  /** Told that someone is writing just now. */
  readonly onTyping?: (thread: ThreadId, from: PeerId) => void
  /** Whether people are told how far one has read; default yes. */
  readonly receipts?: () => boolean
  /** ms since 1970; default the system's clock. */
  readonly now?: () => number
}

/** Messages with history. */
export interface Chat {
  send(to: ThreadId, message: NewMessage): Promise<ChatMessage>
  edit(thread: ThreadId, id: string, text: string): Promise<ChatMessage>
  remove(thread: ThreadId, id: string): Promise<ChatMessage>
  react(thread: ThreadId, id: string, reaction: string): Promise<ChatMessage>
  retry(thread: ThreadId, id: string): Promise<ChatMessage>
  history(query: HistoryQuery): readonly ChatMessage[]
  markRead(thread: ThreadId): Promise<void>
  typing(thread: ThreadId): void
  setDraft(thread: ThreadId, text: string): Promise<void>
  setMuted(thread: ThreadId, muted: boolean): Promise<void>
  clear(thread: ThreadId | 'all'): Promise<void>
  unread(thread: ThreadId): number
  /** Those with something in them, the newest first. */
  threads(): readonly ChatThread[]
  thread(thread: ThreadId): ChatThread
  /** Stores what came; resolves when it is durable, also when it was here already. */
  receive(from: PeerId, body: MessageBody): Promise<MessageAnswer>
  /** Someone says that they are writing. */
  typed(from: PeerId): void
  /** Someone may be reachable now: sends what waits for them. */
  wake(who: PeerId): void
  /** Stops sending; what waits stays in the outbox. */
  close(): Promise<void>
}

const PAGE = 100
const MAX_PAGE = 300
/** Of versions whose order was that of arrival; nobody else has them. */
const OLD_TABLES = ['chat-threads', 'chat-messages', 'chat-places', 'chat-outbox']

/** Opens the chat over a store. */
export function createChat(options: ChatOptions): Chat {
  return new DirectChat(options)
}

class DirectChat implements Chat {
  readonly #self: PeerId
  readonly #threads: Threads
  readonly #courier: Courier
  readonly #receiver: Receiver
  readonly #receipts: () => boolean
  readonly #typing: Typing
  readonly #dropped: Promise<unknown>

  constructor(options: ChatOptions) {
    const { self, store, log, connect, onMessage } = options
    const { onThread = () => {}, receipts = () => true, now = Date.now } = options
    const { connected = () => undefined, onTyping = () => {} } = options
    this.#self = self
    this.#receipts = receipts
    this.#threads = new Threads({ self, store, now, onMessage, onThread })
    this.#courier = new Courier({ store, threads: this.#threads, log, connect, receipts })
    this.#receiver = new Receiver(this.#threads, now)
    this.#typing = new Typing({ connected, onTyping: from => onTyping(from, from), now })
    this.#dropped = Promise.all(OLD_TABLES.map(name => store.drop(name))).catch(error =>
      log.debug('old tables stay', { error: String(error) }),
    )
  }

  async send(to: ThreadId, { text, replyTo }: NewMessage): Promise<ChatMessage> {
    checkText(text)
    if (replyTo !== undefined) this.#threads.history.message(to, replyTo)
    if (isPeerId(to)) this.#typing.sent(to)
    return this.#write(to, { kind: 'text', text, ...(replyTo && { replyTo }) })
  }

  async edit(thread: ThreadId, id: string, text: string): Promise<ChatMessage> {
    checkText(text)
    this.#threads.history.message(thread, id)
    return this.#write(thread, { kind: 'edit', target: id, text })
  }

  async remove(thread: ThreadId, id: string): Promise<ChatMessage> {
    this.#threads.history.message(thread, id)
    return this.#write(thread, { kind: 'delete', target: id })
  }

  async react(thread: ThreadId, id: string, reaction: string): Promise<ChatMessage> {
    checkReaction(reaction)
    const known = this.#threads.history.message(thread, id).row.reactions?.[this.#self]
    const isTakenBack = known?.reaction === reaction
    return this.#write(thread, { kind: 'reaction', target: id, reaction: isTakenBack ? '' : reaction })
  }

  async retry(thread: ThreadId, id: string): Promise<ChatMessage> {
    return this.#threads.retry(thread, id, this.#carrier(thread))
  }

  history({ thread, before, limit = PAGE }: HistoryQuery): readonly ChatMessage[] {
    const size = Math.max(1, Math.min(limit, MAX_PAGE))
    const known = this.#threads.history.thread(thread)
    return this.#threads.history
      .page(thread, before, size)
      .map(message => this.#threads.show(thread, message, known))
  }

  async markRead(thread: ThreadId): Promise<void> {
    const { unread, theirs } = this.#threads.history.thread(thread)
    if (unread === 0) return
    // What is read without receipts counts as told: nobody learns of it once they are switched on.
    const told = !this.#receipts()
    await this.#threads.set(thread, { unread: 0, seen: theirs, ...(told && { told: theirs }) })
    this.#carrier(thread).wake(thread)
  }

  typing(thread: ThreadId): void {
    if (isPeerId(thread)) this.#typing.tell(thread)
  }

  typed(from: PeerId): void {
    this.#typing.take(from)
  }

  setDraft(thread: ThreadId, text: string): Promise<void> {
    return this.#threads.set(thread, { draft: text })
  }

  setMuted(thread: ThreadId, muted: boolean): Promise<void> {
    return this.#threads.set(thread, { muted: muted || undefined })
  }

  async clear(thread: ThreadId | 'all'): Promise<void> {
    const which = thread === 'all' ? this.#threads.history.threads().map(({ id }) => id) : [thread]
    for (const id of which) await this.#threads.clear(id, this.#carrier(id))
  }

  unread(thread: ThreadId): number {
    return this.#threads.history.thread(thread).unread
  }

  threads(): readonly ChatThread[] {
    return this.#threads.history
      .threads()
      .map(({ id }) => this.#threads.summary(id))
      .filter(({ last, draft }) => last || draft)
      .sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0))
  }

  thread(thread: ThreadId): ChatThread {
    return this.#threads.summary(thread)
  }

  receive(from: PeerId, body: MessageBody): Promise<MessageAnswer> {
    return this.#receiver.receive(from, body)
  }

  wake(who: PeerId): void {
    this.#courier.wake(who)
  }

  async close(): Promise<void> {
    await Promise.all([this.#courier.close(), this.#dropped])
  }

  #write(thread: ThreadId, record: NewRecord): Promise<ChatMessage> {
    return this.#threads.write(thread, record, this.#carrier(thread))
  }

  /** Who brings what is written in a thread to the others in it. */
  #carrier(thread: ThreadId): Carrier {
    if (thread === this.#self) throw new PeerError('BAD_INPUT', 'You can’t write to yourself.')
    if (isPeerId(thread)) return this.#courier
    throw new PeerError('NOT_FOUND', 'There is no such group.')
  }
}
