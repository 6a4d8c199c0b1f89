import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  HASH_BYTES,
  hasLayer,
  pieceBytes,
  pieceCount,
  pieceHash,
  rootOfLayer,
  rootOfSmall,
} from '../../content/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import type { Grant, GrantProvider, RootOfPath } from '../grant.js'
import type { PlannedEntry } from '../plan.js'

/** A folder as its owner would list and grant it, hashed on the spot. For tests and benchmarks. */
export class SharedFolder implements GrantProvider {
  readonly folder: string
  readonly entries: PlannedEntry[] = []
  /** Who may fetch; undefined is everyone. */
  allowed: ReadonlySet<PeerId> | undefined
  /** Paths that are not hashed yet. */
  readonly pending = new Set<string>()
  /** Questions that came. */
  asked = 0
  readonly #grants = new Map<Root, Grant>()
  readonly #layers = new Map<Root, Buffer>()
  readonly #roots = new Map<string, { root: Root; size: number; mtime: number }>()

  constructor(folder: string) {
    this.folder = realpathSync(folder)
    this.#scan('')
  }

  /** The entries as a download of the folder, or of one file in it, would list them. */
  plan(path = ''): PlannedEntry[] {
    const found = this.entries.filter(
      entry => entry.remotePath === path || entry.remotePath.startsWith(path ? `${path}/` : ''),
    )
    return found.map(entry => ({
      ...entry,
      path: path ? entry.remotePath.slice(path.length + 1) : entry.path,
    }))
  }

  grant(asker: PeerId, roots: readonly Root[]): (Grant | undefined)[] {
    this.asked++
    if (this.allowed && !this.allowed.has(asker)) return roots.map(() => undefined)
    return roots.map(root => this.#grants.get(root))
  }

  layer(_asker: PeerId, root: Root): Uint8Array | undefined {
    return this.#layers.get(root)
  }

  have(): undefined {
    return undefined
  }

  rootOf(_asker: PeerId, path: string): RootOfPath | undefined {
    if (this.pending.has(path)) return { pending: { done: 1, total: 2 } }
    return this.#roots.get(path)
  }

  #scan(path: string): void {
    const at = join(this.folder, path)
    const seen = statSync(at, { bigint: true })
    const exec = !seen.isDirectory() && (seen.mode & 0o111n) !== 0n
    const base = { path, remotePath: path, mtime: Number(seen.mtimeMs), ...(exec && { exec }) }
    if (seen.isDirectory()) {
      this.entries.push({ ...base, type: 'folder', size: 0 })
      for (const name of readdirSync(at).sort()) this.#scan(path ? `${path}/${name}` : name)
      return
    }
    const size = Number(seen.size)
    if (size === 0) {
      this.entries.push({ ...base, type: 'file', size })
      return
    }
    const { root, layer } = hashOf(at, size)
    if (layer) this.#layers.set(root, layer)
    this.#roots.set(path, { root, size, mtime: base.mtime })
    const { dev, ino, mtimeNs } = seen
    const facts = { dev: String(dev), ino: String(ino), mtimeNs: String(mtimeNs) }
    this.#grants.set(root, { path: at, size, ...facts, within: this.folder })
    this.entries.push({ ...base, type: 'file', size, root })
  }
}

/** The root and piece layer of a file. */
export function hashOf(path: string, size: number): { root: Root; layer?: Buffer } {
  const bytes = readFileSync(path)
  if (!hasLayer(size)) return { root: rootOfSmall(bytes) }
  const full = pieceBytes(size)
  const layer = Buffer.alloc(pieceCount(size) * HASH_BYTES)
  for (let piece = 0; piece * full < size; piece++) {
    pieceHash(bytes.subarray(piece * full, (piece + 1) * full), full).copy(layer, piece * HASH_BYTES)
  }
  return { root: rootOfLayer(layer, size), layer }
}
