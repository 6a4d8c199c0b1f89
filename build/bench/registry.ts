// npm run bench -- registry [--small] [--json]: many peers at one registry on loopback: how long a heartbeat takes
// under load, what memory each peer takes, and how soon all are back after the registry was killed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startBenchClients, startBenchRegistry } from './support/bench-registry.js'
import { type Row, say, show } from './support/report.js'

const small = process.argv.includes('--small')
const PEERS = small ? 1_000 : 10_000
const PROCESSES = 2
const LOAD_SECONDS = small ? 15 : 60
/** Together. */
const SEARCHES_A_SECOND = 50
const CHANGES_A_SECOND = 20
const MOST_BACK_SECONDS = 180
/** What a bare mutual TLS 1.3 connection of Node takes. */
const BARE_BYTES = 48_500

const home = mkdtempSync(join(tmpdir(), 'tspeer-bench-'))
const processes = Array.from({ length: PROCESSES }, startBenchClients)
let registry = startBenchRegistry()
try {
  await run()
} finally {
  await Promise.all([registry, ...processes].map(process => process.close()))
  rmSync(home, { recursive: true, force: true })
}

async function run(): Promise<void> {
  say(`making ${PEERS} identities…`)
  await all(({ call }) => call.prepare(PEERS / PROCESSES))
  const port = await registry.call.start({ home, port: 0 })
  const before = await registry.call.memory()
  say('joining…')
  const joining = performance.now()
  await all(({ call }) => call.join(port))
  const joined = (performance.now() - joining) / 1_000
  figure({
    row: 'peers joined a second',
    value: PEERS / joined,
    unit: 'peers/s',
    than: 'itself',
    reference: PEERS / joined,
  })
  await setTimeout(5_000)
  const bytes = ((await registry.call.memory()) - before) / PEERS
  await load()
  const row = 'memory of a connected peer'
  figure({
    row,
    value: bytes / 1e3,
    unit: 'KB',
    than: 'a bare mutual TLS connection',
    reference: BARE_BYTES / 1e3,
    goal: 80 / 48.5,
    atMost: true,
  })
  await restart(port)
}

async function load(): Promise<void> {
  const runs = await all(({ call }) =>
    call.load({
      seconds: LOAD_SECONDS,
      searchesASecond: SEARCHES_A_SECOND / PROCESSES,
      changesASecond: CHANGES_A_SECOND / PROCESSES,
    }),
  )
  const heartbeats = runs.flatMap(run => run.heartbeats).sort((a, b) => a - b)
  const searches = runs.flatMap(run => run.searches).sort((a, b) => a - b)
  const failed = runs.reduce((sum, run) => sum + run.failed, 0)
  const p = (figures: readonly number[], part: number) =>
    figures[Math.floor(figures.length * part)] ?? Number.NaN
  figure({
    row: 'p99 of a heartbeat',
    value: p(heartbeats, 0.99),
    unit: 'ms',
    than: 'the most wanted',
    reference: 100,
    goal: 1,
    atMost: true,
  })
  figure({
    row: 'p95 of a search then',
    value: p(searches, 0.95),
    unit: 'ms',
    than: 'its median',
    reference: p(searches, 0.5),
  })
  const lost = (await all(({ call }) => call.lost())).reduce((sum, n) => sum + n, 0)
  figure({
    row: 'requests that failed and connections lost',
    value: failed + lost,
    unit: 'of them',
    than: 'one heartbeat each',
    reference: PEERS,
    goal: 0,
    atMost: true,
  })
}

/** kill -9, and a new one on the same port. */
async function restart(port: number): Promise<void> {
  await registry.close()
  const begun = performance.now()
  registry = startBenchRegistry()
  await registry.call.start({ home, port })
  while ((await registry.call.online()) < PEERS && performance.now() - begun < MOST_BACK_SECONDS * 1_000)
    await setTimeout(200)
  const seconds = (performance.now() - begun) / 1_000
  const connected = (await all(({ call }) => call.connected())).reduce((sum, n) => sum + n, 0)
  say(`${connected} of ${PEERS} are connected, ${await registry.call.online()} are online`)
  figure({
    row: 'all back after a kill',
    value: seconds,
    unit: 's',
    than: 'a minute',
    reference: 60,
    goal: 1,
    atMost: true,
  })
}

function all<T>(work: (process: (typeof processes)[number]) => Promise<T>): Promise<T[]> {
  return Promise.all(processes.map(work))
}

function figure(row: Row): void {
  show('registry', row)
}
