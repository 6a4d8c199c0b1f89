import { setTimeout as delay } from 'node:timers/promises'
import { type ErrorCode, isErrorCode, isPeerError, PeerError } from '../errors/index.js'
import type { PeerId, ThreadId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Store } from '../store/index.js'
import type { ChatRecord, Connection, MessageAnswer, Stamp } from '../wire/index.js'
import { isMessageRecord } from './change-message.js'
import { Outbox } from './outbox.js'
import { compareStamps, laterStamp } from './stamp.js'
import type { Carrier, Threads } from './threads.js'

/** Ways to be refused for good; after anything else what waits goes at the next chance. */
const FINAL: readonly ErrorCode[] = [
  'BAD_INPUT',
  'UNSUPPORTED',
  'NOT_SHARED',
  'NOT_ALLOWED',
  'BANNED',
  'CLOCK_AHEAD',
]
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 60_000

export interface CourierOptions {
  readonly store: Store
  readonly threads: Threads
  readonly log: Logger
  /** The control connection to someone, dialled when there is none. */
  readonly connect: (to: PeerId, signal: AbortSignal) => Promise<Pick<Connection, 'request'>>
  /** Whether people are told how far one has read. */
  readonly receipts: () => boolean
}

interface Sender {
  again: boolean
  done: Promise<void>
}

/** Brings what waits to single people: in order, one message of the wire at a time, until it is settled there. */
export class Courier implements Carrier {
  readonly #options: CourierOptions
  readonly #outbox: Outbox
  readonly #closing = new AbortController()
  readonly #senders = new Map<PeerId, Sender>()
  readonly #retries = new Map<PeerId, { readonly timer: NodeJS.Timeout; readonly afterMs: number }>()

  constructor(options: CourierOptions) {
    this.#options = options
    this.#outbox = new Outbox(options.store)
  }

  put(thread: ThreadId, record: ChatRecord): void {
    this.#outbox.put(thread as PeerId, record)
  }

  forget(thread: ThreadId): void {
    this.#outbox.clear(thread as PeerId)
  }

  wake(thread: ThreadId): void {
    const to = thread as PeerId
    if (this.#closing.signal.aborted) return
    const running = this.#senders.get(to)
    if (running) {
      running.again = true
      return
    }
    if (this.#outbox.isEmpty(to) && !this.#receipt(to)) return
    const sender: Sender = { again: false, done: Promise.resolve() }
    this.#senders.set(to, sender)
    sender.done = this.#deliver(to)
      .then(() => void this.#retries.delete(to))
      .catch(error => this.#later(to, error))
      .finally(() => {
        this.#senders.delete(to)
        if (sender.again) this.wake(to)
      })
  }

  /** Stops sending; what waits stays in the outbox. */
  async close(): Promise<void> {
    this.#closing.abort(new PeerError('CLOSED', 'The peer is closing.'))
    for (const { timer } of this.#retries.values()) clearTimeout(timer)
    await Promise.all([...this.#senders.values()].map(({ done }) => done))
  }

  /** Sends until nothing is left or it can't be sent now. */
  async #deliver(to: PeerId): Promise<void> {
    const { signal } = this.#closing
    const connection = await this.#options.connect(to, signal)
    for (;;) {
      signal.throwIfAborted()
      const records = this.#outbox.next(to)
      const read = this.#receipt(to)
      if (records.length === 0 && !read) return
      const answer = await this.#send(to, connection, { records, ...(read && { read }) })
      await this.#settle(to, records, answer, read)
      if (answer.taken < records.length && answer.waitMs === undefined) throw slow()
      if (answer.waitMs !== undefined)
        await delay(Math.min(answer.waitMs, LAST_RETRY_MS), undefined, { signal })
    }
  }

  async #send(
    to: PeerId,
    connection: Pick<Connection, 'request'>,
    body: { readonly records: ChatRecord[]; readonly read?: Stamp },
  ): Promise<MessageAnswer> {
    const { threads } = this.#options
    const ids = body.records.filter(isMessageRecord).map(({ id }) => id)
    const known = threads.history.thread(to)
    for (const id of ids) threads.tellSent(to, id, known)
    try {
      return await connection.request('MESSAGE', body, { signal: this.#closing.signal })
    } catch (error) {
      if (isPeerError(error) && FINAL.includes(error.code))
        return {
          taken: body.records.length,
          refused: body.records.map((_, index) => ({ index, ...plain(error) })),
        }
      if (!this.#closing.signal.aborted) for (const id of ids) threads.tell(to, id, known)
      throw error
    }
  }

  async #settle(
    to: PeerId,
    records: readonly ChatRecord[],
    { taken, refused = [] }: MessageAnswer,
    read: Stamp | undefined,
  ): Promise<void> {
    const { store, threads, log } = this.#options
    const { history } = threads
    const settled = records.slice(0, taken)
    const reasons = new Map(
      refused.map(({ index, code, message }) => [index, { code: codeOf(code), message }]),
    )
    await store.write(() => {
      let { delivered } = history.thread(to)
      settled.forEach((record, index) => {
        this.#outbox.remove(to, record)
        const reason = reasons.get(index)
        if (!reason) delivered = laterStamp(delivered, { at: record.at, tick: record.tick })
        else if (isMessageRecord(record)) history.fail(to, record.id, reason)
        else log.info('a change of a message was refused', { to, kind: record.kind, ...reason })
      })
      history.setThread(to, { ...(delivered && { delivered }), ...(read && { told: read }) })
    })
    const known = history.thread(to)
    for (const record of settled) if (isMessageRecord(record)) threads.tell(to, record.id, known)
  }

  /** How far the person here has read, where the other side is to be told of it. */
  #receipt(to: PeerId): Stamp | undefined {
    const { seen, told } = this.#options.threads.history.thread(to)
    if (!seen || !this.#options.receipts()) return undefined
    return told && compareStamps(told, seen) >= 0 ? undefined : seen
  }

  /** Who is offline is waited for; after anything else it is tried again by and by. */
  #later(to: PeerId, error: unknown): void {
    const code = isPeerError(error) ? error.code : String(error)
    this.#options.log.debug('messages wait', { to, code })
    if (this.#closing.signal.aborted || code === 'OFFLINE' || code === 'CLOSED') return
    const known = this.#retries.get(to)
    if (known) clearTimeout(known.timer)
    const afterMs = known ? Math.min(2 * known.afterMs, LAST_RETRY_MS) : FIRST_RETRY_MS
    const timer = setTimeout(() => this.wake(to), afterMs)
    timer.unref()
    this.#retries.set(to, { timer, afterMs })
  }
}

function plain({ code, message }: PeerError): { readonly code: ErrorCode; readonly message: string } {
  return { code, message }
}

function codeOf(code: string): ErrorCode {
  return isErrorCode(code) ? code : 'INTERNAL'
}

function slow(): PeerError {
  return new PeerError('TOO_BUSY', 'The other side takes no more for now.')
}
