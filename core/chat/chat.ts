import { randomBytes } from 'node:crypto'
import type { ChatMessage, HistoryQuery } from '../api/index.js'
import { type ErrorCode, hasCode, isPeerError, PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Store } from '../store/index.js'
import { type Connection, LIMITS, type MessageBody } from '../wire/index.js'
import { History, type PlacedMessage, type StoredMessage } from './history.js'

/** What chat needs of the peer. */
export interface ChatOptions {
  readonly self: PeerId
  readonly store: Store
  readonly log: Logger
  /** The control connection to someone, dialled when there is none. */
  readonly connect: (to: PeerId, signal: AbortSignal) => Promise<Pick<Connection, 'request'>>
  /** Told of each message that comes or changes its state. */
  readonly onMessage: (message: ChatMessage) => void
  /** ms since 1970; default the system's clock. */
  readonly now?: () => number
}

/** Direct messages with history. */
export interface Chat {
  send(to: PeerId, text: string): Promise<ChatMessage>
  history(query: HistoryQuery): readonly ChatMessage[]
  markRead(thread: PeerId): Promise<void>
  unread(thread: PeerId): number
  /** Everyone with whom there is a thread. */
  people(): readonly PeerId[]
  /** Stores what came; resolves when it is durable, also when it was here already. */
  receive(from: PeerId, body: MessageBody): Promise<void>
  /** Someone may be reachable now: sends what waits for them. */
  wake(who: PeerId): void
  /** Stops sending; what waits stays in the outbox. */
  close(): Promise<void>
}

const PAGE = 100
const MAX_PAGE = 300
/** Messages on their way to one person. They arrive in order, so a cut loses only a tail. */
const IN_FLIGHT = 32
/** Ways for one message to be refused for good; after anything else it waits for the next chance. */
const FINAL: readonly ErrorCode[] = ['BAD_INPUT', 'UNSUPPORTED', 'NOT_SHARED', 'BANNED']

/** Opens the chat over a store. */
export function createChat(options: ChatOptions): Chat {
  return new DirectChat(options)
}

class DirectChat implements Chat {
  readonly #options: ChatOptions
  readonly #history: History
  readonly #now: () => number
  readonly #closing = new AbortController()
  readonly #senders = new Map<PeerId, { again: boolean; done: Promise<void> }>()

  constructor(options: ChatOptions) {
    this.#options = options
    this.#history = new History(options.store)
    this.#now = options.now ?? Date.now
  }

  async send(to: PeerId, text: string): Promise<ChatMessage> {
    checkText(text)
    if (to === this.#options.self) throw new PeerError('BAD_INPUT', 'You can’t write to yourself.')
    const message: StoredMessage = {
      id: randomBytes(16).toString('hex'),
      from: this.#options.self,
      text,
      at: this.#now(),
      state: 'waiting',
    }
    await this.#history.append(to, message, true)
    const shown = this.#tell(to, message)
    this.wake(to)
    return shown
  }

  history({ thread, before, limit = PAGE }: HistoryQuery): readonly ChatMessage[] {
    const size = Math.max(1, Math.min(limit, MAX_PAGE))
    return this.#history.page(thread, before, size).map(({ message }) => asShown(thread, message))
  }

  markRead(thread: PeerId): Promise<void> {
    return this.#history.markRead(thread)
  }

  unread(thread: PeerId): number {
    return this.#history.unread(thread)
  }

  people(): readonly PeerId[] {
    return this.#history.people()
  }

  async receive(from: PeerId, body: MessageBody): Promise<void> {
    const message: StoredMessage = { id: body.id, from, text: body.text, at: body.at, state: 'delivered' }
    const placed = await this.#history.append(from, message, false)
    if (placed) this.#tell(from, message)
  }

  wake(who: PeerId): void {
    if (this.#closing.signal.aborted) return
    const running = this.#senders.get(who)
    if (running) {
      running.again = true
      return
    }
    if (this.#history.waiting(who, 0, 1).length === 0) return
    const sender = { again: false, done: Promise.resolve() }
    this.#senders.set(who, sender)
    sender.done = this.#deliver(who)
      .catch(error => this.#options.log.debug('messages wait', { to: who, code: codeOf(error) }))
      .finally(() => {
        this.#senders.delete(who)
        if (sender.again) this.wake(who)
      })
  }

  async close(): Promise<void> {
    this.#closing.abort(new PeerError('CLOSED', 'The peer is closing.'))
    await Promise.all([...this.#senders.values()].map(({ done }) => done))
  }

  /** Sends what waits, in order and some at once, until nothing is left or one can't be delivered now. */
  async #deliver(to: PeerId): Promise<void> {
    const connection = await this.#options.connect(to, this.#closing.signal)
    const stop = new AbortController()
    const signal = AbortSignal.any([this.#closing.signal, stop.signal])
    const flying = new Set<Promise<void>>()
    let last = 0
    try {
      for (;;) {
        signal.throwIfAborted()
        const next = this.#history.waiting(to, last, IN_FLIGHT - flying.size)
        if (next.length === 0 && flying.size === 0) return
        for (const placed of next) {
          last = placed.place
          const flight = this.#sendOne(to, placed, connection, signal)
            .catch(error => stop.abort(error))
            .finally(() => flying.delete(flight))
          flying.add(flight)
        }
        await Promise.race(flying)
      }
    } finally {
      stop.abort()
      await Promise.allSettled(flying)
    }
  }

  async #sendOne(
    to: PeerId,
    { place, message }: PlacedMessage,
    connection: Pick<Connection, 'request'>,
    signal: AbortSignal,
  ): Promise<void> {
    this.#tell(to, message, 'sent')
    try {
      await connection.request('MESSAGE', { id: message.id, at: message.at, text: message.text }, { signal })
    } catch (error) {
      if (!isPeerError(error) || !FINAL.includes(error.code)) {
        this.#tell(to, message)
        throw error
      }
      const failure = { code: error.code, message: error.message }
      this.#tell(to, await this.#history.settle(to, place, { state: 'failed', error: failure }))
      return
    }
    this.#tell(to, await this.#history.settle(to, place, { state: 'delivered' }))
  }

  #tell(thread: PeerId, message: StoredMessage, state?: 'sent'): ChatMessage {
    const shown = asShown(thread, message)
    const told = state ? { ...shown, state } : shown
    this.#options.onMessage(told)
    return told
  }
}

function asShown(thread: PeerId, message: StoredMessage): ChatMessage {
  const { id, from, text, at, state, error } = message
  const base: ChatMessage = { id, thread, from, text, at, state }
  return error ? { ...base, error: { code: error.code as ErrorCode, message: error.message } } : base
}

function checkText(text: string): void {
  if (text === '') throw new PeerError('BAD_INPUT', 'The message is empty. Write something.')
  if (!text.isWellFormed()) throw new PeerError('BAD_INPUT', 'The message is not valid text.')
  if (Buffer.byteLength(text) > LIMITS.textBytes)
    throw new PeerError('BAD_INPUT', 'The message is over 16 KiB. Send it as a file, or in parts.')
}

function codeOf(error: unknown): string {
  if (hasCode(error, 'CLOSED')) return 'CLOSED'
  return isPeerError(error) ? error.code : String(error)
}
