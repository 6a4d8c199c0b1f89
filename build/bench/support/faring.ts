import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Fared } from './bench-registry.js'

const RESOLUTION_MS = 10

/** Looks at this process: what it used, and what it was kept waiting for. */
export class Faring {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #before = counts()

  constructor() {
    this.#delay.enable()
  }

  /** Since this was asked last. */
  take(): Fared {
    const before = this.#before
    const now = counts()
    this.#before = now
    const ms = now.at - before.at
    const late = (delay: number) => Math.max(0, delay / 1e6 - RESOLUTION_MS)
    const loopMs = late(this.#delay.percentile(99))
    const worstLoopMs = late(this.#delay.max)
    this.#delay.reset()
    return {
      rss: process.memoryUsage.rss(),
      cores: (now.cpuMs - before.cpuMs) / ms,
      mainCores: (now.mainMs - before.mainMs) / ms,
      mainKeptWaiting: (now.waitedMs - before.waitedMs) / ms,
      loopMs,
      worstLoopMs,
    }
  }
}

function counts() {
  const { user, system } = process.cpuUsage()
  const [ran = 0, waited = 0] = schedule()
  return {
    at: performance.now(),
    cpuMs: (user + system) / 1e3,
    mainMs: ran / 1e6,
    waitedMs: waited / 1e6,
  }
}

/** Nanoseconds that the main thread ran, and that it waited for a core; nothing where the system doesn't tell. */
function schedule(): readonly number[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ').map(Number)
  } catch {
    return []
  }
}
