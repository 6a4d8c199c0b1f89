import type { RegistryStats } from '../registry-stats.js'
import { type Metrics, SECONDS } from './metrics.js'
import type { Sample } from './sampler.js'

/** The content type of what `writeMetrics` gives. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** A registry's figures in Prometheus' text format (version 0.0.4). */
export function writeMetrics(stats: RegistryStats, metrics: Metrics, sample: Sample): string {
  const { people, online, connections, files, bytes, entries, banned, complete, storeFailing } = stats
  const gauges: readonly (readonly [name: string, help: string, value: number])[] = [
    ['tspeer_people', 'People who have registered.', people],
    ['tspeer_people_online', 'People who are online.', online],
    ['tspeer_connections', 'Open connections.', connections],
    ['tspeer_files', 'Files that are shared with everyone.', files],
    ['tspeer_file_bytes', 'Bytes of those files.', bytes],
    ['tspeer_entries', 'Files and folders in the index.', entries],
    ['tspeer_bans', 'Rules that keep someone out.', banned],
    ['tspeer_index_complete', '1 when everything stored can be searched.', Number(complete)],
    ['tspeer_store_ok', '0 when the last write to the store failed.', Number(storeFailing === undefined)],
    [
      'tspeer_loop_delay_seconds',
      'Wait for the event loop, 99th percentile of seconds.',
      sample.loopMs / 1000,
    ],
    ['process_resident_memory_bytes', 'Memory of the process.', sample.memoryBytes],
    ['process_start_time_seconds', 'When it started, since 1970.', startSeconds()],
  ]
  const { user, system } = process.cpuUsage()
  return [
    ...gauges.flatMap(([name, help, value]) => family(name, 'gauge', help, [`${name} ${value}`])),
    ...family('process_cpu_seconds_total', 'counter', 'Time of processors.', [
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
    ]),
    ...requestCounts(metrics),
    ...requestTimes(metrics),
    '',
  ].join('\n')
}

function requestCounts({ requests }: Metrics): readonly string[] {
  const name = 'tspeer_requests_total'
  const lines = [...requests].flatMap(([type, { outcomes }]) =>
    [...outcomes].map(([outcome, count]) => `${name}{type="${type}",outcome="${outcome}"} ${count}`),
  )
  return family(name, 'counter', 'Requests, by what came of them.', lines)
}

function requestTimes({ requests }: Metrics): readonly string[] {
  const name = 'tspeer_request_seconds'
  const lines = [...requests].flatMap(([type, { buckets, seconds }]) => {
    let sum = 0
    const bounds = [...SECONDS.map(String), '+Inf']
    const counts = bounds.map((bound, i) => {
      sum += buckets[i] ?? 0
      return `${name}_bucket{type="${type}",le="${bound}"} ${sum}`
    })
    return [...counts, `${name}_sum{type="${type}"} ${seconds}`, `${name}_count{type="${type}"} ${sum}`]
  })
  return family(name, 'histogram', 'Time from a request to its answer.', lines)
}

// Names and labels are words of ours: there is nothing to escape.
function family(name: string, type: string, help: string, lines: readonly string[]): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines]
}

function startSeconds(): number {
  return Math.round(performance.timeOrigin / 1000)
}
