import { hasCode, PeerError, toPlainError } from '../../errors/index.js'
import type { Root } from '../../manifest/index.js'
import type { RootOfPath } from '../grant.js'
import { type Loans, Paces, type Pacing } from '../limits/pacing.js'
import type { Span } from '../piece-map.js'
import type { Source } from '../plan.js'
import { DownloadLane, type LaneTools } from './download-lane.js'
import { FileSyncer } from './file-syncer.js'
import { finishFile } from './finish-file.js'
import { checkKept } from './kept-pieces.js'
import { LocalFiles } from './local-files.js'
import { lookAt } from './look-at.js'
import { makeItems } from './make-items.js'
import { type FileTools, PartialFile } from './partial-file.js'
import type {
  AskedRoot,
  BatchResult,
  BatchSpec,
  DownloadCalls,
  DownloadEvent,
  DownloadWorkerOptions,
  FileSpec,
  LocalFile,
  LocalResult,
  Looked,
  LookItem,
  MakeItem,
  TargetSpec,
} from './protocol.js'
import { Reports } from './reports.js'
import { setFolderTimes } from './set-folder-times.js'
import { SyncGate } from './sync-gate.js'
import { TargetFolders } from './target-folders.js'

/** What a download worker holds: its connections, its open partial files, the folders it places files in. */
export class DownloadDesk implements Omit<DownloadCalls, 'start'> {
  readonly #options: DownloadWorkerOptions
  readonly #tools: LaneTools & FileTools
  readonly #lanes = new Map<number, DownloadLane>()
  readonly #files = new Map<number, PartialFile>()
  readonly #local: LocalFiles

  constructor(
    options: DownloadWorkerOptions,
    main: Loans & { readonly report: (events: readonly DownloadEvent[]) => void },
  ) {
    this.#options = options
    const syncer = new FileSyncer()
    this.#tools = {
      reports: new Reports(events => main.report(events)),
      gate: new SyncGate(options.unsyncedBytes, shut => this.#setReading(!shut)),
      syncer,
      folders: new TargetFolders(syncer),
      syncBytes: options.syncBytes,
      paces: new Paces(),
      loans: main,
    }
    this.#local = new LocalFiles(this.#tools)
  }

  async connect(lane: number, source: Source): Promise<void> {
    const opened = new DownloadLane(lane, source.id, this.#tools)
    this.#lanes.set(lane, opened)
    try {
      await opened.connect(this.#options.identity, source, this.#options.index)
      if (this.#tools.gate.shut) opened.pause()
    } catch (error) {
      this.#lanes.delete(lane)
      throw error
    }
  }

  disconnect(lane: number): void {
    this.#lanes.get(lane)?.close()
    this.#lanes.delete(lane)
  }

  openFile(spec: FileSpec): void {
    try {
      this.#files.set(spec.file, new PartialFile(spec, this.#tools))
    } catch (error) {
      this.#fileFailed(spec.file, error)
    }
  }

  setLayer(file: number, layer: Uint8Array): void {
    this.#files.get(file)?.setLayer(layer)
  }

  fetchSpan(lane: number, file: number, span: Span, withLayer: boolean): void {
    const open = this.#files.get(file)
    const link = this.#lanes.get(lane)
    if (open && link) link.fetchSpan(open, span, withLayer)
    else
      this.#tools.reports.addNow({ kind: 'span-done', lane, file, span, error: toPlainError(laneClosed()) })
  }

  fetchBatch(lane: number, batch: BatchSpec): void {
    const link = this.#lanes.get(lane)
    if (link) {
      link.fetchBatch(batch)
      return
    }
    const error = toPlainError(laneClosed())
    const failed = batch.files.map(({ entry }) => ({ entry, error }))
    this.#tools.reports.addNow({ kind: 'batch-done', lane, batch: batch.batch, placed: [], failed })
  }

  async askRoot(lane: number, asked: AskedRoot): Promise<RootOfPath> {
    const link = this.#lanes.get(lane)
    if (!link) throw laneClosed()
    return link.askRoot(asked)
  }

  async askHave(lane: number, transfer: number, root: Root, size: number): Promise<Uint8Array> {
    const link = this.#lanes.get(lane)
    if (!link) throw laneClosed()
    return link.askHave(transfer, root, size)
  }

  cancelPieces(lane: number, file: number, pieces: readonly number[]): void {
    const open = this.#files.get(file)
    if (open) this.#lanes.get(lane)?.cancelPieces(open.spec.root, new Set(pieces))
  }

  check(file: number, spans: readonly Span[]): void {
    const open = this.#files.get(file)
    if (!open) return
    checkKept(open, spans, this.#tools.reports).catch(error => this.#fileFailed(file, error))
  }

  async closeFile(file: number): Promise<void> {
    const open = this.#files.get(file)
    this.#files.delete(file)
    await open?.close()
    this.#tools.reports.flush()
  }

  finish(tmp: string, target: TargetSpec): Promise<string> {
    return finishFile(tmp, target, this.#tools.folders)
  }

  make(base: string, items: readonly MakeItem[]): Promise<BatchResult> {
    return makeItems(base, items, this.#tools.folders)
  }

  lookAt(base: string, items: readonly LookItem[]): readonly Looked[] {
    return lookAt(base, items, this.#tools.folders)
  }

  findHere(files: readonly LocalFile[]): Promise<readonly LocalResult[]> {
    return this.#local.find(files)
  }

  stopLocal(transfer: number): void {
    this.#local.stop(transfer)
  }

  setFolderTimes(base: string, items: readonly Pick<MakeItem, 'path' | 'mtime'>[]): void {
    setFolderTimes(base, items, this.#tools.folders)
  }

  pace(pacing: Pacing): void {
    this.#tools.paces.set(pacing)
    for (const lane of this.#lanes.values()) lane.paceChanged()
  }

  cancel(transfer: number): void {
    for (const lane of this.#lanes.values()) lane.cancel(transfer)
  }

  #setReading(reading: boolean): void {
    for (const lane of this.#lanes.values()) {
      if (reading) lane.resume()
      else lane.pause()
    }
  }

  #fileFailed(file: number, error: unknown): void {
    const known = hasCode(error, 'DISK_FULL') || hasCode(error, 'UNWRITABLE')
    const told = known
      ? error
      : new PeerError('UNWRITABLE', 'A partial file could not be read.', { cause: error })
    this.#tools.reports.addNow({ kind: 'file-failed', file, error: toPlainError(told) })
  }
}

function laneClosed(): PeerError {
  return new PeerError('CONNECTION_LOST', 'The connection to the source is closed.')
}
