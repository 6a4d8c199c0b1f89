const FIRST_MS = 500
const MOST_MS = 15_000

/** How long to wait before this try, the first being 0: doubled each time, with chance so that tabs spread. */
export function retryAfterMs(tries: number, chance: number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** tries)
  return most / 2 + (most / 2) * chance
}
