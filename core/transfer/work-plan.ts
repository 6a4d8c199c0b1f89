import { hasLayer, pieceBytes, pieceCount } from '../content/index.js'
import type { ErrorCode } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { Holders } from './holders.js'
import { PieceChoices } from './piece-choices.js'
import { PieceMap, type Span } from './piece-map.js'
import { Wishes } from './wishes.js'
import type { PlanEntries, PlanEntry, PlanLane, PlanLimits, Work } from './work.js'

const SHARED_PIECES = 2

interface OpenFile {
  readonly pieces: PieceMap
  readonly pieceBytes: number
  layer: 'unknown' | 'known' | { readonly askedOf: number }
}

/**
 * What to ask of which lane next, for one transfer: files in their order, one file's pieces spread over all
 * lanes once its layer is known. It holds no clock, no socket and no file; whatever it gave out must come back:
 * done, given back, or refused by a source.
 */
export class WorkPlan {
  readonly #entries: PlanEntries
  readonly #limits: PlanLimits
  readonly #choices: PieceChoices
  /** Who may give what. */
  readonly holders = new Holders()
  readonly #open = new Map<number, OpenFile>()
  /** Whole entries being worked on. */
  readonly #busy = new Set<number>()
  readonly #again: number[] = []
  readonly #stuck = new Set<number>()
  readonly #wishes: Wishes
  /** Entries behind the cursor that were begun before their turn. */
  readonly #early = new Set<number>()
  #cursor = 0

  /** `chance` gives numbers between 0 and 1; by `self` those who fetch the same begin with different pieces. */
  constructor(
    entries: PlanEntries,
    limits: PlanLimits,
    options: { readonly wishes?: Wishes; readonly chance?: () => number; readonly self?: PeerId } = {},
  ) {
    this.#entries = entries
    this.#limits = limits
    this.#wishes = options.wishes ?? new Wishes()
    this.#choices = new PieceChoices(this.holders, options)
  }

