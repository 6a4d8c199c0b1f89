import type { Failure, PauseReason, TransferState } from '../api/index.js'

/** What is known of a transfer; its state follows from it. */
export interface TransferFacts {
  readonly finished: boolean
  /** What the user last asked for. */
  readonly wish: 'run' | 'pause' | 'cancel'
  /** What makes going on useless until the user acts. */
  readonly failure?: Failure
  /** What it waits for by itself. */
  readonly waiting?: Exclude<PauseReason, 'user'>
  /** Whether it has one of the places for running transfers. */
  readonly running: boolean
  /** Whether a source is connected. */
  readonly connected: boolean
  /** Whether bytes are still to be fetched. */
  readonly fetching: boolean
}

/** A transfer's state as people see it. */
export interface ShownState {
  readonly state: TransferState
  readonly reason?: PauseReason
  readonly error?: Failure
}

/** Derives the state. The user's wish comes before what happened, what happened before what goes on. */
export function transferState(facts: TransferFacts): ShownState {
  if (facts.finished) return { state: 'done' }
  if (facts.wish === 'cancel') return { state: 'cancelled' }
  if (facts.failure && !facts.waiting) return { state: 'failed', error: facts.failure }
  if (facts.wish === 'pause') return { state: 'paused', reason: 'user' }
  if (facts.waiting) {
    return { state: 'paused', reason: facts.waiting, ...(facts.failure && { error: facts.failure }) }
  }
  if (!facts.running) return { state: 'queued' }
  if (!facts.fetching) return { state: 'checking' }
  return { state: facts.connected ? 'downloading' : 'finding-sources' }
}
