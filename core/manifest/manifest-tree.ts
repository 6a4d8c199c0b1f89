import type { Entry, EntryReason, Visibility } from './entry.js'
import { TOP } from './entry-tree.js'
import { type Facts, factsFound, factsOf, sameFacts, sameVisibility } from './facts.js'
import type { FolderState, Found } from './manifest-types.js'
import type { Root } from './root.js'
import { VersionedManifest } from './versioned-manifest.js'

const open = (): Visibility => 'everyone'

/**
 * A share's versioned entries: pure data, every change one n. Visibility belongs to what lies directly in
 * the share folder; all below it have that one's. To hold a million entries it keeps them in columns; what
 * it gives out are plain copies.
 */
export class ManifestTree extends VersionedManifest {
  #onChanged: () => void = () => {}

  /** From now on `listener` is called with each change made here, but for those of another that are applied. */
  onChanged(listener: () => void): void {
    this.#onChanged = listener
  }

  /**
   * Adds or changes an entry, and takes the place of one of the other type. Folders above it that are not
   * there yet are changes of their own. Gives the entry's n; undefined if nothing changed.
   */
  put(entry: Entry, stamp = 0): number | undefined {
    if (!entry.path.includes('/')) this.setVisibility(entry.path, entry.visibility)
    this.#makeParent(entry)
    this.#clearFor(entry.path, entry.type)
    const old = this.tree.find(entry.path)
    if (old !== undefined && sameFacts(this.tree.columns.facts(old), factsOf(entry, stamp))) return undefined
    this.#numbered(this.place(entry, stamp), ++this.n)
    return this.n
  }

  /** Deletes an entry and all below it. Gives the change's n; undefined if there is nothing to delete. */
  delete(path: string): number | undefined {
    const slot = this.tree.find(path)
    if (slot === undefined || slot === TOP) return undefined
    this.n += 1
    const open = this.visibilityOf(slot) === 'everyone'
    this.#entomb(this.n, path, open)
    this.tree.remove(slot, gone => this.visibilities.delete(gone))
    return this.n
  }

  /** Who may see an entry directly in the share folder and all below it: each of them counts as changed. */
  setVisibility(name: string, visibility: Visibility): number | undefined {
    const slot = this.tree.find(name)
    if (slot === undefined || slot === TOP || sameVisibility(this.visibilityOf(slot), visibility))
      return undefined
    if (this.visibilityOf(slot) === 'everyone') this.#entomb(++this.n, this.tree.path(slot), true)
    this.visibilities.set(this.tree.topOf(slot), visibility)
    this.#numbered(slot, ++this.n)
    for (const below of this.tree.below(slot)) this.#numbered(below, ++this.n)
    return this.n
  }

  /**
   * Makes a folder's children what a scan found, and gives the names of those that are new folders. A file
   * keeps its root while its stamp is the same.
   */
  reconcile(
    path: string,
    found: readonly Found[],
    { mtime, visibilityOf = open }: FolderState = {},
  ): string[] {
    const slot = this.tree.find(path)
    const folder = slot === undefined ? undefined : this.tree.folder(slot)
    if (slot === undefined || !folder) return []
    if (slot !== TOP)
      this.#refresh(slot, { mtime: mtime ?? this.tree.columns.mtime(slot), reason: undefined })
    const other: Found[] = []
    let known = 0
    for (const item of found) {
      const old = this.tree.child(slot, item.name)
      if (old !== undefined) known += 1
      if (old === undefined || !this.tree.columns.isAsFound(old, item)) other.push(item)
    }
    const prefix = path === '' ? '' : `${path}/`
    if (known < folder.childCount) {
      const names = new Set(found.map(item => item.name))
      for (const name of this.names(path)) if (!names.has(name)) this.delete(prefix + name)
    }
    const newFolders: string[] = []
    for (const item of other) {
      this.#clearFor(prefix + item.name, item.type)
      const old = this.tree.child(slot, item.name)
      if (item.type === 'folder' && (old === undefined || !this.tree.folder(old))) newFolders.push(item.name)
      this.#putFound(old, slot, item, slot === TOP ? visibilityOf(item.name) : 'everyone')
    }
    return newFolders
  }

  /** Notes why a folder can't be listed; what was listed in it goes. */
  closeFolder(path: string, reason: EntryReason): void {
    const slot = this.tree.find(path)
    const folder = slot === undefined ? undefined : this.tree.folder(slot)
    if (slot === undefined || slot === TOP || !folder) return
    for (const name of this.names(path)) this.delete(`${path}/${name}`)
    this.#refresh(slot, { mtime: this.tree.columns.mtime(slot), reason })
  }

  /** Notes a file's root, unless the file is another by now. */
  setRoot(path: string, stamp: number, root: Root): boolean {
    return this.#amend(path, stamp, { root, reason: undefined })
  }

  /** Notes why a file can't be fetched, unless the file is another by now. */
  setReason(path: string, stamp: number, reason: EntryReason): boolean {
    return this.#amend(path, stamp, { root: undefined, reason })
  }

  /** The same entries under a new epoch, numbered anew and without tombstones. */
  startAnew(epoch: string): ManifestTree {
    const anew = new ManifestTree(epoch)
    for (const slot of this.tree.below(TOP)) anew.put(this.entryAt(slot), this.tree.columns.stamp(slot))
    return anew
  }

  #makeParent({ path, visibility }: Entry): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    const slot = this.tree.find(parent)
    if (slot === undefined || !this.tree.folder(slot)) {
      this.put({ type: 'folder', path: parent, mtime: 0, visibility })
    }
  }

  /**
   * Deletes a folder before a file takes its place. Others must hear of it: the file may be a folder again
   * by the time they ask, and what was in the first one would stay with them.
   */
  #clearFor(path: string, type: Entry['type']): void {
    const slot = this.tree.find(path)
    if (type === 'file' && slot !== undefined && this.tree.folder(slot)) this.delete(path)
  }

  #putFound(old: number | undefined, parent: number, item: Found, visibility: Visibility): void {
    const before = old === undefined ? undefined : this.tree.columns.facts(old)
    const facts = factsFound(item, before)
    if (before && sameFacts(before, facts)) return
    const slot = this.set(parent, item.name, facts)
    if (parent === TOP && !this.visibilities.has(slot)) this.visibilities.set(slot, visibility)
    this.#numbered(slot, ++this.n)
  }

  #amend(path: string, stamp: number, change: Pick<Facts, 'root' | 'reason'>): boolean {
    const slot = this.tree.find(path)
    if (slot === undefined || this.tree.folder(slot) || this.tree.columns.stamp(slot) !== stamp) return false
    this.#refresh(slot, change)
    return true
  }

  #refresh(slot: number, change: Partial<Facts>): void {
    const before = this.tree.columns.facts(slot)
    const facts = { ...before, ...change }
    if (sameFacts(before, facts)) return
    this.tree.update(slot, facts)
    this.#numbered(slot, ++this.n)
  }

  #numbered(slot: number, n: number): void {
    const { columns } = this.tree
    columns.setN(slot, n)
    this.log.addPut(n, slot)
    this.log.pack(this.size, at => columns.n(at))
    this.#onChanged()
  }

  #entomb(n: number, path: string, open: boolean): void {
    this.log.addDelete(n, path, open)
    this.log.pack(this.size, slot => this.tree.columns.n(slot))
    this.#onChanged()
  }
}
