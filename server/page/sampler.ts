import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { RegistryStats } from '../registry-stats.js'
import type { Metrics } from './metrics.js'

/** How a registry was doing in the time up to one moment. */
export interface Sample {
  /** ms since 1970. */
  readonly at: number
  readonly online: number
  readonly searchesASecond: number
  readonly requestsASecond: number
  /** The longest that anything waited for its turn, ms: all but 1 % of the time it was less. */
  readonly loopMs: number
  /** The part of one core. */
  readonly cpu: number
  readonly memoryBytes: number
}

/** What only grows. */
interface Counts {
  readonly at: number
  readonly searches: number
  readonly requests: number
  readonly cpuMs: number
}

/** Samples are so far apart, and so many are kept: an hour. */
export const EVERY_MS = 5_000
const KEPT = 720
const RESOLUTION_MS = 10

/** Looks at a registry every few seconds and remembers an hour. */
export class Sampler {
  readonly #stats: () => RegistryStats
  readonly #metrics: Metrics
  readonly #samples: Sample[] = []
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #timer: NodeJS.Timeout
  #before: Counts

  constructor(stats: () => RegistryStats, metrics: Metrics) {
    this.#stats = stats
    this.#metrics = metrics
    this.#before = this.#counts()
    this.#delay.enable()
    this.#timer = setInterval(() => this.sample(), EVERY_MS)
    this.#timer.unref()
  }

  /** Oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples
  }

  get latest(): Sample {
    return this.#samples.at(-1) ?? this.sample()
  }

  sample(): Sample {
    const before = this.#before
    const now = this.#counts()
    const seconds = Math.max(0.001, (now.at - before.at) / 1000)
    const sample = {
      at: Date.now(),
      online: this.#stats().online,
      searchesASecond: (now.searches - before.searches) / seconds,
      requestsASecond: (now.requests - before.requests) / seconds,
      // What is measured is the time between two timers, which is the resolution when nothing waits.
      loopMs: Math.max(0, (this.#delay.percentile(99) || 0) / 1e6 - RESOLUTION_MS),
      cpu: (now.cpuMs - before.cpuMs) / 1000 / seconds,
      memoryBytes: process.memoryUsage.rss(),
    }
    this.#delay.reset()
    this.#before = now
    this.#samples.push(sample)
    if (this.#samples.length > KEPT) this.#samples.shift()
    return sample
  }

  close(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
  }

  #counts(): Counts {
    const { user, system } = process.cpuUsage()
    const metrics = this.#metrics
    return {
      at: performance.now(),
      searches: metrics.total('FILE_SEARCH'),
      requests: metrics.total(),
      cpuMs: (user + system) / 1000,
    }
  }
}
