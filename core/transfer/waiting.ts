import type { Failure, PauseReason } from '../api/index.js'
import type { Clock } from './clock.js'
import { retryWaitMs } from './retry.js'

/** How often a full disk is looked at, ms. */
const ROOM_MS = 5_000
/** How soon we look whether someone who came online has it, ms. */
const SOON_MS = 1_000

/** Why a download does not run though the user wants it to. */
export type WaitReason = Exclude<PauseReason, 'user'>

/** What waiting needs of its download. */
export interface WaitingOptions {
  readonly clock: Clock
  /** Between 0 and 1. */
  readonly chance: () => number
  /** Whether anyone who can be reached may have it. */
  isSomeoneThere(): Promise<boolean>
  /** Whether the disk has room for the rest. */
  hasRoom(): Promise<boolean>
  /** It waits no more. */
  over(): void
}

/** What one download waits for, and looks whether that is over: by itself, less and less often. */
export class Waiting {
  readonly #options: WaitingOptions
  #reason: WaitReason | undefined
  #error: Failure | undefined
  #stop: (() => void) | undefined
  #times = 0
  #looksSoon = false

  constructor(options: WaitingOptions) {
    this.#options = options
  }

  get reason(): WaitReason | undefined {
    return this.#reason
  }

  /** What went wrong before it waited. */
  get error(): Failure | undefined {
    return this.#reason && this.#error
  }

  begin(reason: WaitReason, error: Failure | undefined): void {
    this.#reason = reason
    this.#error = error
    // A changed source stays changed: only the user goes on from there.
    if (reason === 'disk-full') this.#lookIn(ROOM_MS)
    else if (reason === 'nobody-online') this.#lookLater()
  }

  /** Someone has come who may have it; of many who come at once, the first makes us look. */
  someoneCame(): void {
    if (this.#reason !== 'nobody-online' || this.#looksSoon) return
    this.#looksSoon = true
    this.#lookIn(SOON_MS * (0.5 + this.#options.chance()))
  }

  /** It is to be looked at as often as at first again. */
  startOver(): void {
    this.#times = 0
  }

  end(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#reason = undefined
    this.#error = undefined
    this.#looksSoon = false
  }

  #lookLater(): void {
    this.#lookIn(retryWaitMs(++this.#times, this.#options.chance()))
  }

  #lookIn(ms: number): void {
    this.#stop?.()
    this.#stop = this.#options.clock.after(ms, () => void this.#look())
  }

  async #look(): Promise<void> {
    this.#looksSoon = false
    const { isSomeoneThere, hasRoom, over } = this.#options
    const reason = this.#reason
    const isOver = reason === 'disk-full' ? await hasRoom() : await isSomeoneThere()
    // It may have ended meanwhile, or wait for something else.
    if (this.#reason !== reason || reason === undefined) return
    if (isOver) over()
    // A place is not taken in vain: another may have it.
    else if (reason === 'disk-full') this.#lookIn(ROOM_MS)
    else this.#lookLater()
  }
}
