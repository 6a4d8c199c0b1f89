import { lstatSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import { LIMITS } from '../wire/index.js'
import type { Clock } from './clock.js'
import type { Grant } from './grant.js'

/** How long changes of what is announced are gathered, ms. */
const ANNOUNCE_MS = 250
/** Bytes of piece layers held for files that are finished. */
const MOST_LAYER_BYTES = 16 * 1024 * 1024

/** A file of a download that others may fetch from here: one of an open entry. */
export interface ServedFile {
  readonly root: Root
  readonly size: number
  readonly layer: Uint8Array
  /** The partial file, or where it was placed. */
  readonly path: string
  /** Of a file that is being fetched, the pieces that are verified; left out: it is whole. */
  readonly have?: () => Uint8Array
  /** Someone else fetches it from here, so may have pieces of it. */
  readonly wanted?: (by: PeerId) => void
}

/** What the served files need. */
export interface ServedFilesOptions {
  readonly clock: Clock
  /** What was granted of this content must be asked anew. */
  readonly onChange: (root: Root) => void
  /** All that is served now, at most four times a second. */
  readonly onAnnounce: (roots: readonly Root[]) => void
}

/**
 * What downloads serve again: files that are being fetched, from the first verified piece on, and finished ones
 * while they stay as they were placed. Only content of open entries comes here; that is decided by who adds it.
 */
export class ServedFiles {
  readonly #options: ServedFilesOptions
  readonly #files = new Map<Root, { readonly file: ServedFile; readonly grant: Grant }>()
  #stopWaiting: (() => void) | undefined

  constructor(options: ServedFilesOptions) {
    this.#options = options
  }

  /** Serves a file from now on, in place of what was served of this root. Does nothing for one that is gone. */
  add(file: ServedFile): void {
    const grant = grantOf(file)
    if (!grant) {
      this.remove(file.root)
      return
    }
    this.#files.delete(file.root)
    this.#files.set(file.root, { file, grant })
    this.#dropOldest()
    this.#changed(file.root)
  }

  /** Serves it no more; with a path, only if it is served from there. */
  remove(root: Root, path?: string): void {
    const served = this.#files.get(root)
    if (!served || (path !== undefined && served.file.path !== path)) return
    this.#files.delete(root)
    this.#changed(root)
  }

  /** Whether a root is served from this place. */
  serves(root: Root, path: string): boolean {
    return this.#files.get(root)?.file.path === path
  }

  /** Serves nothing any more that lies at one of these places. */
  removeAt(isThere: (path: string) => boolean): void {
    for (const { file } of [...this.#files.values()]) if (isThere(file.path)) this.remove(file.root)
  }

  /** Leave to read it; undefined also for a finished file that was changed or moved. */
  grant(asker: PeerId, root: Root): Grant | undefined {
    const served = this.#files.get(root)
    if (!served) return undefined
    const { file, grant } = served
    if (!file.have && grantOf(file)?.mtimeNs !== grant.mtimeNs) {
      this.remove(root)
      return undefined
    }
    file.wanted?.(asker)
    return grant
  }

  layer(root: Root): Uint8Array | undefined {
    return this.#files.get(root)?.file.layer
  }

  /** The verified pieces of a file that is being fetched. */
  have(root: Root): Uint8Array | undefined {
    return this.#files.get(root)?.file.have?.()
  }

  close(): void {
    this.#stopWaiting?.()
    this.#files.clear()
  }

  #changed(root: Root): void {
    this.#options.onChange(root)
    this.#stopWaiting ??= this.#options.clock.after(ANNOUNCE_MS, () => {
      this.#stopWaiting = undefined
      this.#options.onAnnounce([...this.#files.keys()])
    })
  }

  /** Finished files make room, those served longest first; then any. */
  #dropOldest(): void {
    let layers = 0
    for (const { file } of this.#files.values()) layers += file.have ? 0 : file.layer.length
    for (const isAny of [false, true]) {
      for (const [root, { file }] of this.#files) {
        if (this.#files.size <= LIMITS.announcedRoots && (isAny || layers <= MOST_LAYER_BYTES)) break
        if (file.have && !isAny) continue
        if (!file.have) layers -= file.layer.length
        this.#files.delete(root)
        this.#options.onChange(root)
      }
    }
  }
}

function grantOf({ path, size, have }: ServedFile): Grant | undefined {
  try {
    const seen = lstatSync(path, { bigint: true })
    if (!seen.isFile() || (!have && seen.size !== BigInt(size))) return undefined
    const { dev, ino, mtimeNs } = seen
    const facts = { dev: String(dev), ino: String(ino), mtimeNs: String(mtimeNs) }
    const within = realpathSync(dirname(path))
    return { path, size, ...facts, within, ...(have && { partial: true }) }
  } catch {
    return undefined
  }
}
