import { PeerError } from '../errors/index.js'

declare const rootBrand: unique symbol

/** A file's content id: the SHA-256 Merkle root of BitTorrent v2 (BEP 52) as 64 lower-case hex digits. */
export type Root = string & RootBrand

/** What only a parser gives a text. An interface, so that declarations made from a schema can name it. */
export interface RootBrand {
  readonly [rootBrand]: true
}

const ROOT_PATTERN = /^[0-9a-f]{64}$/

/** Whether a text has the form of a root. */
export function isRoot(text: unknown): text is Root {
  return typeof text === 'string' && ROOT_PATTERN.test(text)
}

/** Reads a root that a person or a file gave; BAD_INPUT if it isn't one. */
export function parseRoot(text: string): Root {
  const root = text.trim().toLowerCase()
  if (isRoot(root)) return root
  throw new PeerError('BAD_INPUT', 'That is not a root: it has 64 hex digits. See `tspeer hash FILE`.')
}

/** The text form of 32 hash bytes. */
export function rootOfBytes(hash: Uint8Array): Root {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex') as Root
}
