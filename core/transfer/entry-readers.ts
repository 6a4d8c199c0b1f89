import { PeerError } from '../errors/index.js'
import type { Clock } from './clock.js'
import { readVerified, type Whereabouts } from './read-verified.js'

/** How long a reader's wish outlives its last read: a player that is paused for longer holds nothing up. */
const LEASE_MS = 30_000
/** Reads of one transfer at once. */
const MOST_READS = 64

/** One read of an entry. */
export interface EntryRead {
  readonly entry: number
  readonly offset: number
  readonly length: number
  readonly reader: string
  /** Whether more will follow, so that the wish stays until it is taken back. */
  readonly goesOn: boolean
}

/** What the readers of a download ask of it. */
export interface ReadersDeps {
  readonly clock: Clock
  /** Throws when they are never to come. */
  locate(entry: number, offset: number): Whereabouts
  /** What is at an offset, and some that follows, is wanted before all else. */
  want(reader: string, entry: number, offset: number): void
  unwant(reader: string): void
}

/** A read under way. */
interface UnderWay {
  readonly reader: string
  /** Its reader needs nothing more. */
  ended?: PeerError
  wake?: () => void
}

/** Those who read a download while it runs: each read waits until its bytes are there. */
export class EntryReaders {
  readonly #deps: ReadersDeps
  readonly #underWay = new Set<UnderWay>()
  readonly #leases = new Map<string, () => void>()
  #changes = 0
  #closed: PeerError | undefined

  constructor(deps: ReadersDeps) {
    this.#deps = deps
  }

  /** At most so many bytes, at least one; none at the end of the entry. */
  async read(read: EntryRead): Promise<Uint8Array> {
    const { entry, offset, length, reader } = read
    if (this.#underWay.size >= MOST_READS)
      throw new PeerError('TOO_BUSY', 'Too many read this transfer at once. Close some of them.')
    const own: UnderWay = { reader }
    this.#underWay.add(own)
    try {
      for (let isWished = false; ; isWished = true) {
        const over = this.#closed ?? own.ended
        if (over) throw over
        const seen = this.#changes
        const at = this.#deps.locate(entry, offset)
        if (at.kind === 'end') return new Uint8Array(0)
        if (!isWished && (at.kind === 'coming' || !at.placed)) this.#want(read)
        const bytes = at.kind === 'here' && (await readVerified(at, offset, Math.min(length, at.bytes)))
        if (bytes) return bytes
        // A partial file may have been moved to its place meanwhile; that is a change too.
        if (this.#changes === seen) await nextChange(own)
      }
    } finally {
      this.#underWay.delete(own)
      this.#leaveOff(read, own)
    }
  }

  /** A reader needs nothing more. */
  end(reader: string): void {
    this.#endLease(reader)
    this.#deps.unwant(reader)
    for (const own of this.#underWay) {
      if (own.reader === reader) own.ended = new PeerError('CLOSED', 'The reading was ended.')
    }
    this.changed()
  }

  /** Something of the download has changed: who waits looks again. */
  changed(): void {
    this.#changes++
    for (const { wake } of this.#underWay) wake?.()
  }

  /** Nothing can be read any more. */
  close(why: PeerError): void {
    this.#closed ??= why
    for (const reader of [...this.#leases.keys()]) this.#endLease(reader)
    this.changed()
  }

  #want({ reader, entry, offset }: EntryRead): void {
    this.#endLease(reader)
    this.#deps.want(reader, entry, offset)
  }

  /** A wish ends with its read, or a while after it. */
  #leaveOff({ reader, goesOn }: EntryRead, { ended }: UnderWay): void {
    if (!goesOn) this.#deps.unwant(reader)
    if (!goesOn || ended || this.#closed) return
    this.#endLease(reader)
    const stop = this.#deps.clock.after(LEASE_MS, () => {
      this.#leases.delete(reader)
      this.#deps.unwant(reader)
    })
    this.#leases.set(reader, stop)
  }

  #endLease(reader: string): void {
    this.#leases.get(reader)?.()
    this.#leases.delete(reader)
  }
}

function nextChange(own: UnderWay): Promise<void> {
  return new Promise(resolve => {
    own.wake = resolve
  })
}
