import { setImmediate as nextTurn } from 'node:timers/promises'
import { watch } from 'chokidar'
import { systemCode } from '../errors/index.js'
import type { Found } from '../manifest/index.js'
import { serveWorker } from '../workers/index.js'
import { Exclusions } from './exclusions.js'
import { packFound } from './packed-found.js'
import { RootWatcher } from './root-watcher.js'
import { findPlace, type ImportTarget, type Place, type ScanRules, scanFolder, topPlace } from './scan.js'
import type { FolderReport, ScanMain, ScanRequest, ScanWorker } from './scan-messages.js'
import { WatchedRoots } from './watched-roots.js'

const BATCH_ITEMS = 2000
/** Reports that may be under way: the main side may have something else to do. */
const REPORTS_UNDER_WAY = 64
const TURN_MS = 20
/** Changes are told when there was none for this long, but after so long at the latest. */
const QUIET_MS = 100
const PATIENCE_MS = 1000

let rules: ScanRules = { share: '', keepOut: [], references: [], exclude: [] }
let exclusions = new Exclusions([])
let watching = false
const shown = new WatchedRoots()
const watchers = new Map<string, RootWatcher>()
let targets = new Map<string, string>()

const main = serveWorker<ScanMain, ScanWorker>({
  configure(newRules, watch) {
    // What was left out until now has no watches.
    if (newRules.exclude.join() !== rules.exclude.join()) stopWatching()
    rules = newRules
    exclusions = new Exclusions(rules.exclude)
    watching = watch
    shown.add(rules.share, '')
    watchRoots()
  },
  async scan(requests) {
    for (const request of requests) await scan(request)
  },
})

async function scan({ path, deep }: ScanRequest): Promise<void> {
  const start = path === '' ? topPlace(rules) : findPlace(path, rules)
  // Gone, or a file by now: the folder above knows.
  if (!start) return scan({ path: path.slice(0, Math.max(0, path.lastIndexOf('/'))), deep: false })
  const waiting: { readonly place: Place; readonly deep: boolean }[] = [{ place: start, deep }]
  const batch = new ReportBatch()
  let turn = performance.now()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { report, found, below } = look(next.place, next.deep)
    waiting.push(...below)
    batch.add(report, found)
    if (batch.items >= BATCH_ITEMS) await batch.send()
    if (performance.now() - turn > TURN_MS) {
      await nextTurn()
      turn = performance.now()
    }
  }
  await batch.end()
}

/** Reports in the making, and on their way. */
class ReportBatch {
  items = 0
  #folders: FolderReport[] = []
  #found: Found[] = []
  readonly #underWay = new Set<Promise<void>>()
  #failure: unknown

  add(report: FolderReport, found: readonly Found[]): void {
    this.#folders.push(report)
    for (const item of found) this.#found.push(item)
    this.items += 1 + found.length
  }

  /** Sends what there is, and waits while many are under way. */
  async send(): Promise<void> {
    const sent = main
      .report(this.#folders, packFound(this.#found))
      .catch(error => {
        this.#failure ??= error
      })
      .finally(() => this.#underWay.delete(sent))
    this.#underWay.add(sent)
    this.#folders = []
    this.#found = []
    this.items = 0
    if (this.#underWay.size >= REPORTS_UNDER_WAY) await Promise.race(this.#underWay)
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Sends the rest and waits until all were taken in. */
  async end(): Promise<void> {
    if (this.items > 0) await this.send()
    await Promise.all(this.#underWay)
    if (this.#failure !== undefined) throw this.#failure
  }
}

function look(
  place: Place,
  deep: boolean,
): { report: FolderReport; found: readonly Found[]; below: { place: Place; deep: boolean }[] } {
  const { path } = place
  try {
    const { found, folders, imports, mtime } = scanFolder(place, rules)
    for (const folder of folders) if (folder.links > 0 || path === '') shown.add(folder.real, folder.path)
    const moved = path === '' ? updateImports(imports) : new Set<string>()
    const below = folders
      .filter(folder => deep || moved.has(folder.path))
      .map(folder => ({ place: folder, deep: true }))
    return {
      report: { kind: 'found', path, mtime, items: found.length, deep },
      found,
      below: below.reverse(),
    }
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (path !== '' && (code === 'ENOENT' || code === 'ENOTDIR'))
      return { report: { kind: 'gone', path }, found: [], below: [] }
    if (path === '') main.warn.asEvent(`the share folder can't be read: ${code}`)
    return { report: { kind: 'unreadable', path }, found: [], below: [] }
  }
}

/** Follows imports that came, went, or lead elsewhere now; the names of the last are given. */
function updateImports(imports: readonly ImportTarget[]): Set<string> {
  const moved = imports.filter(({ name, real }) => targets.has(name) && targets.get(name) !== real)
  targets = new Map(imports.map(({ name, real }) => [name, real]))
  for (const { name, real } of imports) shown.add(real, name)
  watchRoots()
  return new Set(moved.map(({ name }) => name))
}

function watchRoots(): void {
  const wanted = new Set(watching ? [rules.share, ...targets.values()] : [])
  for (const [root, watcher] of watchers) {
    if (wanted.has(root)) continue
    watchers.delete(root)
    void watcher.close()
  }
  for (const root of wanted) if (!watchers.has(root)) watchers.set(root, watchRoot(root))
}

function stopWatching(): void {
  for (const watcher of watchers.values()) void watcher.close()
  watchers.clear()
}

function watchRoot(root: string): RootWatcher {
  return new RootWatcher({
    root,
    watch,
    isLeftOut: folder => {
      const paths = shown.pathsOf(folder)
      return paths.length > 0 && paths.every(path => exclusions.has(path, true))
    },
    onChanged: folder => {
      for (const path of shown.pathsOf(folder)) changed(path, false)
    },
    // What happened between the scan and the first watch is found by a second look.
    onReady: () => {
      for (const path of shown.pathsOfRoot(root)) changed(path, true)
    },
    onLimit(code) {
      watching = false
      watchRoots()
      main.watchLimit.asEvent(code)
    },
    onError: error => main.warn.asEvent(`watching ${root}: ${systemCode(error) ?? String(error)}`),
  })
}

const dirty = new Map<string, boolean>()
let firstDirty = 0
let timer: NodeJS.Timeout | undefined

function changed(path: string, deep: boolean): void {
  const now = performance.now()
  if (dirty.size === 0) firstDirty = now
  dirty.set(path, deep || (dirty.get(path) ?? false))
  clearTimeout(timer)
  timer = setTimeout(tell, Math.max(0, Math.min(QUIET_MS, firstDirty + PATIENCE_MS - now)))
}

function tell(): void {
  const requests = [...dirty].map(([path, deep]) => ({ path, deep }))
  dirty.clear()
  main.changed.asEvent(requests)
}
