import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasLayer, pieceBytes, verifyLayer } from '../content/index.js'
import type { PeerId } from '../identity/index.js'
import type { Catalog } from './catalog.js'
import type { DownloadPool, Lane, PoolUser } from './download-pool.js'
import { targetPath } from './entry-target.js'
import { FileInWork } from './file-in-work.js'
import type { Journal } from './journal.js'
import type { PieceRecord } from './journal-records.js'
import type { LocalEntries } from './local/local-entries.js'
import type { Numbers } from './numbers.js'
import { partialPath } from './partial-path.js'
import type { Span } from './piece-map.js'
import { planResume } from './resume.js'
import type { RunSources } from './run-sources.js'
import type { RunTasks } from './run-tasks.js'
import type { ServedFiles } from './served-files.js'
import type { TransferJournal } from './transfer-journal.js'
import type { Wish } from './wishes.js'
import type { Work } from './work.js'
import type { WorkPlan } from './work-plan.js'
import type { DownloadEvent } from './worker/protocol.js'

/** What the files of one run share with it. */
export interface FilesOptions {
  readonly user: PoolUser
  readonly transfer: number
  readonly plan: WorkPlan
  readonly local: LocalEntries
  readonly deps: {
    readonly pool: DownloadPool
    readonly journal: Journal
    readonly notes: TransferJournal
    readonly catalog: Catalog
    readonly numbers: Numbers
    readonly served: ServedFiles
    changed(): void
  }
  /** What goes on in the background; its failure ends the run. */
  readonly tasks: RunTasks
  readonly sources: RunSources
  /** Someone fetches from here what is being fetched. */
  wanted(by: PeerId, entry: number): void
  /** There may be something to do next: a file is placed. */
  turn(): void
}

type SpanDone = Extract<DownloadEvent, { kind: 'span-done' }>

/** The files of more than one piece of one run: opened in workers, their pieces noted, placed when whole. */
export class FilesInWork {
  readonly #options: FilesOptions
  readonly #byEntry = new Map<number, FileInWork>()
  readonly #byNumber = new Map<number, FileInWork>()
  /** What lanes were asked for and have not ended. */
  readonly #asked = new Set<{ readonly lane: Lane; readonly file: FileInWork; readonly span: Span }>()
  #lastChecker = 0

  constructor(options: FilesOptions) {
    this.#options = options
  }

