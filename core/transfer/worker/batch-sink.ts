import { renameSync } from 'node:fs'
import { isErrorCode, PeerError, toPlainError } from '../../errors/index.js'
import { rootOfBytes } from '../../manifest/index.js'
import { type FileAnswer, protocolError } from '../../wire/index.js'
import { partialPath } from '../partial-path.js'
import { writeError } from './file-error.js'
import type { FileSyncer } from './file-syncer.js'
import type { PieceBuffer } from './piece-buffer.js'
import { badPiece } from './piece-sink.js'
import { placeOver } from './place.js'
import type { BatchFile, BatchResult, BatchSpec } from './protocol.js'
import type { Reports } from './reports.js'
import { lookAtPlace, syncFileAt, writeNewFile, writeSmallFile } from './small-file.js'
import type { AnswerSink } from './source-link.js'
import type { SyncGate } from './sync-gate.js'
import type { TargetFolder, TargetFolders } from './target-folders.js'

/** What the batches of a worker share. */
export interface BatchTools {
  readonly reports: Reports
  readonly gate: SyncGate
  readonly syncer: FileSyncer
  readonly folders: TargetFolders
}

/**
 * Takes whole small files that come back to back: each is proved by its root, then written at its place, where
 * nothing is there, and synced. One whose name is taken is written beside and moved when all are synced. The
 * folders are synced once, and only then are the files called placed.
 */
export class BatchSink implements AnswerSink {
  readonly #batch: BatchSpec
  readonly #lane: number
  readonly #buffer: PieceBuffer
  readonly #tools: BatchTools
  readonly #failed = new Map<number, PeerError>()
  readonly #written: BatchFile[] = []
  /** Those of them that are still to be moved to their places. */
  readonly #beside = new Map<BatchFile, 'torn' | 'other'>()
  /** Whose name was taken. */
  readonly #renamed: { readonly entry: number; readonly name: string }[] = []
  readonly #folders = new Set<TargetFolder>()
  #next = 0
  #at = 0
  #syncing = 0
  #answered = false
  #folder: { readonly path: string; readonly open: TargetFolder } | undefined

  constructor(batch: BatchSpec, lane: number, buffer: PieceBuffer, tools: BatchTools) {
    this.#buffer = buffer
    this.#batch = batch
    this.#lane = lane
    this.#tools = tools
  }

