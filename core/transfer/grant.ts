import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'

/** Leave to read one file: where it is, and what an open handle on it must say. Plain data. */
export interface Grant {
  /** The real local path. */
  readonly path: string
  readonly size: number
  /** Decimal bigints as text. */
  readonly dev: string
  readonly ino: string
  readonly mtimeNs: string
  /** The real folder it must stay in. */
  readonly within: string
  /**
   * It is still being fetched: its size and time say nothing, only the pieces that `have` names are given.
   */
  readonly partial?: true
}

/** The root of a listed path, or how far hashing it is. */
export type RootOfPath =
  | { readonly root: Root; readonly size: number; readonly mtime: number }
  | { readonly pending: { readonly done: number; readonly total: number } }

/** Who may fetch what. 'Not for you' and 'not here' are the same undefined. */
export interface GrantProvider {
  grant(asker: PeerId, roots: readonly Root[]): readonly (Grant | undefined)[]
  /** The piece layer of a root the asker was granted. */
  layer(asker: PeerId, root: Root): Uint8Array | undefined
  /** Of a root granted in part, the pieces that are here: a bit a piece, piece 0 the highest of byte 0. */
  have(asker: PeerId, root: Root): Uint8Array | undefined
  /**
   * Of a path of the share, or of an offer to the asker. Moves a file that isn't hashed yet to the front. An
   * empty file has no root: then undefined.
   */
  rootOf(asker: PeerId, path: string, offer?: string): RootOfPath | undefined
}
