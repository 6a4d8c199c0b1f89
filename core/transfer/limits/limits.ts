import type { PeerId } from '../../identity/index.js'
import type { Clock } from '../clock.js'
import { Lender } from './lender.js'
import { READ_BYTES } from './pacing.js'
import { type LimitPair, limitsAt, type ScheduledLimits } from './schedule.js'

/** An upload worker can send this little, bytes. */
const SEND_BYTES = 1_024
const MINUTE_MS = 60_000

/** What was set. Rates are bytes a second, 0 is no limit. */
export interface LimitRules extends LimitPair {
  /** How many people are served at once; 0: all. */
  readonly slots: number
  readonly schedule: readonly ScheduledLimits[]
  readonly people: ReadonlyMap<PeerId, LimitPair>
}

/** The limits of a peer, up and down, for its upload and download workers. */
export class Limits {
  readonly up: Lender
  readonly down: Lender
  readonly #clock: Clock
  readonly #date: () => Date
  #stopTimer: (() => void) | undefined

  /** `date` is the time of day here. */
  constructor(clock: Clock, date: () => Date = () => new Date()) {
    this.#clock = clock
    this.#date = date
    this.up = new Lender(clock, SEND_BYTES)
    this.down = new Lender(clock, READ_BYTES)
  }

  /** Sets all rules; they hold at once. */
  set(rules: LimitRules): void {
    this.#apply(rules, limitsAt(rules.schedule, rules, this.#date()))
  }

  close(): void {
    this.#stopTimer?.()
    this.up.close()
    this.down.close()
  }

  #apply(rules: LimitRules, { up, down }: LimitPair): void {
    const people = [...rules.people]
    this.up.set({ rate: up, slots: rules.slots, people: new Map(people.map(([id, pair]) => [id, pair.up])) })
    this.down.set({ rate: down, slots: 0, people: new Map(people.map(([id, pair]) => [id, pair.down])) })
    this.#stopTimer?.()
    this.#stopTimer = undefined
    if (rules.schedule.length > 0) this.#lookAgain(rules, { up, down })
  }

  /** Each minute, by the clock on the wall: a day may have an hour more or less, or a computer may sleep. */
  #lookAgain(rules: LimitRules, now: LimitPair): void {
    const waitMs = MINUTE_MS - (this.#date().getTime() % MINUTE_MS)
    this.#stopTimer = this.#clock.after(waitMs, () => {
      const next = limitsAt(rules.schedule, rules, this.#date())
      if (next.up === now.up && next.down === now.down) this.#lookAgain(rules, now)
      else this.#apply(rules, next)
    })
  }
}
