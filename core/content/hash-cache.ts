import { createHash } from 'node:crypto'
import { type Root, rootOfBytes } from '../manifest/index.js'

/** As much of the peer's database as the cache needs. */
export interface CacheStore {
  table<V>(name: string): {
    get(key: string): V | undefined
    put(key: string, value: V): void
    remove(key: string): void
  }
  write(change: () => void): Promise<void>
}

/** What hashing a file gave. */
export interface CachedHash {
  /** The real path: no link in it. */
  readonly path: string
  readonly stamp: number
  readonly root: Root
  readonly layer?: Uint8Array
}

/** Remembers roots by real path and stamp, and piece layers by root, so that no file is read twice. */
export interface HashCache {
  /** The root of the file at this path, if it is in the state it was hashed in. */
  find(path: string, stamp: number): Root | undefined
  layer(root: Root): Buffer | undefined
  remember(hashes: readonly CachedHash[]): Promise<void>
}

interface Kept {
  readonly stamp: number
  readonly root: Buffer
}

/** Longer paths are kept by their digest: the database's keys are short. */
const KEY_BYTES = 1000

/** The cache in the peer's database; one record a path, so that an edited file takes the place of its old self. */
export function openHashCache(store: CacheStore): HashCache {
  const roots = store.table<Kept>('hashes')
  const layers = store.table<Buffer>('layers')
  return {
    find(path, stamp) {
      const kept = roots.get(keyOf(path))
      return kept && kept.stamp === stamp ? rootOfBytes(kept.root) : undefined
    },
    layer: root => layers.get(root),
    remember: hashes =>
      store.write(() => {
        for (const { path, stamp, root, layer } of hashes) {
          roots.put(keyOf(path), { stamp, root: Buffer.from(root, 'hex') })
          if (layer) layers.put(root, Buffer.from(layer.buffer, layer.byteOffset, layer.byteLength))
        }
      }),
  }
}

/** No absolute path begins with '#'. */
function keyOf(path: string): string {
  if (Buffer.byteLength(path) <= KEY_BYTES) return path
  return `#${createHash('sha256').update(path).digest('hex')}`
}
