import { PeerError } from '../../errors/index.js'
import { LIMITS } from '../../wire/index.js'

/** A text that was given; BAD_INPUT with the sentence when it is none. */
export function textOf(value: unknown, sentence: string): string {
  if (typeof value === 'string') return value
  throw new PeerError('BAD_INPUT', sentence)
}

/** A whole number from 0 on that was given. */
export function countOf(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new PeerError('BAD_INPUT', 'An offset, or the number of an entry, is a whole number from 0 on.')
}

/** How much of a list is wanted, at most a page. */
export function pageSize(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1)
    return Math.min(value, LIMITS.pageEntries)
  throw new PeerError('BAD_INPUT', 'A limit is a whole number from 1 on.')
}
