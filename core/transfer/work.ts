import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { Span } from './piece-map.js'

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
  /** How much it is given at once; a slow lane gets little. Default: as much as one piece of work may be. */
  readonly mostBytes?: number
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
  /** Pieces at once where others fetch the file too: few, so that rare ones are spread soon. Default 2. */
  readonly sharedPieces?: number
}
