import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Import, ShareProgress } from '../api/index.js'
import {
  factsOfStat,
  type HashCache,
  openHashCache,
  Rate,
  secondsLeft,
  stampOfFacts,
} from '../content/index.js'
import { PeerError, systemCode } from '../errors/index.js'
import {
  type Change,
  countsOf,
  type Entry,
  type Found,
  type ListedEntry,
  type ManifestTree,
  NO_COUNTS,
  type Root,
  type ShareVersion,
  type Visibility,
} from '../manifest/index.js'
import {
  type BrowseAnswer,
  type BrowseRequest,
  LIMITS,
  type SearchAnswer,
  type SearchRequest,
  type WireChange,
} from '../wire/index.js'
import { HashQueue } from './hash-queue.js'
import { ImportsFolder } from './imports-folder.js'
import { isInside } from './inside.js'
import { KeptManifest } from './kept-manifest.js'
import { OwnSearch, type Teller } from './own-search.js'
import type { FoundReader } from './packed-found.js'
import { RealPaths } from './real-paths.js'
import { ScanLoop } from './scan-loop.js'
import type { FolderReport, ScanRequest } from './scan-messages.js'
import type { RootOfPath, Share, ShareGrant, ShareOptions } from './share-options.js'
import { Throttle } from './throttle.js'
import { type Asker, maySee, type Viewer } from './visibility.js'

const CHANGE_EVERY_MS = 100
const PROGRESS_EVERY_MS = 200
/** Deltas leave room in their message for what is around them. */
const DELTA_BYTES = LIMITS.messageBytes - 16 * 1024
const EVERYTHING: ScanRequest = { path: '', deep: true }

/** Opens the share: it is listed as it was left at once, and scanned, watched and hashed from then on. */
export async function openShare(options: ShareOptions): Promise<Share> {
  await mkdir(options.folder, { recursive: true })
  const folder = await realpath(options.folder)
  const keepOut = await Promise.all((options.keepOut ?? []).map(path => realpath(path).catch(() => path)))
  const change = new Throttle(CHANGE_EVERY_MS, () => options.onChange())
  const manifest = await KeptManifest.open({
    store: options.store,
    onWritten: () => change.call(),
    onFailed: error => options.log.error('the manifest could not be stored', { cause: String(error) }),
  })
  return new OpenShare(options, { folder, keepOut, manifest, change })
}

interface Opened {
  readonly folder: string
  readonly keepOut: readonly string[]
  readonly manifest: KeptManifest
  readonly change: Throttle
}

class OpenShare implements Share {
  readonly #options: ShareOptions
  readonly #folder: string
  readonly #real = new RealPaths()
  readonly #manifest: KeptManifest
  readonly #imports: ImportsFolder
  readonly #cache: HashCache
  readonly #queue: HashQueue
  readonly #scans: ScanLoop
  readonly #change: Throttle
  readonly #search = new OwnSearch(() => this.#tree)
  readonly #rate = new Rate(performance.now())
  readonly #progress = new Throttle(PROGRESS_EVERY_MS, () => this.#options.onProgress(this.progress()))
  #scanning = true
  #unwatched = false
  #closing: Promise<void> | undefined

