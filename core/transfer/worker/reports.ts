import type { DownloadEvent } from './protocol.js'

type Fetched = { -readonly [K in keyof FetchedEvent]: FetchedEvent[K] }
type FetchedEvent = Extract<DownloadEvent, { kind: 'fetched' }>

/** How long small news waits for more, ms. */
const WAIT_MS = 20

/**
 * Gathers what a worker has to tell, so that the main side hears of a thousand pieces in a few messages. The
 * order is kept; bytes fetched are added up.
 */
export class Reports {
  readonly #send: (events: readonly DownloadEvent[]) => void
  readonly #fetched = new Map<string, Fetched>()
  #events: DownloadEvent[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(send: (events: readonly DownloadEvent[]) => void) {
    this.#send = send
  }

  /** News that can wait a moment. */
  add(event: DownloadEvent): void {
    this.#events.push(event)
    this.#timer ??= setTimeout(() => this.flush(), WAIT_MS)
  }

  /** News on which the main side acts. */
  addNow(event: DownloadEvent): void {
    this.#events.push(event)
    this.flush()
  }

  /** Counts bytes from the network: which lane brought them for which transfer. */
  fetched(lane: number, transfer: number, bytes: number, wasted = 0): void {
    const key = `${lane} ${transfer}`
    const sum = this.#fetched.get(key)
    if (sum) {
      sum.bytes += bytes
      sum.wasted += wasted
    } else this.#fetched.set(key, { kind: 'fetched', lane, transfer, bytes, wasted })
    this.#timer ??= setTimeout(() => this.flush(), WAIT_MS)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const events = this.#events
    this.#events = []
    events.push(...this.#fetched.values())
    this.#fetched.clear()
    if (events.length > 0) this.#send(events)
  }
}
