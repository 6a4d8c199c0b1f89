import type { Settings } from '../api/index.js'

/** While bytes are moved for people, what is shared is read at this rate at most, bytes a second. */
const GIVE_WAY_RATE = 16_000_000
/** Nothing was moved for so long: reading goes on as fast as the person allows. */
const CALM_AFTER_MS = 2_000

/** Bytes a second that are hashed of what is shared: 0 for none, undefined for as fast as it goes. */
export function hashPace(
  { hashPaused, hashLimit }: Pick<Settings, 'hashPaused' | 'hashLimit'>,
  isBusy: boolean,
): number | undefined {
  if (hashPaused) return 0
  const limit = hashLimit || Number.POSITIVE_INFINITY
  const pace = isBusy ? Math.min(limit, GIVE_WAY_RATE) : limit
  return Number.isFinite(pace) ? pace : undefined
}

/** Holds hashing to what the person set, and has it give way to transfers. */
export class HashPace {
  readonly #settings: () => Settings
  readonly #set: (bytesASecond: number | undefined) => void
  #last: number | undefined
  #calm: NodeJS.Timeout | undefined

  constructor(settings: () => Settings, set: (bytesASecond: number | undefined) => void) {
    this.#settings = settings
    this.#set = set
    this.apply()
  }

  /** To be called while bytes of a transfer are moved, every now and then. */
  moved(): void {
    if (this.#calm) {
      this.#calm.refresh()
      return
    }
    this.#calm = setTimeout(() => {
      this.#calm = undefined
      this.apply()
    }, CALM_AFTER_MS)
    this.#calm.unref()
    this.apply()
  }

  /** To be called when the settings have changed; whether it made a difference. */
  apply(): boolean {
    const pace = hashPace(this.#settings(), this.#calm !== undefined)
    if (pace === this.#last) return false
    this.#last = pace
    this.#set(pace)
    return true
  }

  close(): void {
    clearTimeout(this.#calm)
    this.#calm = undefined
  }
}
