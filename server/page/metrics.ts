import { isPeerError } from '../../core/errors/index.js'
import type { RequestHandlers } from '../../core/wire/index.js'

/** Upper bounds of how long requests took, in seconds; the last bucket has none. */
export const SECONDS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 1] as const

/** What is known of the requests of one type. */
export interface RequestCounts {
  /** By outcome: `ok`, or the code of the error. */
  readonly outcomes: Map<string, number>
  /** Requests in each bucket, by itself. */
  readonly buckets: number[]
  seconds: number
}

/** Counts what a registry is asked and what comes of it. */
export class Metrics {
  readonly requests = new Map<string, RequestCounts>()

  /** Requests of a type so far; of all types without one. */
  total(type?: string): number {
    let total = 0
    for (const [known, { outcomes }] of this.requests) {
      if (type === undefined || known === type) for (const count of outcomes.values()) total += count
    }
    return total
  }

  /** The same handlers, counted. */
  counted(handlers: RequestHandlers): RequestHandlers {
    const counted = Object.entries(handlers).map(([type, handle]) => [
      type,
      this.#counting(this.#countsOf(type), handle as Handler),
    ])
    return Object.fromEntries(counted)
  }

  #counting(counts: RequestCounts, handle: Handler): Handler {
    return (...given) => {
      const began = performance.now()
      const ended = (outcome: string) => note(counts, outcome, (performance.now() - began) / 1000)
      let answer: unknown
      try {
        answer = handle(...given)
      } catch (error) {
        ended(outcomeOf(error))
        throw error
      }
      if (!(answer instanceof Promise)) ended('ok')
      else
        answer.then(
          () => ended('ok'),
          (error: unknown) => ended(outcomeOf(error)),
        )
      return answer
    }
  }

  #countsOf(type: string): RequestCounts {
    const counts = {
      outcomes: new Map<string, number>(),
      buckets: SECONDS.map(() => 0).concat(0),
      seconds: 0,
    }
    this.requests.set(type, counts)
    return counts
  }
}

type Handler = (...given: readonly unknown[]) => unknown

function note(counts: RequestCounts, outcome: string, seconds: number): void {
  counts.outcomes.set(outcome, (counts.outcomes.get(outcome) ?? 0) + 1)
  counts.seconds += seconds
  const fits = SECONDS.findIndex(bound => seconds <= bound)
  const bucket = fits < 0 ? SECONDS.length : fits
  counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1
}

function outcomeOf(error: unknown): string {
  return isPeerError(error) ? error.code : 'INTERNAL'
}
