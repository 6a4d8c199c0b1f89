import { setTimeout as delay } from 'node:timers/promises'
import { hasCode } from '../errors/index.js'
import type { ShareVersion } from '../manifest/index.js'
import type { Connection, WireChange } from '../wire/index.js'

/** What is published: the open part of a share. */
export interface PublishedShare {
  readonly version: ShareVersion
  /** What leads from n to `to`, bounded so that it fits one message; 'start-over' when n is not in its past. */
  changesSince(
    n: number,
    limit: number,
  ): { readonly to: number; readonly changes: WireChange[] } | 'start-over'
}

/** Changes in one message: to take in 1,000 holds up a registry's loop for 30 ms, and all others with it. */
const CHANGES_A_DELTA = 500
/** A registry that takes no more is asked again after this long: a share that is hashed changes many times a second. */
const QUOTA_WAIT_MS = 3_000

/** Brings one registry connection up to the share's version, and keeps it there. */
export class Publisher {
  readonly #connection: Pick<Connection, 'request'>
  readonly #share: PublishedShare
  #held: number
  /** The registry holds a share of an older database of this peer, which even an empty share replaces. */
  #outdated: boolean
  #running = false
  /** When the registry said that it takes no more, by a clock that only goes on. */
  #overQuotaAt = Number.NEGATIVE_INFINITY
  #again = false

  /** `have` is what the registry says it holds. */
  constructor(
    connection: Pick<Connection, 'request'>,
    share: PublishedShare,
    have: ShareVersion | undefined,
  ) {
    this.#connection = connection
    this.#share = share
    this.#held = this.#heldOf(have)
    this.#outdated = have !== undefined && have.epoch !== share.version.epoch
  }

  /**
   * Sends what is missing, and gives whether all of it is there; while that goes on, a further call only makes it look
   * again at its end.
   */
  async publish(): Promise<boolean> {
    if (this.#running) {
      this.#again = true
      return false
    }
    this.#running = true
    try {
      do {
        const waitMs = this.#overQuotaAt + QUOTA_WAIT_MS - performance.now()
        if (waitMs > 0) await delay(waitMs, undefined, { ref: false })
        this.#again = false
        while (this.#outdated || this.#held !== this.#share.version.n) await this.#step()
      } while (this.#again)
      return true
    } catch (error) {
      if (hasCode(error, 'OVER_QUOTA')) this.#overQuotaAt = performance.now()
      throw error
    } finally {
      this.#running = false
    }
  }

  async #step(): Promise<void> {
    const cut = this.#share.changesSince(this.#held, CHANGES_A_DELTA)
    if (cut === 'start-over') {
      this.#held = 0
      return
    }
    const { epoch } = this.#share.version
    const { have } = await this.#connection.request('SHARE_DATA', { epoch, base: this.#held, ...cut })
    this.#held = this.#heldOf(have)
    this.#outdated = false
  }

  #heldOf(have: ShareVersion | undefined): number {
    return have?.epoch === this.#share.version.epoch ? have.n : 0
  }
}
