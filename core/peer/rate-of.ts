import { isRate, LEAST_RATE, parseRate, writeRate } from '../api/index.js'
import { PeerError } from '../errors/index.js'

/** Checks a limit, given as bytes a second or as people write it. */
export function rateOf(value: unknown): number {
  const rate = typeof value === 'string' ? parseRate(value) : value
  if (typeof rate === 'number' && isRate(rate)) return rate
  throw new PeerError(
    'BAD_INPUT',
    `A limit is written as 20MB (bytes a second, ${writeRate(LEAST_RATE)} at least), or none.`,
  )
}
