import type { Counts } from './counts.js'
import type { Entry, Visibility } from './entry.js'
import { EntryTree, TOP } from './entry-tree.js'
import type { Allow, HashScore, UnhashedFile } from './manifest-types.js'
import { comparePaths } from './name-order.js'
import type { ListedEntry, ListOrder, Page, PageCut } from './page.js'
import type { Root } from './root.js'
import { deepPage, folderPage, lineOf } from './tree-pages.js'
import { pickUnhashed } from './unhashed.js'

const all: Allow = () => true

/** What can be asked of a manifest. What it gives out are plain copies. */
export class ManifestReader {
  protected readonly tree = new EntryTree()
  /** Of what lies directly in the share folder, by slot. */
  protected readonly visibilities = new Map<number, Visibility>()

  /** Entries of either type. */
  get size(): number {
    return this.tree.folder(TOP)?.entries ?? 0
  }

  get(path: string): Entry | undefined {
    const slot = this.tree.find(path)
    return slot === undefined || slot === TOP ? undefined : this.entryAt(slot)
  }

  stamp(path: string): number {
    const slot = this.tree.find(path)
    return slot === undefined ? 0 : this.tree.columns.stamp(slot)
  }

  /** The sums of all below a folder; '' is the whole share. */
  counts(path: string): Counts | undefined {
    const slot = this.tree.find(path)
    const folder = slot === undefined ? undefined : this.tree.folder(slot)
    if (!folder) return undefined
    const { files, bytes, hashed, hashedBytes } = folder
    return { files, bytes, hashed, hashedBytes }
  }

  /** The names in a folder, in no order. */
  names(path: string): readonly string[] {
    const slot = this.tree.find(path)
    return slot === undefined ? [] : this.tree.childrenOf(slot).map(child => this.tree.columns.name(child))
  }

  /** All files with this content. */
  *withRoot(root: Root): Generator<Entry> {
    for (const slot of this.tree.roots.find(root)) yield this.entryAt(slot)
  }

  /** A page of what is in a folder; undefined where there is none that may be seen. */
  list(path: string, request: ListOrder & PageCut, allow: Allow = all): Page | undefined {
    const slot = this.#seen(path, allow)
    if (slot === undefined || !this.tree.folder(slot)) return undefined
    return folderPage(this.tree, slot, request, top => allow(this.visibilityOf(top)))
  }

  /** A page of all that is below a folder, in path order. */
  deep(path: string, cut: PageCut, allow: Allow = all): Page | undefined {
    const slot = this.#seen(path, allow)
    if (slot === undefined || !this.tree.folder(slot)) return undefined
    return deepPage(this.tree, slot, cut, top => allow(this.visibilityOf(top)))
  }

  /** The entry at `path` itself as a line; undefined where there is none that may be seen. */
  self(path: string, allow: Allow = all): ListedEntry | undefined {
    const slot = this.#seen(path, allow)
    return slot === undefined || slot === TOP ? undefined : lineOf(this.tree, slot, path)
  }

  /** What is listed with a reason, in path order; no more than so many of them. */
  problems(limit: number): ListedEntry[] {
    const { columns } = this.tree
    const found: ListedEntry[] = []
    for (let slot = 1; slot < columns.slots && found.length < limit; slot++) {
      if (columns.hasReason(slot)) found.push(lineOf(this.tree, slot, this.tree.path(slot)))
    }
    return found.sort((a, b) => comparePaths(a.path, b.path))
  }

  /** The most pressing of the files to be hashed, least `score` first, without those to be skipped. */
  unhashed(limit: number, score: HashScore, skip: ReadonlySet<string>): UnhashedFile[] {
    const { files = 0, hashed = 0 } = this.tree.folder(TOP) ?? {}
    return files === hashed ? [] : pickUnhashed(this.tree, limit, score, skip)
  }

  /** The file at this path, if it is still to be hashed. */
  unhashedAt(path: string): UnhashedFile | undefined {
    const slot = this.tree.find(path)
    const { columns } = this.tree
    if (slot === undefined || !columns.isUnhashed(slot)) return undefined
    return { path, size: columns.size(slot), stamp: columns.stamp(slot) }
  }

  protected visibilityOf(slot: number): Visibility {
    return this.visibilities.get(this.tree.topOf(slot)) ?? 'everyone'
  }

  /** The slot at `path` where the asker may see it; the share itself is anyone's. */
  #seen(path: string, allow: Allow): number | undefined {
    const slot = this.tree.find(path)
    return slot !== undefined && (slot === TOP || allow(this.visibilityOf(slot))) ? slot : undefined
  }

  protected entryAt(slot: number): Entry {
    const line = lineOf(this.tree, slot, this.tree.path(slot))
    const visibility = this.visibilityOf(slot)
    if (line.type === 'file') return { ...line, visibility }
    const { type, path, mtime, reason } = line
    return { type, path, mtime, ...(reason && { reason }), visibility }
  }
}
