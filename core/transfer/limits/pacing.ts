import type { PeerId } from '../../identity/index.js'

/**
 * Who must ask before bytes are moved, as the main side tells its workers. A pace, bytes a second, is the most
 * there can be: it says how small the steps should be, not what may be moved.
 */
export interface Pacing {
  /** The pace of everyone; Infinity where only turns are kept, undefined where nobody is paced for all. */
  readonly everyone?: number
  readonly people: readonly (readonly [PeerId, number])[]
}

/**
 * What one read of a socket brings at most, bytes: with less on loan a download worker doesn't begin one, for it
 * can't stop in the middle.
 */
export const READ_BYTES = 64 * 1024

/** How a worker asks for leave to move bytes. */
export interface Loans {
  /**
   * Waits for leave to move some bytes for someone; gives how many. `back` is what is left of the loan before,
   * negative where more was moved, or undefined where there is none. 0: ask anew if still need be.
   */
  lend(peer: PeerId, back: number | undefined): Promise<number>
  /** There is nothing to move now: this much of the loan is left. */
  giveBack(peer: PeerId, bytes: number): void
}

/** The loans of a side that may have no limits: then nobody asks. */
export function loansOf(loans: Loans | undefined): Loans {
  return {
    lend: (peer, back) => loans?.lend(peer, back) ?? Promise.resolve(0),
    giveBack: (peer, bytes) => loans?.giveBack(peer, bytes),
  }
}

/** What a worker knows of who is paced. */
export class Paces {
  #everyone: number | undefined
  #people: ReadonlyMap<PeerId, number> = new Map()

  set({ everyone, people }: Pacing): void {
    this.#everyone = everyone
    this.#people = new Map(people)
  }

  /** Someone's pace; undefined when they need not ask. */
  of(peer: PeerId): number | undefined {
    const own = this.#people.get(peer)
    if (own === undefined || this.#everyone === undefined) return own ?? this.#everyone
    return Math.min(own, this.#everyone)
  }
}
