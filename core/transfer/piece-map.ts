/** A run of neighbouring pieces. */
export interface Span {
  readonly first: number
  readonly count: number
}

/** Which pieces a source can give, and which of them are wanted most. */
export interface PieceChoice {
  /** Whether the source has a piece; left out where it has all. */
  readonly has?: (piece: number) => boolean
  /**
   * How many of those who fetch the same file have each piece: rare ones are taken first, of equally rare ones
   * any, so that they fetch different ones. Left out where nobody else is known to: then pieces come in order.
   */
  readonly copies?: ArrayLike<number>
  /** Of equally rare ones these come first. */
  readonly isOwn?: (piece: number) => boolean
  /** Where the order begins; it goes round. Default 0. */
  readonly begin?: number
  /** Between 0 and 1. */
  readonly chance: () => number
}

const MISSING = 0
const ASKED = 1
const KEPT = 2
const VERIFIED = 3

/**
 * What is known of each piece of one file: missing, asked of a lane, kept from an earlier run (to be checked
 * again), or verified in this one. Beside it, which pieces the journal may claim: those whose bytes are synced.
 */
export class PieceMap {
  readonly pieces: number
  readonly #states: Uint8Array
  readonly #lanes: Uint32Array
  /** A second lane that was asked for the same piece, or 0. */
  readonly #seconds: Uint32Array
  readonly #durable: Uint8Array
  readonly #counts = [0, 0, 0, 0]
  #durableCount = 0
  /** No missing piece lies before this one. */
  #lowest = 0

  constructor(pieces: number) {
    this.pieces = pieces
    this.#states = new Uint8Array(pieces)
    this.#lanes = new Uint32Array(pieces)
    this.#seconds = new Uint32Array(pieces)
    this.#durable = new Uint8Array(pieces)
    this.#counts[MISSING] = pieces
  }

  get missing(): number {
    return this.#counts[MISSING] ?? 0
  }

  get asked(): number {
    return this.#counts[ASKED] ?? 0
  }

  /** Pieces from an earlier run that were not checked yet. */
  get kept(): number {
    return this.#counts[KEPT] ?? 0
  }

  get verified(): number {
    return this.#counts[VERIFIED] ?? 0
  }

  /** Whether every piece is verified; some may wait for their sync. */
  get allVerified(): boolean {
    return this.verified === this.pieces
  }

  /** Whether every piece is verified and its bytes are synced. */
  get complete(): boolean {
    return this.allVerified && this.#durableCount === this.pieces
  }

  /** Whether a piece's bytes are here, checked or not. */
  isHere(piece: number): boolean {
    return this.#states[piece] === KEPT || this.#states[piece] === VERIFIED
  }

  /** Whether a piece is of an earlier run and was not checked yet. */
  isKept(piece: number): boolean {
    return this.#states[piece] === KEPT
  }

