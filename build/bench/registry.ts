// npm run bench -- registry [peers|start|folder|soak…] [--small] [--peers N] [--profile FOLDER] [--json]: many peers at
// one registry on loopback: how long a heartbeat takes under load, what memory each peer takes, how soon all are back
// after a kill; a start with a million files; a folder of 100,000. Words choose rows; the soak only runs by its name.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startBenchClients, startBenchRegistry } from './support/bench-registry.js'
import { bigFolder, bigStart } from './support/registry-files.js'
import { type Row, say, show } from './support/report.js'
import { soak } from './support/soak.js'

const small = process.argv.includes('--small')
const PEERS = Number(wordAfter('--peers')) || (small ? 1_000 : 10_000)
const PROCESSES = 2
const LOAD_SECONDS = small ? 15 : 60
const words = process.argv.slice(2).filter(word => ['peers', 'start', 'folder', 'soak'].includes(word))
const profiles = wordAfter('--profile')
/** Together. */
const LOAD = { searchesASecond: 50, changesASecond: 20 }
/** Dialled at once, in each process, while joining. */
const AT_ONCE = 50
const MOST_BACK_SECONDS = 240
/** What a bare mutual TLS 1.3 connection of Node takes. */
const BARE_BYTES = 48_500

const top = mkdtempSync(join(tmpdir(), 'tspeer-bench-'))
try {
  if (words.length === 0 || words.includes('peers') || words.includes('soak')) await peers(join(top, 'peers'))
  if (words.length === 0 || words.includes('start'))
    await bigStart(join(top, 'start'), small ? 100_000 : 1_000_000, figure)
  if (words.length === 0 || words.includes('folder')) await bigFolder(join(top, 'folder'), figure)
} finally {
  rmSync(top, { recursive: true, force: true })
}

async function peers(home: string): Promise<void> {
  const processes = Array.from({ length: PROCESSES }, startBenchClients)
  const all = <T>(work: (process: (typeof processes)[number]) => Promise<T>) =>
    Promise.all(processes.map(work))
  let registry = startBenchRegistry()
  try {
    say(`making ${PEERS} identities…`)
    await all(({ call }) => call.prepare(PEERS / PROCESSES))
    const port = await registry.call.start({ home, port: 0 })
    const before = (await registry.call.fared()).rss
    say('joining…')
    await joinAll(port)
    await setTimeout(5_000)
    const idle = await registry.call.fared()
    await all(({ call }) => call.fared())
    if (words.includes('soak')) await soak({ registry, processes, load: each(LOAD), figure })
    else {
      await load()
      memory((idle.rss - before) / PEERS)
      await restart(port)
    }
  } finally {
    await Promise.all([registry, ...processes].map(process => process.close()))
  }

  async function joinAll(port: number): Promise<void> {
    const begun = performance.now()
    await registry.call.fared()
    await all(({ call }) => call.join(port, AT_ONCE))
    const rate = PEERS / ((performance.now() - begun) / 1_000)
    const { mainCores } = await registry.call.fared()
    told(
      'peers joined a second',
      rate,
      'peers/s',
      "what the registry's main thread alone could",
      rate / mainCores,
    )
  }

  async function load(): Promise<void> {
    const profile = profiles && registry.call.profile(join(folder(profiles), 'load.cpuprofile'), LOAD_SECONDS)
    const runs = await all(({ call }) => call.load({ seconds: LOAD_SECONDS, ...each(LOAD) }))
    await profile
    const timings = runs.flatMap(run => run.heartbeats)
    const searches = runs.flatMap(run => run.searches).sort((a, b) => a - b)
    const p99 = part(
      timings.map(({ allMs }) => allMs),
      0.99,
    )
    atMost('p99 of a heartbeat', p99, 'ms', 'the most wanted', 100)
    told(
      '… on its way back into the generator',
      part(
        timings.map(({ backMs }) => backMs),
        0.99,
      ),
      'ms',
      'all of it',
      p99,
    )
    told(
      '… to the registry and through it',
      part(
        timings.map(({ allMs, backMs }) => allMs - backMs),
        0.99,
      ),
      'ms',
      'all of it',
      p99,
    )
    told(
      'median of a heartbeat',
      part(
        timings.map(({ allMs }) => allMs),
        0.5,
      ),
      'ms',
      'its p99',
      p99,
    )
    told('p95 of a search then', part(searches, 0.95), 'ms', 'its median', part(searches, 0.5))
    const server = await registry.call.fared()
    told("registry's main thread, of a core", server.mainCores, 'cores', 'all its threads', server.cores)
    told(
      '… and kept waiting for one by other programs',
      server.mainKeptWaiting,
      'of the time',
      'what it ran',
      server.mainCores,
    )
    told("registry's loop, p99 of its delay", server.loopMs, 'ms', 'the worst', server.worstLoopMs)
    const generators = await all(({ call }) => call.fared())
    const worst = generators.reduce((a, b) => (a.loopMs > b.loopMs ? a : b))
    told("generator's loop, p99 of its delay", worst.loopMs, 'ms', 'the worst', worst.worstLoopMs)
    const lost = sum(await all(({ call }) => call.lost())) + sum(runs.map(({ failed }) => failed))
    figure({
      row: 'requests that failed and connections lost',
      value: lost,
      unit: 'of them',
      than: 'one heartbeat each',
      reference: PEERS,
      goal: 0,
      atMost: true,
    })
    if (profiles) await registry.call.snapshot(join(folder(profiles), 'load.heapsnapshot'))
  }

  function memory(bytes: number): void {
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
  }

  /** kill -9, and a new one on the same port. */
  async function restart(port: number): Promise<void> {
    await registry.close()
    const begun = performance.now()
    registry = startBenchRegistry()
    await registry.call.start({ home, port })
    const profile =
      profiles && registry.call.profile(join(folder(profiles), 'restart.cpuprofile'), small ? 10 : 30)
    const isOver = () => performance.now() - begun > MOST_BACK_SECONDS * 1_000
    while ((await registry.call.stands()).online < PEERS && !isOver()) await setTimeout(100)
    const seconds = (performance.now() - begun) / 1_000
    atMost('all back after a kill', seconds, 's', 'a minute', 60)
    const wrong = async () => sum(await all(({ call }) => call.wrong()))
    const known = performance.now()
    while ((await wrong()) > 0 && !isOver()) await setTimeout(50)
    atMost(
      '… and known to be by all who watch them, after',
      (performance.now() - known) / 1_000,
      's',
      'a second and a half',
      1.5,
    )
    told('people whose presence is told wrong', await wrong(), 'of them', 'all who are watched', PEERS * 10)
    await profile
  }
}

function each(load: typeof LOAD): typeof LOAD {
  const { searchesASecond, changesASecond } = load
  return { searchesASecond: searchesASecond / PROCESSES, changesASecond: changesASecond / PROCESSES }
}

function told(row: string, value: number, unit: string, than: string, reference: number): void {
  figure({ row, value, unit, than, reference })
}

function atMost(row: string, value: number, unit: string, than: string, reference: number): void {
  figure({ row, value, unit, than, reference, goal: 1, atMost: true })
}

function figure(row: Row): void {
  show('registry', row)
}

function part(figures: readonly number[], of: number): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length * of)] ?? Number.NaN
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}

function folder(path: string): string {
  mkdirSync(path, { recursive: true })
  return path
}

function wordAfter(flag: string): string | undefined {
  const at = process.argv.indexOf(flag)
  return at < 0 ? undefined : process.argv[at + 1]
}