  bytes(offset: number, bytes: Buffer): void {
    // What a request before this one left behind is not ours.
    if (this.#at === 0 && this.#next === 0) this.#buffer.clear()
    if (offset !== this.#at) this.#skipTo(offset)
    this.#at += bytes.length
    this.#tools.reports.fetched(this.#lane, this.#batch.transfer, bytes.length)
    for (let taken = 0; taken < bytes.length; ) taken += this.#take(bytes, taken)
  }

  answered({ failed = [] }: FileAnswer): void {
    for (; this.#next < this.#batch.files.length; this.#next++) this.#skip()
    const codes = new Map(failed.map(({ index, code }) => [index, code]))
    this.#batch.files.forEach((file, index) => {
      if (!this.#failed.has(file.entry) || this.#isBad(file)) return
      const code = codes.get(index)
      if (code === undefined) throw protocolError('failed', 'does not name a file that was left out')
      this.#failed.set(file.entry, notGiven(code, file))
    })
    this.#answered = true
    this.#finishIfAllSynced()
  }

  refused(error: PeerError): void {
    this.#giveUp(error)
  }

  lost(error: PeerError): void {
    this.#giveUp(error)
  }

  /** What is written already is kept; the rest is asked for again. */
  #giveUp(error: PeerError): void {
    const written = new Set(this.#written.map(file => file.entry))
    for (const { entry } of this.#batch.files) {
      if (!written.has(entry) && !this.#failed.has(entry)) this.#failed.set(entry, error)
    }
    this.#answered = true
    this.#finishIfAllSynced()
  }

  #take(bytes: Buffer, from: number): number {
    const file = this.#batch.files[this.#next]
    if (!file) throw protocolError('chunk.offset', 'is past what was asked for')
    if (this.#buffer.length === 0) this.#buffer.begin(file.size)
    const taken = this.#buffer.add(bytes, from)
    if (this.#buffer.length === file.size) this.#complete(file)
    return taken
  }

  #complete(file: BatchFile): void {
    this.#next++
    const { bytes } = this.#buffer
    const isRight = rootOfBytes(this.#buffer.digest()) === file.root
    this.#buffer.clear()
    if (!isRight) {
      this.#tools.reports.fetched(this.#lane, this.#batch.transfer, 0, file.size)
      this.#failed.set(file.entry, badPiece(nameOf(file)))
      return
    }
    this.#written.push(file)
    this.#syncing++
    this.#tools.gate.addSyncs(1)
    try {
      this.#write(file, bytes)
    } catch (error) {
      this.#synced(file, error)
    }
  }

  #write(file: BatchFile, bytes: Buffer): void {
    const done = (error: unknown) => this.#synced(file, error)
    const { mtime, exec = false } = file
    const written = { bytes, mtime, exec, syncer: this.#tools.syncer, done }
    const path = this.#folderOf(file).at(nameOf(file))
    if (writeNewFile(path, written)) return
    const there = lookAtPlace(path, bytes)
    if (there === 'same') {
      syncFileAt(path, this.#tools.syncer, done)
      return
    }
    this.#beside.set(file, there)
    writeSmallFile(this.#tmpOf(file), written)
  }

  #synced(file: BatchFile, error: unknown): void {
    this.#syncing--
    this.#tools.gate.addSyncs(-1)
    if (error) this.#failed.set(file.entry, writeError(error, nameOf(file)))
    this.#finishIfAllSynced()
  }

  /** Bytes may leave out whole files only. */
  #skipTo(offset: number): void {
    if (this.#buffer.length > 0) throw protocolError('chunk.offset', 'leaves out part of a file')
    for (; this.#at < offset && this.#next < this.#batch.files.length; this.#next++) {
      this.#at += this.#batch.files[this.#next]?.size ?? 0
      this.#skip()
    }
    if (this.#at !== offset) throw protocolError('chunk.offset', 'is not where a file begins')
  }

  #skip(): void {
    const file = this.#batch.files[this.#next]
    if (file) this.#failed.set(file.entry, new PeerError('NOT_SHARED', 'It was left out.'))
  }

  #isBad(file: BatchFile): boolean {
    const code = this.#failed.get(file.entry)?.code
    return code !== undefined && code !== 'NOT_SHARED'
  }

  #finishIfAllSynced(): void {
    if (!this.#answered || this.#syncing > 0) return
    for (const [file, there] of this.#beside) if (!this.#failed.has(file.entry)) this.#place(file, there)
    let left = this.#folders.size
    if (left === 0) this.#report()
    for (const folder of this.#folders) {
      // A folder that can't be synced (some file systems) is no reason to fetch again.
      folder.sync(() => {
        left--
        if (left === 0) this.#report()
      })
    }
  }

  #place(file: BatchFile, there: 'torn' | 'other'): void {
    try {
      const folder = this.#folderOf(file)
      if (there === 'torn') {
        renameSync(this.#tmpOf(file), folder.at(nameOf(file)))
        return
      }
      const name = placeOver(this.#tmpOf(file), folder, nameOf(file), file.replace)
      if (name !== nameOf(file)) this.#renamed.push({ entry: file.entry, name })
    } catch (error) {
      this.#failed.set(file.entry, writeError(error, nameOf(file)))
    }
  }

  /** Neighbours lie in one folder mostly: it is opened once. */
  #folderOf({ path }: BatchFile): TargetFolder {
    const inFolder = path.slice(0, path.lastIndexOf('/') + 1)
    if (this.#folder?.path === inFolder) return this.#folder.open
    const open = this.#tools.folders.open(this.#batch.base, inFolder.split('/').slice(0, -1))
    this.#folder = { path: inFolder, open }
    this.#folders.add(open)
    return open
  }

  #tmpOf({ entry }: BatchFile): string {
    return partialPath(this.#batch.tmp, entry)
  }

  #report(): void {
    const placed = this.#written.map(({ entry }) => entry).filter(entry => !this.#failed.has(entry))
    const failed: BatchResult['failed'] = [...this.#failed].map(([entry, error]) => ({
      entry,
      error: toPlainError(error),
    }))
    this.#tools.reports.addNow({
      kind: 'batch-done',
      lane: this.#lane,
      batch: this.#batch.batch,
      placed,
      renamed: this.#renamed,
      failed,
    })
  }
}

function nameOf({ path }: BatchFile): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function notGiven(code: string, file: BatchFile): PeerError {
  const name = nameOf(file)
  const known = isErrorCode(code) ? code : 'UNREADABLE'
  const why = known === 'NOT_SHARED' ? 'is not shared any more' : 'could not be given'
  return new PeerError(known, `${name} ${why}.`)
}
