import type { PersonLimits, Settings } from '../api/index.js'
import { isPeerId, type PeerId } from '../identity/index.js'
import type { Store, Table } from '../store/index.js'
import { type Limits, parseSchedule } from '../transfer/index.js'
import { rateOf } from './rate-of.js'
import type { SettingsBook } from './settings.js'

const KEYS = ['uploadLimit', 'downloadLimit', 'uploadSlots', 'schedule'] as const

/** The limits of single people, kept in the store; puts them and those of the settings in force. */
export class LimitsBook {
  readonly #store: Store
  readonly #table: Table<PersonLimits>
  readonly #settings: SettingsBook
  readonly #limits: Limits

  constructor(store: Store, settings: SettingsBook, limits: Limits) {
    this.#store = store
    this.#table = store.table('limits')
    this.#settings = settings
    this.#limits = limits
  }

  /** The limits of someone, if there are any. */
  of(id: PeerId): PersonLimits | undefined {
    return this.#table.get(id)
  }

  /** Checks and keeps the limits of someone; what is left out stays. They hold at once. */
  async set(id: PeerId, change: Partial<PersonLimits>): Promise<void> {
    const before = this.of(id)
    const up = change.up === undefined ? (before?.up ?? 0) : rateOf(change.up)
    const down = change.down === undefined ? (before?.down ?? 0) : rateOf(change.down)
    await this.#store.write(() => {
      if (up === 0 && down === 0) this.#table.remove(id)
      else this.#table.put(id, { up, down })
    })
    this.apply()
  }

  /** The settings may have changed what holds. */
  follow(before: Settings, now: Settings): void {
    if (KEYS.some(key => now[key] !== before[key])) this.apply()
  }

  /** Puts all that is set in force. */
  apply(): void {
    const { uploadLimit, downloadLimit, uploadSlots, schedule } = this.#settings.all()
    const people = new Map<PeerId, PersonLimits>()
    for (const { key, value } of this.#table.range()) {
      const id = String(key)
      if (isPeerId(id)) people.set(id, value)
    }
    this.#limits.set({
      up: uploadLimit,
      down: downloadLimit,
      slots: uploadSlots,
      schedule: parseSchedule(schedule),
      people,
    })
  }
}
