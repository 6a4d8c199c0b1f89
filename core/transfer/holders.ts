import type { ErrorCode } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { hasBit } from './piece-map.js'

/** What a source has of one entry: all of it, or the pieces of a bitfield. */
type Holding = 'whole' | { bits: Uint8Array }

const NOTHING = new Uint8Array(0)

/**
 * Who may give which entries of a transfer. A source about which nothing is noted may give any; one that was
 * found for some entries only those. A refusal counts until it is forgotten.
 */
export class Holders {
  readonly #limited = new Map<PeerId, Map<number, Holding>>()
  readonly #refused = new Map<number, Map<PeerId, ErrorCode>>()
  readonly #copies = new Map<number, Uint16Array>()

  /** A source was found for an entry: it has all of it, or some pieces that it will tell. */
  add(source: PeerId, entry: number, how: 'whole' | 'partial'): void {
    const held = this.#limited.get(source) ?? new Map<number, Holding>()
    this.#limited.set(source, held)
    const known = held.get(entry)
    if (how === 'whole') {
      if (known && known !== 'whole') this.#count(entry, known.bits, NOTHING)
      held.set(entry, 'whole')
    } else if (!known) {
      held.set(entry, { bits: NOTHING })
      if (!this.#copies.has(entry)) this.#copies.set(entry, new Uint16Array(0))
    }
  }

  /** What a source that has part of an entry has now. */
  setBits(source: PeerId, entry: number, bits: Uint8Array): void {
    const known = this.#limited.get(source)?.get(entry)
    if (!known || known === 'whole') return
    this.#count(entry, known.bits, bits)
    known.bits = bits
  }

  /** The pieces a source has told of an entry it has in part; undefined where it is not such a source. */
  bits(source: PeerId, entry: number): Uint8Array | undefined {
    const known = this.#limited.get(source)?.get(entry)
    return known === undefined || known === 'whole' ? undefined : known.bits
  }

  /** Whether a source was found for some entries only. */
  isLimited(source: PeerId): boolean {
    return this.#limited.has(source)
  }

  /** Whether it is noted that a source has an entry, or part of it. */
  has(source: PeerId, entry: number): boolean {
    return this.#limited.get(source)?.has(entry) ?? false
  }

  /** Whether a source was found for any entry that is still wanted. */
  hasAny(source: PeerId): boolean {
    return (this.#limited.get(source)?.size ?? 0) > 0
  }

  /** Whether a source has nothing whole, only parts. */
  isPartial(source: PeerId): boolean {
    const held = this.#limited.get(source)
    return held !== undefined && held.size > 0 && ![...held.values()].includes('whole')
  }

  /** The entries of which sources have parts, with these sources. */
  *partial(): Iterable<{ readonly source: PeerId; readonly entry: number }> {
    for (const [source, held] of this.#limited) {
      for (const [entry, holding] of held) if (holding !== 'whole') yield { source, entry }
    }
  }

  /** Those who have only part of an entry: they fetch it too. */
  partOf(entry: number): readonly PeerId[] {
    const peers: PeerId[] = []
    for (const [source, held] of this.#limited) {
      const holding = held.get(entry)
      if (holding !== undefined && holding !== 'whole') peers.push(source)
    }
    return peers
  }

  /** It may have any entry after all: who has all it was found for is asked for the rest too. */
  unlimit(source: PeerId): boolean {
    if (!this.#limited.has(source) || this.isPartial(source)) return false
    this.remove(source)
    return true
  }

  /** A source is gone, or has nothing of this entry any more. */
  remove(source: PeerId, entry?: number): void {
    const held = this.#limited.get(source)
    if (!held) return
    for (const [at, holding] of held) {
      if (entry !== undefined && at !== entry) continue
      if (holding !== 'whole') this.#count(at, holding.bits, NOTHING)
      held.delete(at)
    }
    if (entry === undefined) this.#limited.delete(source)
  }

  /** Whether a source may be asked for an entry, or for some piece of it. */
  may(source: PeerId, entry: number): boolean {
    if (this.#refused.get(entry)?.has(source)) return false
    const held = this.#limited.get(source)
    return held === undefined || held.has(entry)
  }

  /** How many of those who have only part of an entry have each piece; undefined where there is none of them. */
  copies(entry: number): Uint16Array | undefined {
    return this.#copies.get(entry)
  }

  refuse(entry: number, source: PeerId, code: ErrorCode): void {
    const codes = this.#refused.get(entry) ?? new Map<PeerId, ErrorCode>()
    this.#refused.set(entry, codes.set(source, code))
  }

  /** The last refusal of an entry. */
  refusal(entry: number): ErrorCode | undefined {
    return [...(this.#refused.get(entry)?.values() ?? [])].at(-1)
  }

  /** Entries that at least one source has refused. */
  refusedEntries(): Iterable<number> {
    return this.#refused.keys()
  }

  /** An entry is done. */
  forget(entry: number): void {
    this.#refused.delete(entry)
    this.#copies.delete(entry)
    for (const held of this.#limited.values()) held.delete(entry)
  }

  /** Counts what has changed between two bitfields: they are mostly alike. */
  #count(entry: number, before: Uint8Array, after: Uint8Array): void {
    const bytes = Math.max(before.length, after.length)
    let copies = this.#copies.get(entry)
    if (!copies || copies.length < bytes * 8) {
      const larger = new Uint16Array(bytes * 8)
      if (copies) larger.set(copies)
      copies = larger
      this.#copies.set(entry, copies)
    }
    for (let at = 0; at < bytes; at++) {
      if (before[at] === after[at]) continue
      for (let piece = at * 8; piece < at * 8 + 8; piece++) {
        copies[piece] = (copies[piece] ?? 0) + Number(hasBit(after, piece)) - Number(hasBit(before, piece))
      }
    }
  }
}