  constructor(options: ShareOptions, { folder, keepOut, manifest, change }: Opened) {
    const { store, hasher, log, workerKind = 'thread', watch = true, makeLink, exclude = [] } = options
    this.#options = options
    this.#folder = folder
    this.#manifest = manifest
    this.#change = change
    this.#imports = new ImportsFolder({ store, share: folder, keepOut, ...(makeLink && { makeLink }) })
    this.#cache = openHashCache(store)
    this.#queue = new HashQueue({
      hasher,
      cache: this.#cache,
      log,
      tree: () => this.#tree,
      localPath: path => this.#localPath(path),
      onStale: path => this.#rescanAround(path),
      onProgress: () => this.#progress.call(),
      onBytes: bytes => this.#rate.add(bytes, performance.now()),
    })
    this.#scans = new ScanLoop({
      kind: workerKind,
      log,
      watch,
      rules: { share: folder, keepOut, references: this.#imports.references, exclude },
      onReport: (folders, found) => this.#report(folders, found),
      onScanning: scanning => this.#nowScanning(scanning),
      onUnwatched: () => {
        this.#unwatched = true
        this.#progress.call()
      },
    })
    // The database may be ahead of the manifest: a visibility counts from the moment it was stored.
    for (const name of this.#tree.names('')) this.#tree.setVisibility(name, this.#imports.visibilityOf(name))
    this.#scans.add([EVERYTHING])
  }

  get version(): ShareVersion {
    return this.#manifest.version
  }

  get filesRead(): number {
    return this.#queue.filesRead
  }

  get #tree(): ManifestTree {
    return this.#manifest.tree
  }

  progress(): ShareProgress {
    const { files, bytes, hashed, hashedBytes } = this.#tree.counts('') ?? NO_COUNTS
    const rate = this.#rate.bytesASecond(performance.now())
    const eta = hashed < files ? secondsLeft(bytes - hashedBytes, rate) : undefined
    return {
      scanning: this.#scanning,
      files,
      bytes,
      hashedFiles: hashed,
      hashedBytes,
      rate,
      ...(eta !== undefined && { eta }),
      paused: this.#options.hasher.paused,
      ...(this.#unwatched && { unwatched: true }),
    }
  }

  async imports(): Promise<readonly Import[]> {
    const found = await Promise.all(this.#tree.names('').map(name => this.#import(name)))
    return found.filter(item => item !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  problems(limit: number): readonly ListedEntry[] {
    return this.#tree.problems(limit)
  }

  async add(
    path: string,
    { visibility = 'everyone' }: { readonly visibility?: Visibility } = {},
  ): Promise<Import> {
    const name = await this.#imports.add(path, visibility)
    this.#setVisibility(name, visibility)
    this.#scans.setRules({ references: this.#imports.references })
    await this.#scans.scan([{ path: '', deep: false }])
    await this.#manifest.flush()
    return this.#importOrFail(name)
  }

  async remove(name: string): Promise<void> {
    await this.#imports.remove(name)
    this.#scans.setRules({ references: this.#imports.references })
    this.#tree.delete(name)
    this.#options.onNarrowed?.()
    await this.#scans.scan([{ path: '', deep: false }])
    await this.#manifest.flush()
  }

  async setVisibility(name: string, visibility: Visibility): Promise<Import> {
    await this.#importOrFail(name)
    await this.#imports.setVisibility(name, visibility)
    this.#setVisibility(name, visibility)
    await this.#manifest.flush()
    return this.#importOrFail(name)
  }

  async rescan(): Promise<void> {
    await this.#scans.scan([EVERYTHING])
    await this.#manifest.flush()
  }

  setExclusions(patterns: readonly string[]): void {
    this.#scans.setRules({ exclude: patterns })
    this.#scans.add([EVERYTHING])
  }

  browse(asker: Viewer, request: BrowseRequest): BrowseAnswer {
    const allow = (visibility: Visibility) => maySee(asker, visibility)
    const { path } = request
    const { version } = this
    if (request.self) {
      const line = this.#tree.self(path, allow)
      if (!line) throw notFound()
      return { version, total: 1, entries: [line] }
    }
    const cut = { ...request, limit: Math.min(request.limit, LIMITS.pageEntries), maxBytes: LIMITS.pageBytes }
    const page = request.deep ? this.#tree.deep(path, cut, allow) : this.#tree.list(path, cut, allow)
    if (!page) throw notFound()
    return { version, total: page.total, entries: [...page.entries] }
  }

  search(asker: Viewer, request: SearchRequest, teller: Teller): Promise<SearchAnswer> {
    return this.#search.search(asker, request, teller)
  }

  countsFor(asker: Viewer): { files: number; bytes: number; hashed: number } {
    const all = { files: 0, bytes: 0, hashed: 0 }
    for (const name of this.#tree.names('')) {
      const entry = this.#tree.get(name)
      if (!entry || !maySee(asker, entry.visibility)) continue
      const counts = entry.type === 'file' ? countsOf(entry) : this.#tree.counts(name)
      const { files, bytes, hashed } = counts ?? NO_COUNTS
      all.files += files
      all.bytes += bytes
      all.hashed += hashed
    }
    return all
  }

  changesSince(n: number, limit: number): { to: number; changes: WireChange[] } | 'start-over' {
    const answer = this.#tree.changesSince(n, {
      limit,
      maxBytes: DELTA_BYTES,
      openOnly: true,
      upTo: this.version.n,
    })
    return answer === 'start-over' ? answer : { to: answer.to, changes: answer.changes.map(wireChange) }
  }

  grant(asker: Asker, root: Root): ShareGrant | undefined {
    for (const entry of this.#tree.withRoot(root)) {
      if (!maySee(asker, entry.visibility)) continue
      const grant = this.#grantOf(entry)
      if (grant) return grant
      this.#rescanAround(entry.path)
    }
    return undefined
  }

  localCopyOf(root: Root): string | undefined {
    for (const entry of this.#tree.withRoot(root)) {
      const grant = this.#grantOf(entry)
      if (grant) return grant.path
    }
    return undefined
  }

  rootOf(asker: Asker, path: string): RootOfPath | undefined {
    const entry = this.#tree.get(path)
    if (entry?.type !== 'file' || entry.reason || entry.size === 0 || !maySee(asker, entry.visibility))
      return undefined
    const { root, size, mtime } = entry
    if (root) return { root, size, mtime }
    return { pending: { done: this.#queue.hurry(path), total: size } }
  }

  layer(root: Root): Uint8Array | undefined {
    return this.#cache.layer(root)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#scans.close()
    await this.#queue.close()
    await this.#manifest.close()
    this.#change.close()
    this.#progress.close()
  }

  #report(folders: readonly FolderReport[], found: FoundReader): ScanRequest[] {
    const next: ScanRequest[] = []
    for (const folder of folders) {
      if (folder.kind === 'gone') this.#tree.delete(folder.path)
      else if (folder.kind === 'unreadable') this.#tree.closeFolder(folder.path, 'unreadable')
      else next.push(...this.#reconcile(folder, found.take(folder.items)))
    }
    this.#queue.wake()
    this.#progress.call()
    return next
  }

  /** Takes in what is in a folder; new folders in it that the worker won't look into itself are given. */
  #reconcile(
    { path, mtime, deep }: Extract<FolderReport, { kind: 'found' }>,
    found: readonly Found[],
  ): ScanRequest[] {
    const visibilityOf = (name: string) => this.#imports.visibilityOf(name)
    const newFolders = this.#tree.reconcile(path, found, { mtime, visibilityOf })
    if (deep) return []
    return newFolders.map(name => ({ path: path === '' ? name : `${path}/${name}`, deep: true }))
  }

  #nowScanning(scanning: boolean): void {
    this.#scanning = scanning
    this.#progress.call()
  }

  #setVisibility(name: string, visibility: Visibility): void {
    if (this.#tree.setVisibility(name, visibility) !== undefined) this.#options.onNarrowed?.()
  }

  #rescanAround(path: string): void {
    this.#scans.add([{ path: path.slice(0, Math.max(0, path.lastIndexOf('/'))), deep: false }])
  }

  async #importOrFail(name: string): Promise<Import> {
    const found = await this.#import(name)
    if (!found) throw new PeerError('NOT_FOUND', `There is no "${name}" in the share.`)
    return found
  }

  async #import(name: string): Promise<Import | undefined> {
    const entry = this.#tree.get(name)
    if (!entry) return undefined
    const original = await this.#imports.original(name)
    const { type, visibility, mtime, reason } = entry
    const { files, bytes } =
      entry.type === 'file' ? { files: 1, bytes: entry.size } : (this.#tree.counts(name) ?? NO_COUNTS)
    return {
      name,
      type,
      visibility,
      files,
      bytes,
      mtime,
      ...(original && { original }),
      ...(reason && { reason }),
    }
  }

  /** Where an entry is, links and all. */
  #localPath(path: string): string {
    const [name = '', ...below] = path.split('/')
    const reference = this.#imports.referenceOf(name)
    return join(reference ?? join(this.#folder, name), ...below)
  }

  #grantOf(entry: Entry): ShareGrant | undefined {
    try {
      const within = this.#real.of(this.#localPath(entry.path.split('/')[0] ?? ''))
      const { path, stat } = this.#real.file(this.#localPath(entry.path))
      const facts = factsOfStat(stat)
      if (!stat.isFile() || !isInside(path, within) || stampOfFacts(facts) !== this.#tree.stamp(entry.path))
        return undefined
      const { size, dev, ino, mtimeNs } = facts
      return { path, within, size, dev: `${dev}`, ino: `${ino}`, mtimeNs: `${mtimeNs}` }
    } catch (error) {
      if (systemCode(error) === undefined) throw error
      return undefined // gone, or not to be reached now
    }
  }
}

function wireChange(change: Change): WireChange {
  if (change.op === 'delete') return change
  const { visibility: _, ...entry } = change.entry
  return { n: change.n, op: 'put', entry }
}

function notFound(): PeerError {
  return new PeerError('NOT_FOUND', 'There is no such file or folder in this share.')
}
