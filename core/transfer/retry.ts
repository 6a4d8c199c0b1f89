/** How often something is tried again. */
export interface RetryOptions {
  /** The wait after the first failure, ms. Default 2 s. */
  readonly firstMs?: number
  /** The longest wait, ms. Default 2 minutes. */
  readonly mostMs?: number
}

/**
 * The wait before the next try after this many failures in a row (1 and more): doubled each time up to the
 * longest, then spread by ±25 % with `chance` (0 to 1), so that many peers don't come back at once.
 */
export function retryWaitMs(
  failures: number,
  chance: number,
  { firstMs = 2_000, mostMs = 120_000 }: RetryOptions = {},
): number {
  const doubled = firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30)
  return Math.round(Math.min(doubled, mostMs) * (0.75 + 0.5 * chance))
}