  /** Whether nothing is being worked on. */
  get idle(): boolean {
    if (this.#busy.size > 0) return false
    for (const file of this.#open.values()) if (file.pieces.asked > 0) return false
    return true
  }

  /** Whether nothing is left that could be asked for, now or after an answer. */
  get exhausted(): boolean {
    if (this.#busy.size > 0 || this.#again.length > 0 || !this.#atEnd()) return false
    for (const index of this.#open.keys()) if (!this.#stuck.has(index)) return false
    return true
  }

  /** Whether no bytes are left to fetch: only checks and finishing are. */
  get allFetched(): boolean {
    if (this.#busy.size > 0 || this.#again.length > 0 || this.#stuck.size > 0 || !this.#atEnd()) return false
    for (const { pieces } of this.#open.values()) if (pieces.missing > 0 || pieces.asked > 0) return false
    return true
  }

  /** Entries that no source we know would give, with the code of one of the refusals. */
  get stuck(): readonly { readonly entry: number; readonly code: ErrorCode }[] {
    return [...this.#stuck].map(entry => ({
      entry,
      code: this.holders.refusal(entry) ?? 'NOT_SHARED',
    }))
  }

  pieces(entry: number): PieceMap | undefined {
    return this.#open.get(entry)?.pieces
  }

  /** The files of more than one piece that are begun and not finished. */
  openFiles(): readonly number[] {
    return [...this.#open.keys()]
  }

  /** The next thing to do; without a lane, only what needs no network. Undefined when there is nothing now. */
  next(lane?: PlanLane): Work | undefined {
    const begun = lane && (this.#nextWanted(lane) ?? this.#nextSpan(lane))
    if (begun) return begun
    const first = this.#peek(lane)
    if (first === undefined) return undefined
    const entry = this.#entries.at(first)
    if (needsNoNetwork(entry)) return this.#takeMake(lane)
    if (!lane) return undefined
    if (!entry.root) {
      this.#take(first)
      return { kind: 'ask-root', entry: first }
    }
    if (!hasLayer(entry.size)) return this.#takeBatch(lane)
    this.#drop(first)
    this.open(first)
    return this.#nextSpan(lane)
  }

  /** Begins a file of more than one piece; gives its map. */
  open(entry: number, options: { readonly layerKnown?: boolean } = {}): PieceMap {
    const { size } = this.#entries.at(entry)
    const file: OpenFile = {
      pieces: new PieceMap(pieceCount(size)),
      pieceBytes: pieceBytes(size),
      layer: options.layerKnown ? 'known' : 'unknown',
    }
    this.#open.set(entry, file)
    return file.pieces
  }

  /** The layer is here and right: other lanes may take part. */
  layerKnown(entry: number): void {
    const file = this.#open.get(entry)
    if (file) file.layer = 'known'
  }

  /** Placed, or not to be worked on in this run. */
  done(entry: number): void {
    this.#busy.delete(entry)
    this.#open.delete(entry)
    this.holders.forget(entry)
    this.#choices.forget(entry)
    this.#stuck.delete(entry)
    const again = this.#again.indexOf(entry)
    if (again >= 0) this.#again.splice(again, 1)
  }

  /** A whole entry that was given out is to be asked for again. */
  giveBack(entry: number): void {
    if (this.#busy.delete(entry)) this.#again.push(entry)
  }

  /** An entry that was held back as if it were done is to be asked for after all. */
  comeBack(entry: number): void {
    if (entry < this.#cursor && !this.#isBegun(entry)) this.#again.push(entry)
  }

  /** Pieces that were asked of a lane are not coming from it. */
  giveBackSpan(lane: number, entry: number, span: Span): void {
    const file = this.#open.get(entry)
    if (!file) return
    file.pieces.giveBack(lane, span)
    if (typeof file.layer === 'object' && file.layer.askedOf === lane) file.layer = 'unknown'
  }

  /** A source won't give this entry: it is not asked for it again. Stuck when that holds for all sources. */
  refuse(entry: number, source: PeerId, code: ErrorCode, sources: Iterable<PeerId>): void {
    this.holders.refuse(entry, source, code)
    const elsewhere = [...sources].some(other => this.holders.may(other, entry))
    if (!elsewhere) {
      this.#busy.delete(entry)
      this.#stuck.add(entry)
    } else this.giveBack(entry)
  }

  /** There are new sources: what was stuck may be asked of them. */
  tryStuckAgain(): void {
    for (const entry of this.#stuck) if (!this.#open.has(entry)) this.#again.push(entry)
    this.#stuck.clear()
  }

  /** Some sources are gone: what the others have refused is stuck. */
  sourcesLeft(sources: readonly PeerId[]): void {
    for (const entry of this.holders.refusedEntries()) {
      if (sources.some(source => this.holders.may(source, entry))) continue
      const waits = this.#again.indexOf(entry)
      if (waits >= 0) this.#again.splice(waits, 1)
      else if (!this.#open.has(entry)) continue
      this.#stuck.add(entry)
    }
  }

  /** What a reader waits for, or will soon; the one who moved last comes first. */
  #nextWanted(lane: PlanLane): Work | undefined {
    for (const { entry, span } of this.#wishes.newestFirst()) {
      if (this.#isFree(entry, lane)) {
        const { root, size } = this.#entries.at(entry)
        if (!root || !hasLayer(size)) {
          this.#take(entry)
          return root ? { kind: 'batch', entries: [entry], bytes: size } : { kind: 'ask-root', entry }
        }
        this.#drop(entry)
        this.open(entry)
      }
      const file = this.#open.get(entry)
      const work = file && this.#spanOf(entry, file, lane, span)
      if (work) return work
    }
    return undefined
  }

  /**
   * For a lane that has nothing to do: pieces that were asked of a slow one. The slower answer is then of no use.
   */
  nextAgain(lane: PlanLane, isSlow: (lane: number) => boolean): Work | undefined {
    for (const [entry, file] of this.#open) {
      if (file.layer !== 'known' || !this.holders.may(lane.source, entry)) continue
      const most = this.#spanPieces(lane, file, entry)
      const span = file.pieces.takeAgain(
        lane.id,
        most,
        isSlow,
        this.#choices.of(lane.source, entry, file.pieces.pieces).has,
      )
      if (span) return { kind: 'span', entry, span, withLayer: false }
    }
    return undefined
  }

  /** Whether an entry waits for its turn, and this lane may be asked for it. */
  #isFree(entry: number, lane: PlanLane): boolean {
    if (!this.holders.may(lane.source, entry)) return false
    if (this.#again.includes(entry)) return true
    if (entry < this.#cursor || entry >= this.#entries.count) return false
    if (this.#isBegun(entry)) return false
    return !needsNoNetwork(this.#entries.at(entry))
  }

  #nextSpan(lane: PlanLane): Work | undefined {
    for (const [entry, file] of this.#open) {
      const work = this.#spanOf(entry, file, lane)
      if (work) return work
    }
    return undefined
  }

  /** Missing pieces of an open file: those wanted, else the first or the rarest. */
  #spanOf(entry: number, file: OpenFile, lane: PlanLane, wanted?: Span): Work | undefined {
    if (file.pieces.missing === 0 || !this.holders.may(lane.source, entry)) return undefined
    if (typeof file.layer === 'object') return undefined
    const withLayer = file.layer === 'unknown'
    const choice = this.#choices.of(lane.source, entry, file.pieces.pieces)
    const most = this.#spanPieces(lane, file, entry, wanted && this.#limits.wantedBytes)
    const span = wanted
      ? file.pieces.takeWithin(lane.id, most, wanted, choice.has)
      : file.pieces.take(lane.id, most, choice)
    if (!span) return undefined
    if (withLayer) file.layer = { askedOf: lane.id }
    return { kind: 'span', entry, span, withLayer }
  }

  #spanPieces(
    { mostBytes = this.#limits.spanBytes }: PlanLane,
    file: OpenFile,
    entry: number,
    wantedBytes = this.#limits.spanBytes,
  ): number {
    const { spanBytes, spanPieces, sharedPieces = SHARED_PIECES } = this.#limits
    const bytes = Math.min(spanBytes, mostBytes, wantedBytes)
    const most = this.holders.copies(entry) ? Math.min(spanPieces, sharedPieces) : spanPieces
    return Math.min(most, Math.max(1, Math.floor(bytes / file.pieceBytes)))
  }

  #takeMake(lane: PlanLane | undefined): Work {
    const entries: number[] = []
    for (let index = this.#peek(lane); index !== undefined; index = this.#peek(lane)) {
      if (entries.length >= this.#limits.makeEntries || !needsNoNetwork(this.#entries.at(index))) break
      this.#take(index)
      entries.push(index)
    }
    return { kind: 'make', entries }
  }

  #takeBatch(lane: PlanLane): Work {
    const entries: number[] = []
    let bytes = 0
    const most = Math.min(this.#limits.batchBytes, lane.mostBytes ?? this.#limits.batchBytes)
    for (let index = this.#peek(lane); index !== undefined; index = this.#peek(lane)) {
      const entry = this.#entries.at(index)
      if (needsNoNetwork(entry) || !entry.root || hasLayer(entry.size)) break
      const full = entries.length >= this.#limits.batchFiles || bytes + entry.size > most
      if (full && entries.length > 0) break
      this.#take(index)
      entries.push(index)
      bytes += entry.size
    }
    return { kind: 'batch', entries, bytes }
  }

  /** The first entry that this lane may be asked for. */
  #peek(lane: PlanLane | undefined): number | undefined {
    for (const index of this.#again) if (this.#isFor(lane, index)) return index
    if (this.#atEnd()) return undefined
    return this.#isFor(lane, this.#cursor) ? this.#cursor : undefined
  }

  #isFor(lane: PlanLane | undefined, entry: number): boolean {
    return !lane || needsNoNetwork(this.#entries.at(entry)) || this.holders.may(lane.source, entry)
  }

  /** Moves past what is done or begun; whether the list ends there. */
  #atEnd(): boolean {
    const { count } = this.#entries
    while (this.#cursor < count && this.#isBegun(this.#cursor)) this.#early.delete(this.#cursor++)
    return this.#cursor >= count
  }

  #isBegun(index: number): boolean {
    return this.#entries.isDone(index) || this.#open.has(index) || this.#early.has(index)
  }

  #take(index: number): void {
    this.#drop(index)
    this.#busy.add(index)
  }

  #drop(index: number): void {
    const again = this.#again.indexOf(index)
    if (again >= 0) this.#again.splice(again, 1)
    else if (index === this.#cursor) this.#cursor++
    else this.#early.add(index)
  }
}

function needsNoNetwork(entry: PlanEntry): boolean {
  return entry.type === 'folder' || entry.size === 0
}
