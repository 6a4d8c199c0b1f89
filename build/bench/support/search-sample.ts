import { type PeerId, peerIdOfKey } from '../../../core/identity/index.js'
import { parseRoot, type Root } from '../../../core/manifest/index.js'
import type { WireEntry } from '../../../core/wire/index.js'
import { linesOf } from './path-lists.js'
import { random } from './random.js'

/** Entries of one owner, as a delta brings them. */
export interface Batch {
  readonly owner: PeerId
  readonly entries: readonly WireEntry[]
}

const OWNERS = 200
const BATCH = 1_000
/** One file in so many has the content of an earlier one. */
const COPIES = 8

/** Who holds the n-th of so many paths: neighbours have one owner, as folders do. */
export function ownerOf(n: number, of: number): PeerId {
  return peerIdOfKey(Buffer.from(`owner ${Math.floor((n / of) * OWNERS)}`))
}

/** The paths of a file as the shares of 200 people, with sizes, times and roots that the seed says. */
export function* batchesOf(file: string, paths: number, seed: number): Generator<Batch> {
  const next = random(seed)
  let owner = ownerOf(0, paths)
  let entries: WireEntry[] = []
  let n = 0
  for (const path of linesOf(file)) {
    if (
      Math.floor((n / paths) * OWNERS) !== Math.floor(((n - 1) / paths) * OWNERS) ||
      entries.length === BATCH
    ) {
      if (entries.length > 0) yield { owner, entries }
      owner = ownerOf(n, paths)
      entries = []
    }
    const content = next() < 1 / COPIES ? Math.floor(next() * n) : n
    entries.push(entryOf(path, content))
    n++
  }
  yield { owner, entries }
}

/** A file with the content of this number. */
export function entryOf(path: string, content: number): WireEntry {
  return {
    type: 'file',
    path,
    size: Math.floor(1000 * 2 ** ((content * 0.618) % 20)),
    mtime: 1_600_000_000_000 + content * 10_007,
    root: rootOf(content),
  }
}

function rootOf(content: number): Root {
  const next = random(content)
  let hex = ''
  for (let i = 0; i < 8; i++)
    hex += Math.floor(next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return parseRoot(hex)
}
