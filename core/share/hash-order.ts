import { SMALL_BYTES } from '../content/index.js'
import type { ManifestTree, UnhashedFile } from '../manifest/index.js'

export interface HashOrderOptions {
  /** The manifest as it is now. */
  tree(): ManifestTree
  /** Files that are not to be picked: they are being hashed, are hashed, or wait to be tried again. */
  busy(): Iterable<string>
  isBusy(path: string): boolean
  /** Others are picked from now on. */
  onPick(): void
}

/** To pick means to look at every file of the manifest. */
const PICKED_AT_ONCE = 16_384
/** New files wait so long to be put in order with those picked before. */
const PICKED_FOR_MS = 500
/** Small files that are given to the hasher together. */
const BATCH_FILES = 64
const BATCH_BYTES = 8 * 1024 * 1024

/**
 * Newest and smallest first, so that a share is useful at once: each doubling of size or age counts the same. Whole
 * steps, so that most files of a folder come one after the other, which is much faster for the database.
 */
export function hashScore(nowMs: number): (sizeBytes: number, mtime: number) => number {
  return (sizeBytes, mtime) =>
    Math.floor(Math.log2(sizeBytes + 1) + Math.log2(Math.max(0, nowMs - mtime) / 1000 + 1))
}

/** In which order the manifest's files without a root are hashed, and which of them together. */
export class HashOrder {
  readonly #options: HashOrderOptions
  readonly #urgent = new Set<string>()
  #picked: UnhashedFile[] = []
  #pickedAt = 0
  /** Nothing is left to pick until the manifest has new files. */
  #allPicked = false

  constructor(options: HashOrderOptions) {
    this.#options = options
  }

  get hasUrgent(): boolean {
    return this.#urgent.size > 0
  }

  /** To be called when the manifest has new files. */
  wake(): void {
    this.#allPicked = false
    if (performance.now() - this.#pickedAt > PICKED_FOR_MS) this.#picked = []
  }

  /** Moves a file to the front. */
  hurry(path: string): void {
    this.#urgent.add(path)
  }

  /** A file, or some small ones. What someone asked for comes first, and by itself. */
  next(): UnhashedFile[] {
    for (const path of this.#urgent) {
      this.#urgent.delete(path)
      const file = this.#wanted(path)
      if (file) return [file]
    }
    const files: UnhashedFile[] = []
    let left = BATCH_BYTES
    while (files.length < BATCH_FILES) {
      const most = files.length === 0 ? Number.POSITIVE_INFINITY : Math.min(left, SMALL_BYTES)
      const file = this.#nextPicked(most)
      if (!file) break
      files.push(file)
      if (file.size > SMALL_BYTES) break
      left -= file.size
    }
    return files
  }

  /** The next in order, if it has at most so many bytes. */
  #nextPicked(mostBytes: number): UnhashedFile | undefined {
    for (;;) {
      if (this.#picked.length === 0 && !this.#allPicked) this.#picked = this.#pick()
      const picked = this.#picked.at(-1)
      if (!picked || picked.size > mostBytes) return undefined
      this.#picked.pop()
      const file = this.#wanted(picked.path)
      if (file && file.size <= mostBytes) return file
    }
  }

  #pick(): UnhashedFile[] {
    this.#pickedAt = performance.now()
    this.#options.onPick()
    const skip = new Set(this.#options.busy())
    const picked = this.#options.tree().unhashed(PICKED_AT_ONCE, hashScore(Date.now()), skip)
    this.#allPicked = picked.length < PICKED_AT_ONCE
    return picked.reverse()
  }

  /** The file as it is listed now, if it is still to be hashed. */
  #wanted(path: string): UnhashedFile | undefined {
    return this.#options.isBusy(path) ? undefined : this.#options.tree().unhashedAt(path)
  }
}
