import { closeSync, constants, fdatasync, openSync, readSync } from 'node:fs'
import { layerHash, type PieceHasher, pieceBytes, pieceLength, verifyLayer } from '../../content/index.js'
import { type PeerError, toPlainError } from '../../errors/index.js'
import { writeError } from './file-error.js'
import type { FileSpec } from './protocol.js'
import type { Reports } from './reports.js'
import type { SyncGate } from './sync-gate.js'
import { writeAll } from './write-all.js'

/** Written bytes wait this long for more before they are synced, ms. */
const SYNC_WAIT_MS = 500
const OPEN = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

/** What the files of a worker share. */
export interface FileTools {
  readonly reports: Reports
  readonly gate: SyncGate
  readonly syncBytes: number
}

/**
 * A file of more than one piece while it is fetched: verified pieces are written at their offsets and synced in
 * groups; what is synced is reported, for only that may be journaled.
 */
export class PartialFile {
  readonly spec: FileSpec
  readonly #tools: FileTools
  readonly #fd: number
  #layer: Uint8Array | undefined
  #failed: PeerError | undefined
  #unsynced: number[] = []
  #unsyncedBytes = 0
  #syncing = false
  #timer: NodeJS.Timeout | undefined
  #closed: (() => void) | undefined
  #closing: Promise<void> | undefined

  /** Opens or makes it; throws DISK_FULL or UNWRITABLE. */
  constructor(spec: FileSpec, tools: FileTools) {
    this.spec = spec
    this.#tools = tools
    this.#layer = spec.layer
    try {
      this.#fd = openSync(spec.path, OPEN, 0o666)
    } catch (error) {
      throw writeError(error, spec.name)
    }
  }

  get layer(): Uint8Array | undefined {
    return this.#layer
  }

  /** Why nothing more can be written to it. */
  get failed(): PeerError | undefined {
    return this.#failed
  }

  /** Whether it is let go of. */
  get closing(): boolean {
    return this.#closing !== undefined
  }

  /** Takes the layer if it is this file's. */
  setLayer(layer: Uint8Array): boolean {
    if (!verifyLayer(this.spec.root, this.spec.size, layer)) return false
    this.#layer = layer
    return true
  }

  pieceLength(piece: number): number {
    return pieceLength(this.spec.size, piece)
  }

  /** Whether this is a piece's hash by the layer. */
  isRight(piece: number, hash: Buffer): boolean {
    return this.#layer !== undefined && hash.equals(layerHash(this.#layer, piece))
  }

  /** Writes a verified piece. A failure is reported once and drops all that follows. */
  write(piece: number, bytes: Uint8Array): void {
    if (this.#failed || this.#closing) return
    try {
      writeAll(this.#fd, bytes, piece * pieceBytes(this.spec.size))
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#unsynced.push(piece)
    this.#unsyncedBytes += bytes.length
    this.#tools.gate.addBytes(bytes.length)
    this.#tools.reports.add({ kind: 'written', file: this.spec.file, pieces: [piece] })
    if (this.#unsyncedBytes >= this.#tools.syncBytes) this.#sync()
    else this.#timer ??= setTimeout(() => this.#sync(), SYNC_WAIT_MS)
  }

  /** Reads a piece that is here already; whether it is right. */
  checkPiece(piece: number, buffer: Buffer, hasher: PieceHasher): boolean {
    const length = this.pieceLength(piece)
    const start = piece * pieceBytes(this.spec.size)
    for (let got = 0; got < length; ) {
      const bytes = readSync(this.#fd, buffer, got, length - got, start + got)
      if (bytes === 0) return false
      got += bytes
    }
    hasher.reset()
    hasher.update(buffer.subarray(0, length))
    return this.isRight(piece, hasher.digest(pieceBytes(this.spec.size)))
  }

  /** Syncs what is written, then lets go of the file; safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= new Promise(resolve => {
      this.#closed = () => {
        closeSync(this.#fd)
        resolve()
      }
      if (!this.#syncing) this.#sync()
    })
    return this.#closing
  }

  #sync(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#syncing) return
    const pieces = this.#unsynced
    const bytes = this.#unsyncedBytes
    this.#unsynced = []
    this.#unsyncedBytes = 0
    if (pieces.length === 0) {
      this.#closed?.()
      return
    }
    this.#syncing = true
    fdatasync(this.#fd, error => {
      this.#syncing = false
      this.#tools.gate.addBytes(-bytes)
      if (error) this.#fail(error)
      else this.#tools.reports.addNow({ kind: 'synced', file: this.spec.file, pieces })
      // What came while that ran goes next, when it is enough or the file is being closed.
      if (this.#closed || this.#unsyncedBytes >= this.#tools.syncBytes) this.#sync()
    })
  }

  #fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = writeError(error, this.spec.name)
    const event = { kind: 'file-failed', file: this.spec.file, error: toPlainError(this.#failed) } as const
    this.#tools.reports.addNow(event)
  }
}
