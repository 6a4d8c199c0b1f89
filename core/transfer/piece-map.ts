/** A run of neighbouring pieces. */
export interface Span {
  readonly first: number
  readonly count: number
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
  readonly #durable: Uint8Array
  readonly #counts = [0, 0, 0, 0]
  #durableCount = 0
  /** No missing piece lies before this one. */
  #lowest = 0

  constructor(pieces: number) {
    this.pieces = pieces
    this.#states = new Uint8Array(pieces)
    this.#lanes = new Uint32Array(pieces)
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

  /** Whether every piece is verified and its bytes are synced. */
  get complete(): boolean {
    return this.verified === this.pieces && this.#durableCount === this.pieces
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

  /** Takes the first run of missing pieces, at most `most` of them, and marks it as asked of the lane. */
  take(lane: number, most: number): Span | undefined {
    while (this.#lowest < this.pieces && this.#states[this.#lowest] !== MISSING) this.#lowest++
    return this.#lowest < this.pieces ? this.#ask(lane, this.#lowest, most) : undefined
  }

  /** The same, of the pieces in a span. */
  takeWithin(lane: number, most: number, { first, count }: Span): Span | undefined {
    const end = Math.min(this.pieces, first + count)
    let from = first
    while (from < end && this.#states[from] !== MISSING) from++
    return from < end ? this.#ask(lane, from, Math.min(most, end - from)) : undefined
  }

  /** Makes missing again what is still asked of the lane, or only the part of it in the span. */
  giveBack(lane: number, span: Span = { first: 0, count: this.pieces }): number {
    let given = 0
    for (let piece = span.first; piece < span.first + span.count; piece++) {
      if (this.#states[piece] !== ASKED || this.#lanes[piece] !== lane) continue
      this.#set(piece, MISSING)
      given++
    }
    return given
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
    const bits = Buffer.alloc(Math.ceil(this.pieces / 8))
    for (let piece = 0; piece < this.pieces; piece++) {
      if (this.#durable[piece]) bits[piece >> 3] = (bits[piece >> 3] ?? 0) | (0x80 >> (piece & 7))
    }
    return bits
  }

  /** Marks missing pieces from this one on, at most so many, as asked of the lane. */
  #ask(lane: number, first: number, most: number): Span {
    let end = first
    while (end < this.pieces && end - first < most && this.#states[end] === MISSING) {
      this.#set(end, ASKED)
      this.#lanes[end] = lane
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

/** The pieces a bitfield names, in order. */
export function piecesOfBits(bits: Uint8Array, pieces: number): number[] {
  const named: number[] = []
  for (let piece = 0; piece < pieces; piece++) {
    if (((bits[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0) named.push(piece)
  }
  return named
}
