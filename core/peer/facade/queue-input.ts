import type { QueueMove, TransferAction, TransferPriority } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'

const ACTIONS: readonly unknown[] = ['pause', 'resume', 'retry', 'cancel']
const PRIORITIES: readonly unknown[] = ['high', 'normal', 'low']
const MOVES: readonly unknown[] = ['first', 'last', 'up', 'down']

/** What is to be done to transfers, checked. */
export function actionOf(value: unknown): TransferAction {
  if (ACTIONS.includes(value)) return value as TransferAction
  throw new PeerError('BAD_INPUT', 'Say what to do: pause, resume, retry or cancel.')
}

/** A priority, checked. */
export function priorityOf(value: unknown): TransferPriority {
  if (PRIORITIES.includes(value)) return value as TransferPriority
  throw new PeerError('BAD_INPUT', 'A priority is high, normal or low.')
}

/** Where to in the queue, checked. */
export function moveOf(value: unknown): QueueMove {
  if (MOVES.includes(value)) return value as QueueMove
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value
  throw new PeerError('BAD_INPUT', 'Say where to: first, last, up, down, or a position from 1 on.')
}

/** Ids of transfers, checked to be a list of texts; each once. */
export function idsOf(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length > 0 && value.every(id => typeof id === 'string')) {
    return [...new Set<string>(value)]
  }
  throw new PeerError('BAD_INPUT', 'Name the transfers.')
}
