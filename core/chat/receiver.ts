import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { ChatRecord, MessageAnswer, MessageBody, Stamp } from '../wire/index.js'
import { compareStamps, isAhead, laterStamp } from './stamp.js'
import type { Threads } from './threads.js'

/** Messages told as read at most when a receipt comes. */
const READ_TOLD = 1_000

/** Takes what single people send. */
export class Receiver {
  readonly #threads: Threads
  readonly #now: () => number

  constructor(threads: Threads, now: () => number) {
    this.#threads = threads
    this.#now = now
  }

  /** Stores what came; resolves when it is durable, also when it was here already. */
  async receive(from: PeerId, { records, read }: MessageBody): Promise<MessageAnswer> {
    const now = this.#now()
    const refused: { index: number; code: string; message: string }[] = []
    const taken: { readonly index: number; readonly record: ChatRecord }[] = []
    records.forEach((record, index) => {
      if (isAhead(record, now)) refused.push({ index, ...plain(clockAhead()) })
      else taken.push({ index, record })
    })
    const before = this.#threads.history.thread(from).read
    const applied = await this.#threads.take(
      from,
      from,
      taken.map(({ record }) => record),
      { alongside: () => this.#keepRead(from, read) },
    )
    applied.forEach((one, n) => {
      const index = taken[n]?.index
      if (one.kind === 'refused' && index !== undefined) refused.push({ index, ...plain(one.error) })
    })
    if (read) this.#tellRead(from, before)
    return refused.length > 0 ? { taken: records.length, refused } : { taken: records.length }
  }

  /** What was never written can't have been read: no stamp of theirs reaches over our own messages to come. */
  #keepRead(from: PeerId, claimed: Stamp | undefined): void {
    const { clock, read } = this.#threads.history.thread(from)
    if (!claimed || !clock) return
    const upTo = compareStamps(claimed, clock) > 0 ? clock : claimed
    this.#threads.history.setThread(from, { read: laterStamp(read, upTo) ?? upTo })
  }

  #tellRead(from: PeerId, before: Stamp | undefined): void {
    const { history } = this.#threads
    const known = history.thread(from)
    if (!known.read || (before && compareStamps(before, known.read) >= 0)) return
    for (const { id, row } of history.between(from, before, known.read, READ_TOLD).reverse())
      if (row.from !== from) this.#threads.tell(from, id, known)
  }
}

function clockAhead(): PeerError {
  return new PeerError(
    'CLOCK_AHEAD',
    'Your clock is over 5 minutes ahead of theirs. Set both to the right time, then send it again.',
  )
}

function plain({ code, message }: PeerError): { code: string; message: string } {
  return { code, message }
}
