import type { QueueMove, TransferAction, TransferPriority, TransferState } from '../api/index.js'
import type { Download } from './download.js'
import { inQueueOrder, moved } from './queue-order.js'

/** The places for running downloads, and who gets the next one. */
export class Places {
  readonly #downloads: () => readonly Download[]
  /** By id, how many come before it. */
  #waiting = new Map<string, number>()
  #atOnce: number

  /** `downloads` gives all of them, oldest first. */
  constructor(downloads: () => readonly Download[], atOnce: number) {
    this.#downloads = downloads
    this.#atOnce = atOnce
  }

  setAtOnce(count: number): void {
    this.#atOnce = count
    this.fill()
  }

  /** Gives places to those that want one, in the order of the queue. */
  fill(): void {
    const all = this.#downloads()
    let free = this.#atOnce
    for (const download of all) if (download.running) free--
    const waiting = inQueueOrder(all.filter(download => download.wantsPlace))
    for (const download of waiting.splice(0, Math.max(0, free))) download.start()
    this.#tell(waiting)
  }

  /** Which of those that wait it is, from 1 on; undefined when it doesn't wait for a place. */
  placeOf(id: string): number | undefined {
    return this.#waiting.get(id)
  }

  /** Moves one among those of its priority that are not over. */
  async move(download: Download, to: QueueMove): Promise<void> {
    const all = this.#downloads().filter(({ isOver }) => !isOver)
    const orders = moved(all, download.id, to)
    await Promise.all(all.map(each => each.setOrder(orders.get(each.id) ?? each.order)))
    this.fill()
  }

  async prioritise(downloads: readonly Download[], priority: TransferPriority): Promise<void> {
    await Promise.all(downloads.map(download => download.setPriority(priority)))
    this.fill()
  }

  #tell(waiting: readonly Download[]): void {
    const before = this.#waiting
    this.#waiting = new Map(waiting.map(({ id }, i) => [id, i + 1]))
    for (const download of waiting) {
      if (before.get(download.id) !== this.#waiting.get(download.id)) download.told()
    }
  }
}

/** Whether doing this to all includes one in this state. */
export function appliesTo(action: TransferAction, state: TransferState, isPausedByUser: boolean): boolean {
  switch (action) {
    case 'pause':
      return !['done', 'failed', 'cancelled', 'awaiting-consent'].includes(state) && !isPausedByUser
    case 'resume':
      return state === 'paused' || state === 'failed'
    case 'retry':
      return state === 'failed'
    case 'cancel':
      return !['done', 'failed', 'cancelled', 'awaiting-consent'].includes(state)
  }
}
