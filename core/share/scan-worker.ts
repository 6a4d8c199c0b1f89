import { setImmediate as nextTurn } from 'node:timers/promises'
import { watch } from 'chokidar'
import { systemCode } from '../errors/index.js'
import { serveWorker } from '../workers/index.js'
import { Exclusions } from './exclusions.js'
import { RootWatcher } from './root-watcher.js'
import { findPlace, type ImportTarget, type Place, type ScanRules, scanFolder, topPlace } from './scan.js'
import type { FolderReport, ScanMain, ScanRequest, ScanWorker } from './scan-messages.js'
import { WatchedRoots } from './watched-roots.js'

const BATCH_ITEMS = 500
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
  let batch: FolderReport[] = []
  let items = 0
  let turn = performance.now()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { report, below } = look(next.place, next.deep)
    batch.push(report)
    waiting.push(...below)
    items += 1 + (report.kind === 'found' ? report.found.length : 0)
    if (items >= BATCH_ITEMS) {
      await main.report(batch)
      batch = []
      items = 0
    }
    if (performance.now() - turn > TURN_MS) {
      await nextTurn()
      turn = performance.now()
    }
  }
  if (batch.length > 0) await main.report(batch)
}

function look(
  place: Place,
  deep: boolean,
): { report: FolderReport; below: { place: Place; deep: boolean }[] } {
  const { path } = place
  try {
    const { found, folders, imports, mtime } = scanFolder(place, rules)
    for (const folder of folders) if (folder.links > 0 || path === '') shown.add(folder.real, folder.path)
    const moved = path === '' ? updateImports(imports) : new Set<string>()
    const below = folders
      .filter(folder => deep || moved.has(folder.path))
      .map(folder => ({ place: folder, deep: true }))
    return { report: { kind: 'found', path, mtime, found, deep }, below: below.reverse() }
  } catch (error) {
    const code = systemCode(error)
    if (code === undefined) throw error
    if (path !== '' && (code === 'ENOENT' || code === 'ENOTDIR'))
      return { report: { kind: 'gone', path }, below: [] }
    if (path === '') main.warn.asEvent(`the share folder can't be read: ${code}`)
    return { report: { kind: 'unreadable', path }, below: [] }
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
