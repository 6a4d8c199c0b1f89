import type { PeerId } from '../identity/index.js'

/**
 * Which pieces of a file one of several who fetch it takes first from those who have all of it: by rendezvous
 * hashing (Thaler and Ravishankar, 1998), so that all who know of each other agree without a word, and the one
 * who has the file sends each piece about once.
 */
export class OwnPart {
  readonly others: readonly PeerId[]
  readonly #own: number
  readonly #rest: readonly number[]

  constructor(self: PeerId, others: readonly PeerId[]) {
    this.others = others
    this.#own = hashOf(self)
    this.#rest = others.map(hashOf)
  }

  has(piece: number): boolean {
    const own = mixed(this.#own, piece)
    for (const other of this.#rest) if (mixed(other, piece) > own) return false
    return true
  }
}

/** Where one begins with a file of so many pieces while it knows of nobody else: others begin elsewhere. */
export function beginOf(self: PeerId, pieces: number): number {
  return hashOf(self) % pieces
}

/** FNV-1a of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** MurmurHash3's last step over both numbers. */
function mixed(hash: number, piece: number): number {
  let mix = hash ^ Math.imul(piece + 1, 0x9e3779b1)
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) >>> 0
}
