/** Small files whose syncs may run in the background before reading stops. */
const MOST_SYNCS = 128

/**
 * Stops reading while too much is written and not synced, and lets it go on when half of that is synced: so
 * what a crash can cost is bounded, on a slow disk too.
 */
export class SyncGate {
  readonly #mostBytes: number
  readonly #change: (shut: boolean) => void
  #bytes = 0
  #syncs = 0
  #shut = false

  constructor(mostBytes: number, change: (shut: boolean) => void) {
    this.#mostBytes = mostBytes
    this.#change = change
  }

  get shut(): boolean {
    return this.#shut
  }

  /** Bytes that were written, or, negative, that were synced. */
  addBytes(bytes: number): void {
    this.#bytes += bytes
    this.#look()
  }

  /** Syncs that began, or, negative, ended. */
  addSyncs(syncs: number): void {
    this.#syncs += syncs
    this.#look()
  }

  #look(): void {
    const full = this.#bytes >= this.#mostBytes || this.#syncs >= MOST_SYNCS
    const low = this.#bytes <= this.#mostBytes / 2 && this.#syncs <= MOST_SYNCS / 2
    if (this.#shut ? !low : !full) return
    this.#shut = !this.#shut
    this.#change(this.#shut)
  }
}
