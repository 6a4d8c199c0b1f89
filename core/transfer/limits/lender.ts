import type { PeerId } from '../../identity/index.js'
import type { Clock } from '../clock.js'
import type { Loans, Pacing } from './pacing.js'
import { TokenBucket } from './token-bucket.js'
import { Turns } from './turns.js'

/** How much is lent at once: what this long brings, shared by all who borrow, ms. */
const LOAN_MS = 50
/** The largest loan, where only turns are kept too: one question for so many bytes costs nothing. */
const MOST_BYTES = 4 * 1024 * 1024

/** What holds in one direction; a rate of 0 is no limit. */
export interface LenderRules {
  /** Bytes a second, of all together. */
  readonly rate: number
  /** How many people are served at once; 0: all. */
  readonly slots: number
  /** Bytes a second of single people. */
  readonly people: ReadonlyMap<PeerId, number>
}

/** Someone who moves bytes: their connections that wait for a loan, and those that have one. */
interface Borrower {
  readonly asks: ((bytes: number) => void)[]
  lent: number
}

/**
 * Lends bytes of one direction to the workers, which own the sockets. All loans come out of one bucket, so the
 * limit holds however many workers and people there are; people get them in turn, not connections. Nobody
 * asks while nothing is limited.
 */
export class Lender implements Loans {
  readonly #clock: Clock
  readonly #leastBytes: number
  /** Whose turn is next comes first. */
  readonly #borrowers = new Map<PeerId, Borrower>()
  readonly #own = new Map<PeerId, TokenBucket>()
  readonly #turns = new Turns<PeerId>()
  readonly #watchers = new Set<(pacing: Pacing) => void>()
  #slots = 0
  #bucket: TokenBucket | undefined
  #stopTimer: (() => void) | undefined

  /** `leastBytes`: no loan is smaller, so it is what a worker can't cut into smaller steps. */
  constructor(clock: Clock, leastBytes: number) {
    this.#clock = clock
    this.#leastBytes = leastBytes
  }

