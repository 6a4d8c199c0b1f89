// npm run bench -- limits [--json]: how exactly bandwidth limits hold over 10 s, between real upload and download
// workers. The uploader is a process of its own; each downloader is a whole engine in this one.
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Identity, makeIdentity, type PeerId } from '../../core/identity/index.js'
import { silentLogger } from '../../core/log/index.js'
import { openStore } from '../../core/store/index.js'
import {
  createTransfers,
  createUploads,
  type LimitRules,
  Limits,
  type PlannedEntry,
  systemClock,
} from '../../core/transfer/index.js'
import { SharedFolder } from '../../core/transfer/testing/shared-folder.js'
import { show } from './support/report.js'

const MB = 1_000_000
const WINDOW_MS = 10_000
/** What a limit may be missed by, over the window. */
const TOLERANCE = 0.05
const FILE_BYTES = 512 * 1024 * 1024
const NONE: LimitRules = { up: 0, down: 0, slots: 0, schedule: [], people: new Map() }

/** What the uploading process tells once it listens. */
interface Serving {
  readonly id: PeerId
  readonly ports: readonly number[]
  readonly entries: readonly PlannedEntry[]
}

const served = process.argv[2] === 'serve' ? process.argv[3] : undefined
if (served) await serve(served)
else await measure()

async function measure(): Promise<void> {
  const top = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tspeer-bench-'))
  try {
    mkdirSync(join(top, 'share'))
    writeFileSync(join(top, 'share', 'file'), '')
    truncateSync(join(top, 'share', 'file'), FILE_BYTES)
    const { child, serving } = await startServer(join(top, 'share'))
    const [ann, bob] = [await makeIdentity(), await makeIdentity()]
    const owner = serving.id
    const run = async (
      row: string,
      limit: number,
      setUp: { up?: object; down?: object; people?: Identity[] },
    ) => {
      child.send({ ...NONE, ...setUp.up })
      const people = setUp.people ?? [ann]
      const rules = { ...NONE, ...setUp.down }
      show('limits', {
        row,
        value: (await bytesASecond(top, serving, people, rules)) / MB,
        unit: 'MB/s',
        than: 'the limit',
        reference: limit / MB,
        goal: 1,
        within: TOLERANCE,
      })
    }
    try {
      await run('upload to two people', 20 * MB, { up: { up: 20 * MB }, people: [ann, bob] })
      await run('upload, slow', MB, { up: { up: MB }, people: [ann, bob] })
      await run('upload, slowest useful', MB / 10, { up: { up: MB / 10 }, people: [ann, bob] })
      await run('upload to one person', 5 * MB, {
        up: { people: new Map([[ann.id, { up: 5 * MB, down: 0 }]]) },
      })
      await run('upload, two people, one slot', 20 * MB, {
        up: { up: 20 * MB, slots: 1 },
        people: [ann, bob],
      })
      await run('download', 20 * MB, { down: { down: 20 * MB } })
      await run('download, slow', MB, { down: { down: MB } })
      await run('download, slowest useful', MB / 10, { down: { down: MB / 10 } })
      await run('download from one person', 5 * MB, {
        down: { people: new Map([[owner, { up: 0, down: 5 * MB }]]) },
      })
    } finally {
      child.kill()
    }
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

/** What comes in all in the first 10 s of downloads of some people, bytes a second. */
async function bytesASecond(
  top: string,
  serving: Serving,
  people: readonly Identity[],
  rules: LimitRules,
): Promise<number> {
  const downloaders = await Promise.all(people.map(person => startDownloader(top, person, serving, rules)))
  const all = () => downloaders.reduce((sum, { fetched }) => sum + fetched(), 0)
  await Promise.all(downloaders.map(({ start }) => start()))
  // Starting workers and connecting is no part of it; what came with the first bytes is.
  while (all() === 0) await delay(1)
  const started = performance.now()
  await delay(WINDOW_MS)
  const bytes = all()
  const seconds = (performance.now() - started) / 1_000
  await Promise.all(downloaders.map(({ close }) => close()))
  return bytes / seconds
}

async function startDownloader(top: string, identity: Identity, serving: Serving, rules: LimitRules) {
  const home = mkdtempSync(join(top, 'home-'))
  for (const folder of ['db', 'tmp', 'downloads']) mkdirSync(join(home, folder))
  const store = openStore(join(home, 'db'))
  const limits = new Limits(systemClock)
  limits.set(rules)
  const source = { id: serving.id, name: 'bench', hosts: ['127.0.0.1'], dataPorts: serving.ports }
  const transfers = await createTransfers({
    identity,
    store,
    folders: { tmp: join(home, 'tmp'), downloads: () => join(home, 'downloads') },
    log: silentLogger,
    limits: limits.down,
    sourceOf: async () => source,
    sourcesOf: async () => [],
    onChange: () => {},
    onRemoved: () => {},
  })
  return {
    start: () => transfers.start({ name: 'file', owner: serving.id, entries: serving.entries }),
    fetched: () => transfers.list()[0]?.fetched ?? 0,
    async close(): Promise<void> {
      await transfers.close()
      await store.close()
      limits.close()
      rmSync(home, { recursive: true })
    },
  }
}

async function serve(folder: string): Promise<void> {
  const identity = await makeIdentity()
  const share = new SharedFolder(folder)
  const limits = new Limits(systemClock)
  process.on('message', rules => limits.set(rules as LimitRules))
  const uploads = await createUploads({
    identity,
    host: '127.0.0.1',
    ports: 'any',
    log: silentLogger,
    grants: share,
    limits: limits.up,
  })
  const serving: Serving = { id: identity.id, ports: uploads.ports, entries: share.plan('file') }
  process.send?.(serving)
}

async function startServer(folder: string): Promise<{ child: ChildProcess; serving: Serving }> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', folder], { serialization: 'advanced' })
  const serving = await new Promise<Serving>((resolve, reject) => {
    child.once('message', message => resolve(message as Serving))
    child.once('exit', () => reject(new Error('the uploading process ended')))
  })
  return { child, serving }
}