  /** Whether pieces are being checked or files placed. */
  get busy(): boolean {
    for (const file of this.#byEntry.values()) if (file.finishing || file.pieces.kept > 0) return true
    return false
  }

  /** Bytes of unfinished files that are here. */
  get presentBytes(): number {
    let bytes = 0
    for (const file of this.#byEntry.values()) bytes += file.presentBytes
    return bytes
  }

  /** Takes up what an earlier run left: what it kept is checked beside the download. */
  async resume(): Promise<void> {
    const { deps } = this.#options
    for (const [entry, record] of deps.journal.pieces(deps.notes.record.id)) {
      const about = deps.catalog.at(entry)
      const isOver = deps.catalog.isDone(entry) || !about.root || !hasLayer(about.size)
      // What was moved is found at its place, under whatever number, as all that is there before it is fetched.
      if (isOver || (await this.#wasMoved(entry, record))) deps.notes.putPieces(entry, undefined)
      else await this.#takeUp(entry, record)
    }
    this.#countPartial()
  }

  /** Asks a lane's worker for a span; gives its bytes. */
  fetchSpan({ entry, span, withLayer }: Extract<Work, { kind: 'span' }>, lane: Lane): number {
    const file = this.#byEntry.get(entry) ?? this.#add(entry)
    if (!file) return 0
    this.#openIn(lane.worker, file)
    this.#asked.add({ lane, file, span })
    void this.#options.deps.pool
      .worker(lane.worker)
      .fetchSpan.asEvent(lane.id, file.spec.file, span, withLayer)
    return file.bytesOfSpan(span)
  }

  /** A span has ended; gives its entry and bytes. What of it did not come may be asked for again. */
  spanDone({ file: number, lane, span }: SpanDone): { readonly entry?: number; readonly bytes: number } {
    const asked = [...this.#asked].find(
      one => one.lane.id === lane && one.file.spec.file === number && one.span.first === span.first,
    )
    if (!asked) return { bytes: 0 }
    this.#asked.delete(asked)
    const { file } = asked
    const bytes = file.bytesOfSpan(span)
    if (this.#byNumber.get(number) !== file) return { bytes }
    for (const [late, pieces] of file.pieces.lateLanes(lane, span)) this.#cancel(late, file, pieces)
    this.#options.plan.giveBackSpan(lane, file.entry, span)
    return { entry: file.entry, bytes }
  }

  /** Whether the registry says that an entry is open to everyone: then what is verified of it is served. */
  setOpen(entry: number, isOpen: boolean): void {
    const file = this.#byEntry.get(entry)
    if (!file) return
    const { served, notes } = this.#options.deps
    // What was received by an offer is between the two, whoever else has it.
    file.open = isOpen && notes.record.offer === undefined
    if (!file.open) served.remove(file.spec.root, file.spec.path)
    else if (!served.serves(file.spec.root, file.spec.path)) this.#serve(file)
  }

  /** Bytes of unfinished files that are verified. */
  get verifiedBytes(): number {
    let bytes = 0
    for (const file of this.#byEntry.values()) bytes += file.verifiedBytes
    return bytes
  }

  /** Takes what a worker tells of a file's pieces. */
  event(event: Extract<DownloadEvent, { kind: 'layer' | 'written' | 'synced' | 'checked' }>): void {
    const file = this.#byNumber.get(event.file)
    if (!file) return
    switch (event.kind) {
      case 'layer':
        this.#layerCame(file, event.layer)
        return
      case 'written':
        for (const piece of event.pieces) this.#written(file, piece)
        break
      case 'synced':
        for (const piece of event.pieces) file.pieces.sync(piece)
        this.#note(file)
        break
      case 'checked': {
        // A piece that a reader wanted was checked before its turn, and is told twice.
        const isNew = (piece: number) => file.pieces.isKept(piece)
        const bad = event.bad.filter(isNew)
        for (const piece of event.good.filter(isNew)) file.pieces.verify(piece)
        for (const piece of bad) file.pieces.lose(piece)
        if (bad.length > 0) this.#note(file)
        this.#options.deps.numbers.reused -= file.bytesOf(bad)
      }
    }
    this.#countPartial()
    // What waits for its sync is synced by the closing.
    if (file.pieces.allVerified && !file.finishing) {
      file.finishing = true
      this.#options.tasks.add(this.#finish(file))
    }
  }

  /** Checks what a reader wants of the kept pieces before the rest. */
  checkFirst({ entry, span }: Wish): void {
    const file = this.#byEntry.get(entry)
    const spans = file?.pieces.keptSpans(span) ?? []
    const [worker] = file?.workers ?? []
    if (!file || worker === undefined || spans.length === 0) return
    void this.#options.deps.pool.worker(worker).check.asEvent(file.spec.file, spans)
  }

  /** Syncs and closes what is open. */
  async close(): Promise<void> {
    for (const { spec } of this.#byEntry.values()) this.#options.deps.served.remove(spec.root, spec.path)
    await Promise.all([...this.#byEntry.values()].map(file => this.#close(file).catch(() => {})))
    for (const number of this.#byNumber.keys()) this.#options.deps.pool.forgetFile(number)
  }

  #layerCame(file: FileInWork, layer: Uint8Array): void {
    const { deps, plan } = this.#options
    file.layer = layer
    deps.notes.putLayer(file.entry, layer)
    deps.notes.commitSoon()
    plan.layerKnown(file.entry)
    if (file.open) this.#serve(file)
    for (const worker of file.workers) void deps.pool.worker(worker).setLayer.asEvent(file.spec.file, layer)
  }

  /** Two lanes were asked for the same piece in the end: the second answer is thrown away. */
  #written(file: FileInWork, piece: number): void {
    if (file.pieces.isVerified(piece)) this.#options.deps.numbers.add(0, file.bytesOf([piece]))
    else file.pieces.verify(piece)
  }

  #cancel(lane: number, file: FileInWork, pieces: readonly number[]): void {
    const held = this.#options.sources.lane(lane)
    if (!held) return
    void this.#options.deps.pool.worker(held.lane.worker).cancelPieces.asEvent(lane, file.spec.file, pieces)
  }

  #serve(file: FileInWork): void {
    const { served } = this.#options.deps
    const { root, size, path } = file.spec
    // Until a worker has opened it there is nothing to serve.
    if (!file.layer || file.workers.size === 0) return
    served.add({
      root,
      size,
      path,
      layer: file.layer,
      have: () => file.pieces.verifiedBits(),
      wanted: by => this.#options.wanted(by, file.entry),
    })
  }

  #note(file: FileInWork): void {
    this.#options.deps.notes.putPieces(file.entry, { bits: file.pieces.journaled() })
    this.#options.deps.notes.commitSoon()
  }

  /** Closed everywhere, noted where it will be, moved, noted as done: each step is durable before the next. */
  async #finish(file: FileInWork): Promise<void> {
    const { deps, plan, local, turn } = this.#options
    const { notes, pool, catalog } = deps
    await this.#close(file)
    // A sync that failed was told of, and ends the run.
    if (!file.pieces.complete) return
    const about = catalog.at(file.entry)
    const target = {
      base: notes.record.folder,
      path: targetPath(notes.record, about),
      mtime: about.mtime,
      ...local.extras(file.entry),
    }
    const placing = join(target.base, target.path)
    notes.putPieces(file.entry, { bits: file.pieces.journaled(), placing })
    await notes.commit()
    const name = await pool.worker(file.entry % pool.size).finish(file.spec.path, target)
    if (catalog.at(file.entry).path === '') notes.change({ targetName: name })
    this.#serveWhole(file, join(target.base, ...target.path.split('/').slice(0, -1), name))
    this.#forget(file)
    notes.putPieces(file.entry, undefined)
    catalog.setDone(file.entry)
    plan.done(file.entry)
    local.placed(file.entry, name)
    this.#countPartial()
    await notes.commit()
    turn()
  }

  /** A finished file of an open entry is served on while it stays as it is. */
  #serveWhole(file: FileInWork, path: string): void {
    const { root, size } = file.spec
    if (file.open && file.layer) this.#options.deps.served.add({ root, size, path, layer: file.layer })
  }

  /** A crash while a file was moved, or after: nothing of it is left here. */
  async #wasMoved(entry: number, { placing }: PieceRecord): Promise<boolean> {
    return (
      placing !== undefined && (await sizeOf(partialPath(this.#options.deps.notes.record.tmp, entry))) === 0
    )
  }

  async #takeUp(entry: number, { bits }: PieceRecord): Promise<void> {
    const { deps, plan } = this.#options
    const { root, size } = deps.catalog.at(entry)
    const layer = deps.journal.layer(deps.notes.record.id, entry)
    const layerKnown = layer !== undefined && root !== undefined && verifyLayer(root, size, layer)
    plan.open(entry, { layerKnown })
    const file = this.#add(entry)
    if (!file || !layerKnown) return
    file.layer = layer
    const bytesOnDisk = await sizeOf(file.spec.path)
    const { keep } = planResume({
      journaled: bits,
      bytesOnDisk,
      fileBytes: size,
      pieceBytes: pieceBytes(size),
    })
    for (const piece of keep) file.pieces.keep(piece)
    if (keep.length === 0) return
    const checker = this.#lastChecker++ % deps.pool.size
    this.#openIn(checker, file)
    void deps.pool.worker(checker).check.asEvent(file.spec.file, file.pieces.keptSpans())
  }

  #add(entry: number): FileInWork | undefined {
    const { deps, plan, transfer, user } = this.#options
    const { size, root, path } = deps.catalog.at(entry)
    const pieces = plan.pieces(entry)
    if (!root || !pieces) return undefined
    const file = new FileInWork(entry, pieces, {
      file: deps.pool.addFile(user),
      transfer,
      name: path.slice(path.lastIndexOf('/') + 1) || deps.notes.record.name,
      path: partialPath(deps.notes.record.tmp, entry),
      size,
      root,
    })
    this.#byEntry.set(entry, file)
    this.#byNumber.set(file.spec.file, file)
    return file
  }

  #openIn(worker: number, file: FileInWork): void {
    if (file.workers.has(worker)) return
    file.workers.add(worker)
    void this.#options.deps.pool.worker(worker).openFile.asEvent(file.specNow)
  }

  async #close(file: FileInWork): Promise<void> {
    const { pool } = this.#options.deps
    for (const asked of this.#asked) {
      const { first, count } = asked.span
      if (asked.file === file) {
        this.#cancel(
          asked.lane.id,
          file,
          Array.from({ length: count }, (_, i) => first + i),
        )
      }
    }
    await Promise.all([...file.workers].map(worker => pool.worker(worker).closeFile(file.spec.file)))
  }

  #forget(file: FileInWork): void {
    this.#byEntry.delete(file.entry)
    this.#byNumber.delete(file.spec.file)
    this.#options.deps.pool.forgetFile(file.spec.file)
  }

  #countPartial(): void {
    this.#options.deps.numbers.partial = this.presentBytes
    this.#options.deps.changed()
  }
}

async function sizeOf(path: string): Promise<number> {
  const seen = await lstat(path).catch(() => undefined)
  return seen?.isFile() ? seen.size : 0
}