  get pacing(): Pacing {
    const everyone = this.#bucket?.rate ?? (this.#slots > 0 ? Number.POSITIVE_INFINITY : undefined)
    const people = [...this.#own].map(([peer, { rate }]) => [peer, rate] as const)
    return everyone === undefined ? { people } : { everyone, people }
  }

  /** How fast someone can be at most; undefined where nothing limits them. */
  paceOf(peer: PeerId): number | undefined {
    const [common, own] = [this.#bucket?.rate, this.#own.get(peer)?.rate]
    return common === undefined || own === undefined ? (own ?? common) : Math.min(common, own)
  }

  /** Tells of each change of the rules, until the returned function is called. */
  watch(watcher: (pacing: Pacing) => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** Sets new rules, which hold at once: loans under way are void, the workers ask anew. */
  set({ rate, slots, people }: LenderRules): void {
    const now = this.#clock.now()
    this.#bucket = this.#changed(this.#bucket, rate, now)
    this.#slots = slots
    this.#turns.setSlots(slots)
    for (const peer of this.#own.keys()) if (!people.get(peer)) this.#own.delete(peer)
    for (const [peer, own] of people) {
      const bucket = this.#changed(this.#own.get(peer), own, now)
      if (bucket) this.#own.set(peer, bucket)
    }
    for (const watcher of this.#watchers) watcher(this.pacing)
    for (const [peer, borrower] of this.#borrowers) {
      if (this.#bucket || slots > 0 || this.#own.has(peer)) continue
      this.#forget(peer)
      for (const answer of borrower.asks) answer(0)
    }
    this.#serve()
  }

  lend(peer: PeerId, back: number | undefined): Promise<number> {
    const borrower = this.#borrower(peer)
    if (back !== undefined) this.#takeBack(peer, borrower, back)
    return new Promise(resolve => {
      borrower.asks.push(resolve)
      this.#turns.want(peer)
      this.#serve()
    })
  }

  giveBack(peer: PeerId, bytes: number): void {
    const borrower = this.#borrowers.get(peer)
    if (!borrower) return
    this.#takeBack(peer, borrower, bytes)
    if (borrower.lent === 0 && borrower.asks.length === 0) this.#forget(peer)
    this.#serve()
  }

  close(): void {
    this.#stopTimer?.()
    this.#borrowers.clear()
  }

  #changed(bucket: TokenBucket | undefined, rate: number, nowMs: number): TokenBucket | undefined {
    if (rate === 0) return undefined
    bucket?.setRate(rate, nowMs)
    return bucket ?? new TokenBucket(rate, this.#leastBytes, nowMs)
  }

  #borrower(peer: PeerId): Borrower {
    const known = this.#borrowers.get(peer)
    if (known) return known
    const borrower: Borrower = { asks: [], lent: 0 }
    this.#borrowers.set(peer, borrower)
    return borrower
  }

  #takeBack(peer: PeerId, borrower: Borrower, bytes: number): void {
    borrower.lent = Math.max(0, borrower.lent - 1)
    this.#count(peer, -bytes)
  }

  #forget(peer: PeerId): void {
    this.#borrowers.delete(peer)
    this.#turns.leave(peer)
  }

  #count(peer: PeerId, bytes: number): void {
    const now = this.#clock.now()
    this.#bucket?.take(bytes, now)
    this.#own.get(peer)?.take(bytes, now)
  }

  /** Lends what can be lent now, and comes back when more can be. */
  #serve(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#passTurns()
    let waitMs = this.#lendOne()
    while (waitMs === 0) waitMs = this.#lendOne()
    waitMs = Math.min(waitMs, this.#turns.waitMs(this.#clock.now()))
    if (waitMs < Number.POSITIVE_INFINITY) {
      this.#stopTimer = this.#clock.after(waitMs, () => this.#serve())
    }
  }

  #passTurns(): void {
    for (const peer of this.#turns.pass(this.#clock.now())) {
      if (this.#borrowers.get(peer)?.asks.length) this.#turns.want(peer)
    }
  }

  /** Answers the next who can be answered: 0; or gives how long none can be, ms. */
  #lendOne(): number {
    const now = this.#clock.now()
    let waitMs = Number.POSITIVE_INFINITY
    for (const [peer, borrower] of this.#borrowers) {
      if (borrower.asks.length === 0 || !this.#turns.has(peer)) continue
      const own = this.#own.get(peer)
      const bytes = this.#loanBytes(borrower, own)
      const wait = this.#bucket?.waitMs(bytes, now) ?? 0
      const ownWait = own?.waitMs(bytes, now) ?? 0
      if (wait === 0 && ownWait === 0) {
        this.#lendTo(peer, borrower, bytes)
        return 0
      }
      waitMs = Math.min(waitMs, Math.max(wait, ownWait))
      // Who waits for the common bucket goes first; who waits for their own lets the others go.
      if (wait >= ownWait) break
    }
    return waitMs
  }

  #lendTo(peer: PeerId, borrower: Borrower, bytes: number): void {
    const answer = borrower.asks.shift()
    borrower.lent++
    this.#borrowers.delete(peer)
    this.#borrowers.set(peer, borrower)
    this.#count(peer, bytes)
    answer?.(bytes)
  }

  /** A share of what comes in, so that all who borrow are never idle for long. */
  #loanBytes(borrower: Borrower, own: TokenBucket | undefined): number {
    const common = this.#bucket ? this.#bucket.rate / this.#connections() : Number.POSITIVE_INFINITY
    const mine = own ? own.rate / connectionsOf(borrower) : Number.POSITIVE_INFINITY
    const bytes = (Math.min(common, mine) * LOAN_MS) / 1_000
    return Math.floor(Math.max(this.#leastBytes, Math.min(bytes, MOST_BYTES)))
  }

  #connections(): number {
    let sum = 0
    for (const borrower of this.#borrowers.values()) sum += connectionsOf(borrower)
    return sum
  }
}

function connectionsOf({ asks, lent }: Borrower): number {
  return asks.length + lent
}
