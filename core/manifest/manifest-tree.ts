import { ChangeLog, type Tombstone } from './change-log.js'
import type { Change, Entry, EntryReason, ShareVersion, Visibility } from './entry.js'
import { TOP } from './entry-tree.js'
import { type Facts, factsFound, factsOf, sameFacts, sameVisibility } from './facts.js'
import { ManifestReader } from './manifest-reader.js'
import type { ChangesCut, FolderState, Found, KeptChange, ManifestJournal } from './manifest-types.js'
import { entryBytes } from './page.js'
import type { Root } from './root.js'

const open = (): Visibility => 'everyone'

/**
 * A share's versioned entries: pure data, every change one n. Visibility belongs to what lies directly in
 * the share folder; all below it have that one's. To hold a million entries it keeps them in columns; what
 * it gives out are plain copies.
 */
export class ManifestTree extends ManifestReader {
  readonly #log = new ChangeLog()
  readonly #epoch: string
  #journal: ManifestJournal | undefined
  #n = 0

  constructor(epoch: string) {
    super()
    this.#epoch = epoch
  }

  /** From now on `journal` is told of every change made here. Changes that were applied are not told. */
  keepIn(journal: ManifestJournal): void {
    this.#journal = journal
  }

  get version(): ShareVersion {
    return { epoch: this.#epoch, n: this.#n }
  }

  /** Deletions remembered. Where they are many, `startAnew` is cheaper than to keep them. */
  get tombstones(): number {
    return this.#log.tombstoneCount
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
    this.#numbered(this.#place(entry, stamp), ++this.#n)
    return this.#n
  }

  /** Deletes an entry and all below it. Gives the change's n; undefined if there is nothing to delete. */
  delete(path: string): number | undefined {
    const slot = this.tree.find(path)
    if (slot === undefined || slot === TOP) return undefined
    this.#n += 1
    const open = this.visibilityOf(slot) === 'everyone'
    this.#entomb(this.#n, path, open)
    this.tree.remove(slot, gone => this.#forget(gone))
    return this.#n
  }

  /** Who may see an entry directly in the share folder and all below it: each of them counts as changed. */
  setVisibility(name: string, visibility: Visibility): number | undefined {
    const slot = this.tree.find(name)
    if (slot === undefined || slot === TOP || sameVisibility(this.visibilityOf(slot), visibility))
      return undefined
    if (this.visibilityOf(slot) === 'everyone') this.#entomb(++this.#n, this.tree.path(slot), true)
    this.visibilities.set(this.tree.topOf(slot), visibility)
    this.#numbered(slot, ++this.#n)
    for (const below of this.tree.below(slot)) this.#numbered(below, ++this.#n)
    return this.#n
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
    const names = new Set(found.map(item => item.name))
    const prefix = path === '' ? '' : `${path}/`
    for (const name of [...folder.children.keys()]) if (!names.has(name)) this.delete(prefix + name)
    const newFolders: string[] = []
    for (const item of found) {
      this.#clearFor(prefix + item.name, item.type)
      const old = folder.children.get(item.name)
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
    for (const name of [...folder.children.keys()]) this.delete(`${path}/${name}`)
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

  /**
   * What leads from version n of this epoch to `to`, in order of n; to be asked again from there until `to`
   * is the version. 'start-over' where n is not of this manifest's past. From 0 on it is everything.
   */
  changesSince(n: number, cut: ChangesCut): { to: number; changes: Change[] } | 'start-over' {
    const changes: Change[] = []
    const { columns } = this.tree
    let bytes = 0
    let to = n
    const last = Math.min(this.#n, cut.upTo ?? this.#n)
    if (n > last) return 'start-over'
    for (const line of this.#log.after(n, slot => columns.n(slot))) {
      if (line.n > last) break
      const change = this.#change(line.n, line.changed, cut.openOnly ?? false)
      if (change) {
        bytes += entryBytes(change.op === 'put' ? change.entry.path : change.path)
        const full = changes.length >= cut.limit || (bytes > (cut.maxBytes ?? bytes) && changes.length > 0)
        if (full) return { to, changes }
        changes.push(change)
      }
      to = line.n
    }
    return { to: last, changes }
  }

  /** Follows another's change, or one read back from disk: it keeps its n. One that is not newer is ignored. */
  apply(change: KeptChange): void {
    if (change.n <= this.#n) return
    this.#n = change.n
    if (change.op === 'put') {
      const slot = this.#place(change.entry, change.stamp ?? 0)
      this.tree.columns.setN(slot, change.n)
      this.#log.addPut(change.n, slot)
      return
    }
    const slot = this.tree.find(change.path)
    if (slot !== undefined && slot !== TOP) this.tree.remove(slot, gone => this.visibilities.delete(gone))
    this.#log.addDelete(change.n, change.path, change.open ?? true)
  }

  /** Follows another to a version whose last changes were not for us, or were outdated. */
  advanceTo(n: number): void {
    this.#n = Math.max(this.#n, n)
  }

  /** The same entries under a new epoch, numbered anew and without tombstones. */
  startAnew(epoch: string, journal: ManifestJournal): ManifestTree {
    const anew = new ManifestTree(epoch)
    anew.keepIn(journal)
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

  /** Where it stands or is made. Folders above it that an earlier change made may only come later: made too. */
  #place(entry: Entry, stamp: number): number {
    const slash = entry.path.lastIndexOf('/')
    const parent = slash < 0 ? TOP : this.#folderAt(entry.path.slice(0, slash), entry.visibility)
    const name = entry.path.slice(slash + 1)
    const slot = this.#set(parent, name, factsOf(entry, stamp))
    if (parent === TOP) this.visibilities.set(slot, entry.visibility)
    return slot
  }

  #folderAt(path: string, visibility: Visibility): number {
    const slot = this.tree.find(path)
    if (slot !== undefined && this.tree.folder(slot)) return slot
    return this.#place({ type: 'folder', path, mtime: 0, visibility }, 0)
  }

  #set(parent: number, name: string, facts: Facts): number {
    const old = this.tree.folder(parent)?.children.get(name)
    if (old === undefined) return this.tree.add(parent, name, facts)
    if (this.tree.columns.isFolder(old) === facts.folder) {
      this.tree.update(old, facts)
      return old
    }
    this.tree.remove(old, gone => this.#forget(gone))
    return this.tree.add(parent, name, facts)
  }

  #putFound(old: number | undefined, parent: number, item: Found, visibility: Visibility): void {
    const before = old === undefined ? undefined : this.tree.columns.facts(old)
    const facts = factsFound(item, before)
    if (before && sameFacts(before, facts)) return
    const slot = this.#set(parent, item.name, facts)
    if (parent === TOP && !this.visibilities.has(slot)) this.visibilities.set(slot, visibility)
    this.#numbered(slot, ++this.#n)
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
    this.#numbered(slot, ++this.#n)
  }

  #numbered(slot: number, n: number): void {
    const { columns } = this.tree
    const old = columns.n(slot)
    columns.setN(slot, n)
    this.#log.addPut(n, slot)
    this.#journal?.keep({ n, op: 'put', entry: this.entryAt(slot), stamp: columns.stamp(slot) })
    if (old > 0) this.#journal?.drop(old)
    this.#log.pack(this.size, at => columns.n(at))
  }

  #entomb(n: number, path: string, open: boolean): void {
    const { tombstone, replaced } = this.#log.addDelete(n, path, open)
    this.#journal?.keep({ n, op: 'delete', path, open: tombstone.open })
    if (replaced !== undefined) this.#journal?.drop(replaced)
    this.#log.pack(this.size, slot => this.tree.columns.n(slot))
  }

  #forget(slot: number): void {
    const n = this.tree.columns.n(slot)
    if (n > 0) this.#journal?.drop(n)
    this.visibilities.delete(slot)
  }

  #change(n: number, changed: number | Tombstone, openOnly: boolean): Change | undefined {
    if (typeof changed !== 'number') {
      return openOnly && !changed.open ? undefined : { n, op: 'delete', path: changed.path }
    }
    if (openOnly && this.visibilityOf(changed) !== 'everyone') return undefined
    return { n, op: 'put', entry: this.entryAt(changed) }
  }
}
