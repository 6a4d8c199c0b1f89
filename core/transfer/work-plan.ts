import { hasLayer, pieceBytes, pieceCount } from '../content/index.js'
import type { ErrorCode } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import { PieceMap, type Span } from './piece-map.js'
import { Wishes } from './wishes.js'

/** What the plan must know of an entry. */
export interface PlanEntry {
  readonly type: 'file' | 'folder'
  readonly size: number
  readonly root?: Root
}

/** The entries of a transfer by index; the list may still grow. */
export interface PlanEntries {
  readonly count: number
  at(index: number): PlanEntry
  isDone(index: number): boolean
}

/** A connection of one worker to one source. */
export interface PlanLane {
  readonly id: number
  readonly source: PeerId
}

/** One thing to do next. */
export type Work =
  /** Folders and empty files: made without the network. */
  | { readonly kind: 'make'; readonly entries: readonly number[] }
  /** A listed file that had no root yet. */
  | { readonly kind: 'ask-root'; readonly entry: number }
  /** Whole files of at most one piece. */
  | { readonly kind: 'batch'; readonly entries: readonly number[]; readonly bytes: number }
  /** Pieces of one file; the first to get any of a file fetches its layer before them. */
  | { readonly kind: 'span'; readonly entry: number; readonly span: Span; readonly withLayer: boolean }

/** How much goes into one piece of work. */
export interface PlanLimits {
  readonly batchFiles: number
  readonly batchBytes: number
  readonly spanBytes: number
  readonly spanPieces: number
  readonly makeEntries: number
  /** In one piece of work for a reader: little, so that all lanes share in what is wanted first. */
  readonly wantedBytes: number
}

interface OpenFile {
  readonly pieces: PieceMap
  readonly spanPieces: number
  readonly wantedPieces: number
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
  readonly #open = new Map<number, OpenFile>()
  /** Whole entries being worked on. */
  readonly #busy = new Set<number>()
  readonly #again: number[] = []
  readonly #refused = new Map<number, Map<PeerId, ErrorCode>>()
  readonly #stuck = new Set<number>()
  readonly #wishes: Wishes
  /** Entries behind the cursor that were begun before their turn. */
  readonly #early = new Set<number>()
  #cursor = 0

  constructor(entries: PlanEntries, limits: PlanLimits, wishes = new Wishes()) {
    this.#entries = entries
    this.#limits = limits
    this.#wishes = wishes
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
      code: [...(this.#refused.get(entry)?.values() ?? [])].at(-1) ?? 'NOT_SHARED',
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
    const most = (bytes: number) =>
      Math.min(this.#limits.spanPieces, Math.max(1, Math.floor(bytes / pieceBytes(size))))
    const file: OpenFile = {
      pieces: new PieceMap(pieceCount(size)),
      spanPieces: most(this.#limits.spanBytes),
      wantedPieces: most(this.#limits.wantedBytes),
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
    this.#refused.delete(entry)
    this.#stuck.delete(entry)
    const again = this.#again.indexOf(entry)
    if (again >= 0) this.#again.splice(again, 1)
  }

  /** A whole entry that was given out is to be asked for again. */
  giveBack(entry: number): void {
    if (this.#busy.delete(entry)) this.#again.push(entry)
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
    const codes = this.#refused.get(entry) ?? new Map<PeerId, ErrorCode>()
    this.#refused.set(entry, codes.set(source, code))
    const elsewhere = [...sources].some(other => !codes.has(other))
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
    for (const [entry, codes] of this.#refused) {
      if (codes.size === 0 || sources.some(source => !codes.has(source))) continue
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

  /** Whether an entry waits for its turn, and this lane may be asked for it. */
  #isFree(entry: number, lane: PlanLane): boolean {
    if (this.#refused.get(entry)?.has(lane.source)) return false
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

  /** Missing pieces of an open file, the first ones or those wanted. */
  #spanOf(entry: number, file: OpenFile, lane: PlanLane, wanted?: Span): Work | undefined {
    if (file.pieces.missing === 0 || this.#refused.get(entry)?.has(lane.source)) return undefined
    if (typeof file.layer === 'object') return undefined
    const withLayer = file.layer === 'unknown'
    const span = wanted
      ? file.pieces.takeWithin(lane.id, file.wantedPieces, wanted)
      : file.pieces.take(lane.id, file.spanPieces)
    if (!span) return undefined
    if (withLayer) file.layer = { askedOf: lane.id }
    return { kind: 'span', entry, span, withLayer }
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
    for (let index = this.#peek(lane); index !== undefined; index = this.#peek(lane)) {
      const entry = this.#entries.at(index)
      if (needsNoNetwork(entry) || !entry.root || hasLayer(entry.size)) break
      const full = entries.length >= this.#limits.batchFiles || bytes + entry.size > this.#limits.batchBytes
      if (full && entries.length > 0) break
      this.#take(index)
      entries.push(index)
      bytes += entry.size
    }
    return { kind: 'batch', entries, bytes }
  }

  /** The first entry that this lane may be asked for. */
  #peek(lane: PlanLane | undefined): number | undefined {
    for (const index of this.#again) {
      if (!lane || !this.#refused.get(index)?.has(lane.source)) return index
    }
    return this.#atEnd() ? undefined : this.#cursor
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
