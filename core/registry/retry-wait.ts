const FIRST_MS = 1_000
/** A registry that was away for long finds all its peers back within it; ten thousand who ask so often are no load. */
const MOST_MS = 20_000

/**
 * The wait before the next try to reach a registry after this many failures in a row (1 and more): any time
 * up to a bound that doubles, `chance` from 0 to 1 ("full jitter": after a restart all peers of a campus come
 * at once, and must not come at once again).
 */
export function retryWaitMs(failures: number, chance: number): number {
  const bound = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16))
  return Math.round(bound * (0.1 + 0.9 * chance))
}
