import type { QueueMove, TransferPriority } from '../api/index.js'

/** What decides when a download gets a place. */
export interface Queued {
  readonly id: string
  readonly priority: TransferPriority
  /** Within its priority, the lower the sooner. */
  readonly order: number
}

const RANK: Readonly<Record<TransferPriority, number>> = { high: 0, normal: 1, low: 2 }

/** Who comes first: by priority, then by order. */
export function inQueueOrder<T extends Queued>(queue: readonly T[]): T[] {
  return [...queue].sort((a, b) => RANK[a.priority] - RANK[b.priority] || a.order - b.order)
}

/**
 * The orders that change when one moves among those of its priority: to its end or start, one up or down, or
 * to a position counted from 1. Orders are dealt out anew, from 1 on, so that what is added later comes last.
 */
export function moved(queue: readonly Queued[], id: string, to: QueueMove): Map<string, number> {
  const mover = queue.find(item => item.id === id)
  const changed = new Map<string, number>()
  if (!mover) return changed
  const peers = inQueueOrder(queue).filter(item => item.priority === mover.priority)
  const from = peers.indexOf(mover)
  peers.splice(from, 1)
  peers.splice(Math.max(0, Math.min(peers.length, target(to, from, peers.length))), 0, mover)
  peers.forEach((item, at) => {
    if (item.order !== at + 1) changed.set(item.id, at + 1)
  })
  return changed
}

function target(to: QueueMove, from: number, last: number): number {
  switch (to) {
    case 'first':
      return 0
    case 'last':
      return last
    case 'up':
      return from - 1
    case 'down':
      return from + 1
    default:
      return to - 1
  }
}
