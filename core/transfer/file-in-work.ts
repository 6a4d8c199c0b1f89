import { pieceBytes, pieceLength } from '../content/index.js'
import type { Root } from '../manifest/index.js'
import type { PieceMap, Span } from './piece-map.js'
import type { FileSpec } from './worker/protocol.js'

/** A file of more than one piece that is being fetched, as the main side knows it. */
export class FileInWork {
  readonly entry: number
  readonly pieces: PieceMap
  readonly spec: Omit<FileSpec, 'layer'>
  /** Workers that have it open. */
  readonly workers = new Set<number>()
  layer: Uint8Array | undefined
  /** Whether its content is open to everyone, so that what is verified of it is served. */
  open = false
  finishing = false

  constructor(
    entry: number,
    pieces: PieceMap,
    about: {
      readonly file: number
      readonly transfer: number
      readonly name: string
      readonly path: string
      readonly size: number
      readonly root: Root
    },
  ) {
    this.entry = entry
    this.pieces = pieces
    this.spec = about
  }

  /** The spec with the layer, if it is known. */
  get specNow(): FileSpec {
    return this.layer ? { ...this.spec, layer: this.layer } : this.spec
  }

  /** Bytes that are here. */
  get presentBytes(): number {
    return presentBytes(this.pieces, this.spec.size)
  }

  /** Bytes that are verified. */
  get verifiedBytes(): number {
    const { size } = this.spec
    const last = this.pieces.pieces - 1
    const lastLacks = this.pieces.isVerified(last) ? pieceBytes(size) - pieceLength(size, last) : 0
    return this.pieces.verified * pieceBytes(size) - lastLacks
  }

  bytesOfSpan({ first, count }: Span): number {
    const { size } = this.spec
    return Math.min((first + count) * pieceBytes(size), size) - first * pieceBytes(size)
  }

  bytesOf(pieces: readonly number[]): number {
    return pieces.reduce((sum, piece) => sum + pieceLength(this.spec.size, piece), 0)
  }
}

/** Bytes of a file of this size that are here, checked or not. */
export function presentBytes(pieces: PieceMap, size: number): number {
  const present = pieces.verified + pieces.kept
  const last = pieces.pieces - 1
  const lastLacks = pieces.isHere(last) ? pieceBytes(size) - pieceLength(size, last) : 0
  return present * pieceBytes(size) - lastLacks
}
