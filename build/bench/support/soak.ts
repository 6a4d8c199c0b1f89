import { setTimeout } from 'node:timers/promises'
import type { startBenchClients, startBenchRegistry } from './bench-registry.js'
import type { Row } from './report.js'
import { say } from './report.js'

/** What a soak needs. */
export interface SoakOptions {
  readonly registry: ReturnType<typeof startBenchRegistry>
  readonly processes: readonly ReturnType<typeof startBenchClients>[]
  /** Of each process. */
  readonly load: { readonly searchesASecond: number; readonly changesASecond: number }
  readonly figure: (row: Row) => void
}

const MINUTES = 10
const SAMPLE_MS = 10_000
/** Memory is flat when its last quarter is at most so much more than its second one: the first warms up. */
const FLAT = 1.03

/** The load for ten minutes; tells whether memory stays as it is. */
export async function soak({ registry, processes, load, figure }: SoakOptions): Promise<void> {
  const samples: number[] = []
  let isOver = false
  const sampling = (async () => {
    while (!isOver) {
      samples.push((await registry.call.fared()).rss)
      if (samples.length % 6 === 0)
        say(`${samples.length / 6} min: ${((samples.at(-1) ?? 0) / 1e6).toFixed(0)} MB`)
      await setTimeout(SAMPLE_MS)
    }
  })()
  const runs = await Promise.all(processes.map(({ call }) => call.load({ seconds: MINUTES * 60, ...load })))
  isOver = true
  await sampling
  const quarter = Math.floor(samples.length / 4)
  const early = mean(samples.slice(quarter, 2 * quarter))
  const late = mean(samples.slice(-quarter))
  figure({
    row: `memory after ${MINUTES} minutes of that load`,
    value: late / 1e6,
    unit: 'MB',
    than: 'in its second quarter',
    reference: early / 1e6,
    goal: FLAT,
    atMost: true,
  })
  const times = runs.flatMap(run => run.heartbeats.map(({ allMs }) => allMs)).sort((a, b) => a - b)
  figure({
    row: 'p99 of a heartbeat over all of it',
    value: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    unit: 'ms',
    than: 'the most wanted',
    reference: 100,
    goal: 1,
    atMost: true,
  })
  const lost = await Promise.all(processes.map(({ call }) => call.lost()))
  figure({
    row: 'requests that failed and connections lost then',
    value: [...lost, ...runs.map(({ failed }) => failed)].reduce((sum, n) => sum + n, 0),
    unit: 'of them',
    than: 'all heartbeats',
    reference: times.length,
    goal: 0,
    atMost: true,
  })
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}