  /** How many pieces from this one on are verified without a gap. */
  verifiedFrom(first: number): number {
    let piece = first
    while (piece < this.pieces && this.#states[piece] === VERIFIED) piece++
    return piece - first
  }

  /** Marks a piece that an earlier run had journaled and whose bytes seem to be there. */
  keep(piece: number): void {
    this.#set(piece, KEPT)
    this.#setDurable(piece, true)
  }

  /** Whether a piece is verified. */
  isVerified(piece: number): boolean {
    return this.#states[piece] === VERIFIED
  }

  /** Takes a run of missing pieces, at most `most` of them, and marks it as asked of the lane. */
  take(lane: number, most: number, choice?: PieceChoice): Span | undefined {
    while (this.#lowest < this.pieces && this.#states[this.#lowest] !== MISSING) this.#lowest++
    const { has, copies, begin } = choice ?? {}
    const wanted = (piece: number) => this.#states[piece] === MISSING && (!has || has(piece))
    const first =
      copies && choice
        ? this.#rarest(wanted, { ...choice, copies })
        : (this.#first(wanted, begin) ?? this.#first(wanted))
    if (first === undefined) return undefined
    // A run of equally rare pieces: what follows may be less wanted.
    const isAlike = (piece: number) => wanted(piece) && copies?.[piece] === copies?.[first]
    return this.#ask(lane, first, most, isAlike)
  }

  /** The same, of the pieces in a span, in order. */
  takeWithin(lane: number, most: number, within: Span, has?: PieceChoice['has']): Span | undefined {
    const end = Math.min(this.pieces, within.first + within.count)
    const wanted = (piece: number) => piece < end && this.#states[piece] === MISSING && (!has || has(piece))
    const first = this.#first(wanted, within.first)
    return first === undefined ? undefined : this.#ask(lane, first, most, wanted)
  }

  /** Takes pieces again that were asked of one slow lane only, for a lane that has nothing else to do. */
  takeAgain(
    lane: number,
    most: number,
    isSlow: (lane: number) => boolean,
    has?: PieceChoice['has'],
  ): Span | undefined {
    if (this.asked === 0) return undefined
    const wanted = (piece: number) => {
      const holder = this.#lanes[piece] ?? 0
      if (this.#states[piece] !== ASKED || this.#seconds[piece] !== 0 || holder === lane) return false
      return (!has || has(piece)) && isSlow(holder)
    }
    const first = this.#first(wanted, 0)
    if (first === undefined) return undefined
    let end = first
    while (end < this.pieces && end - first < most && wanted(end)) this.#seconds[end++] = lane
    return { first, count: end - first }
  }

  /** Makes missing again what is still asked of the lane alone, or only the part of it in the span. */
  giveBack(lane: number, span: Span = { first: 0, count: this.pieces }): number {
    let given = 0
    for (let piece = span.first; piece < span.first + span.count; piece++) {
      if (this.#states[piece] !== ASKED) continue
      if (this.#seconds[piece] === lane) this.#seconds[piece] = 0
      else if (this.#lanes[piece] === lane && this.#seconds[piece]) {
        this.#lanes[piece] = this.#seconds[piece] ?? 0
        this.#seconds[piece] = 0
      } else if (this.#lanes[piece] === lane) {
        this.#set(piece, MISSING)
        given++
      }
    }
    return given
  }

  /** The other lanes that were asked for pieces of this span which are verified now: nobody needs theirs. */
  lateLanes(lane: number, span: Span): ReadonlyMap<number, readonly number[]> {
    const late = new Map<number, number[]>()
    for (let piece = span.first; piece < span.first + span.count; piece++) {
      const second = this.#seconds[piece] ?? 0
      if (this.#states[piece] !== VERIFIED || second === 0) continue
      this.#seconds[piece] = 0
      const other = second === lane ? (this.#lanes[piece] ?? 0) : second
      late.set(other, [...(late.get(other) ?? []), piece])
    }
    return late
  }

  /** A piece was hashed, found right and, unless it was here before, written. */
  verify(piece: number): void {
    this.#set(piece, VERIFIED)
  }

  /** The bytes of a verified piece are synced. */
  sync(piece: number): void {
    if (this.#states[piece] === VERIFIED) this.#setDurable(piece, true)
  }

  /** A kept piece was found wrong, or its bytes are gone. */
  lose(piece: number): void {
    this.#set(piece, MISSING)
    this.#setDurable(piece, false)
  }

  /** The kept pieces as runs, all or those in a span. */
  keptSpans(within: Span = { first: 0, count: this.pieces }): Span[] {
    const spans: Span[] = []
    const end = Math.min(this.pieces, within.first + within.count)
    for (let piece = within.first; piece < end; piece++) {
      if (this.#states[piece] !== KEPT) continue
      const first = piece
      while (piece + 1 < end && this.#states[piece + 1] === KEPT) piece++
      spans.push({ first, count: piece + 1 - first })
    }
    return spans
  }

  /** The journal's bitfield: piece 0 is the highest bit of byte 0. */
  journaled(): Buffer {
    return this.#bits(piece => this.#durable[piece] === 1)
  }

  /** The bitfield of the verified pieces. */
  verifiedBits(): Buffer {
    return this.#bits(piece => this.#states[piece] === VERIFIED)
  }

  #bits(isSet: (piece: number) => boolean): Buffer {
    const bits = Buffer.alloc(Math.ceil(this.pieces / 8))
    for (let piece = 0; piece < this.pieces; piece++) {
      if (isSet(piece)) bits[piece >> 3] = (bits[piece >> 3] ?? 0) | (0x80 >> (piece & 7))
    }
    return bits
  }

  #first(wanted: (piece: number) => boolean, from = this.#lowest): number | undefined {
    for (let piece = from; piece < this.pieces; piece++) if (wanted(piece)) return piece
    return undefined
  }

  /** One of the rarest, own ones first, else each with the same chance. */
  #rarest(
    wanted: (piece: number) => boolean,
    { copies, isOwn, chance }: PieceChoice & { readonly copies: ArrayLike<number> },
  ): number | undefined {
    let best: number | undefined
    let least = Number.POSITIVE_INFINITY
    let equal = 0
    for (let piece = this.#lowest; piece < this.pieces; piece++) {
      const count = copies[piece] ?? 0
      if (count > least || !wanted(piece)) continue
      const rank = count + (isOwn && !isOwn(piece) ? 0.5 : 0)
      if (rank > least) continue
      equal = rank < least ? 1 : equal + 1
      least = rank
      if (chance() * equal < 1) best = piece
    }
    return best
  }

  /** Marks missing pieces from this one on, at most so many, as asked of the lane. */
  #ask(lane: number, first: number, most: number, wanted: (piece: number) => boolean): Span {
    let end = first
    while (end < this.pieces && end - first < most && wanted(end)) {
      this.#set(end, ASKED)
      this.#lanes[end] = lane
      this.#seconds[end] = 0
      end++
    }
    return { first, count: end - first }
  }

  #set(piece: number, state: number): void {
    const old = this.#states[piece]
    if (old === undefined || old === state) return
    this.#states[piece] = state
    this.#counts[old] = (this.#counts[old] ?? 0) - 1
    this.#counts[state] = (this.#counts[state] ?? 0) + 1
    if (state === MISSING && piece < this.#lowest) this.#lowest = piece
  }

  #setDurable(piece: number, durable: boolean): void {
    const value = durable ? 1 : 0
    if (this.#durable[piece] === value) return
    this.#durable[piece] = value
    this.#durableCount += durable ? 1 : -1
  }
}

/** Whether a bitfield names a piece. */
export function hasBit(bits: Uint8Array, piece: number): boolean {
  return ((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0
}

/** The pieces a bitfield names, in order. */
export function piecesOfBits(bits: Uint8Array, pieces: number): number[] {
  const named: number[] = []
  for (let piece = 0; piece < pieces; piece++) {
    if (hasBit(bits, piece)) named.push(piece)
  }
  return named
}
