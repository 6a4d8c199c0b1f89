import { ChangeLog, type Tombstone } from './change-log.js'
import type { PackedFacts } from './columns.js'
import type { Change, Entry, ShareVersion, Visibility } from './entry.js'
import { TOP } from './entry-tree.js'
import { type Facts, factsOf } from './facts.js'
import { ManifestReader } from './manifest-reader.js'
import type { ChangeBlock, ChangesCut } from './manifest-types.js'
import type { NameKey } from './name-key.js'
import { type Line, PackedReader, packLines } from './packed-changes.js'
import { entryBytes } from './page.js'

const NEW_FOLDER = factsOf({ type: 'folder', path: '', mtime: 0, visibility: 'everyone' }, 0)

/** A manifest with its past: what changed since a version can be told, and another's changes be followed. */
export class VersionedManifest extends ManifestReader {
  protected readonly log = new ChangeLog()
  readonly #epoch: string
  protected n = 0

  constructor(epoch: string) {
    super()
    this.#epoch = epoch
  }

  get version(): ShareVersion {
    return { epoch: this.#epoch, n: this.n }
  }

  /** Deletions remembered. Where they are many, `startAnew` is cheaper than to keep them. */
  get tombstones(): number {
    return this.log.tombstoneCount
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
    const last = Math.min(this.n, cut.upTo ?? this.n)
    if (n > last) return 'start-over'
    for (const line of this.log.after(n, slot => columns.n(slot))) {
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

  /**
   * What was changed after version n, up to and with `upTo`, as bytes in blocks of at most so many lines. Blocks that
   * follow one another up to the version, applied in their order, make this tree.
   */
  *pack(n: number, upTo: number, linesAtMost: number): Generator<ChangeBlock> {
    let lines: Line[] = []
    const block = () => ({
      first: lines[0]?.n ?? 0,
      last: lines.at(-1)?.n ?? 0,
      lines: lines.length,
      bytes: packLines(lines, this.tree.columns, slot => this.visibilityOf(slot)),
    })
    for (const line of this.log.after(n, slot => this.tree.columns.n(slot))) {
      if (line.n > upTo) break
      lines.push(line)
      if (lines.length < linesAtMost) continue
      yield block()
      lines = []
    }
    if (lines.length > 0) yield block()
  }

  /** How many lines there are to pack from after n up to and with `upTo`. */
  countChanges(n: number, upTo: number): number {
    let count = 0
    for (const line of this.log.after(n, slot => this.tree.columns.n(slot))) {
      if (line.n > upTo) break
      count += 1
    }
    return count
  }

  /** Makes room for so many entries, where that is known. */
  reserve(entries: number): void {
    this.tree.reserve(entries)
  }

  /** Takes in a block; to be given in the order of their lines. */
  applyPacked(bytes: Uint8Array): ChangeBlock {
    const block = new PackedReader(bytes)
    const { facts, tops } = block
    const slots = new Int32Array(block.rows + 1)
    const folderOf = (row: number): number => {
      if (row === 0) return TOP
      const known = slots[row]
      if (known) return known
      const { parent, name } = block.rowAt(row)
      const slot = this.#folderIn(folderOf(parent), name)
      const visibility = parent === 0 ? tops.get(name) : undefined
      if (visibility) this.visibilities.set(slot, visibility)
      slots[row] = slot
      return slot
    }
    while (block.next()) {
      this.n = block.n
      if (block.deleted) {
        this.#applyDelete(block.n, block.name, block.deleted === 'open')
        slots.fill(0)
        continue
      }
      const parent = folderOf(block.row)
      const old = this.tree.child(parent, block.key)
      if (old !== undefined && this.tree.columns.isFolder(old) !== facts.folder) slots.fill(0)
      const slot = this.setAt(old, parent, block.key, facts)
      const visibility = parent === TOP ? tops.get(block.name) : undefined
      if (visibility) this.visibilities.set(slot, visibility)
      this.tree.columns.setN(slot, block.n)
      this.log.addPut(block.n, slot)
    }
    const { first, last, lines } = block
    return { first, last, lines, bytes }
  }

  /** Follows another's change: it keeps its n. One that is not newer is ignored. */
  apply(change: Change): void {
    if (change.n <= this.n) return
    this.n = change.n
    if (change.op === 'delete') {
      this.#applyDelete(change.n, change.path, true)
      return
    }
    const slot = this.place(change.entry, 0)
    this.tree.columns.setN(slot, change.n)
    this.log.addPut(change.n, slot)
  }

  /** Follows another to a version whose last changes were not for us, or were outdated. */
  advanceTo(n: number): void {
    this.n = Math.max(this.n, n)
  }

  /** Where it stands or is made. Folders above it that an earlier change made may only come later: made too. */
  protected place(entry: Entry, stamp: number): number {
    const slash = entry.path.lastIndexOf('/')
    const parent = slash < 0 ? TOP : this.#folderAt(entry.path.slice(0, slash), entry.visibility)
    const name = entry.path.slice(slash + 1)
    const slot = this.set(parent, name, factsOf(entry, stamp))
    if (parent === TOP) this.visibilities.set(slot, entry.visibility)
    return slot
  }

  #folderAt(path: string, visibility: Visibility): number {
    const slot = this.tree.find(path)
    if (slot !== undefined && this.tree.folder(slot)) return slot
    return this.place({ type: 'folder', path, mtime: 0, visibility }, 0)
  }

  /** The same for a folder by its parent's slot. */
  #folderIn(parent: number, name: string): number {
    const slot = this.tree.child(parent, name)
    return slot !== undefined && this.tree.folder(slot) ? slot : this.set(parent, name, NEW_FOLDER)
  }

  #applyDelete(n: number, path: string, open: boolean): void {
    const slot = this.tree.find(path)
    if (slot !== undefined && slot !== TOP) this.tree.remove(slot, gone => this.visibilities.delete(gone))
    this.log.addDelete(n, path, open)
  }

  protected set(parent: number, name: string, facts: Facts | PackedFacts): number {
    return this.setAt(this.tree.child(parent, name), parent, name, facts)
  }

  /** The same, where the slot of what is there is known. */
  protected setAt(
    old: number | undefined,
    parent: number,
    name: string | NameKey,
    facts: Facts | PackedFacts,
  ): number {
    if (old === undefined) return this.tree.add(parent, name, facts)
    if (this.tree.columns.isFolder(old) === facts.folder) {
      this.tree.update(old, facts)
      return old
    }
    this.tree.remove(old, gone => this.visibilities.delete(gone))
    return this.tree.add(parent, name, facts)
  }

  #change(n: number, changed: number | Tombstone, openOnly: boolean): Change | undefined {
    if (typeof changed !== 'number') {
      return openOnly && !changed.open ? undefined : { n, op: 'delete', path: changed.path }
    }
    if (openOnly && this.visibilityOf(changed) !== 'everyone') return undefined
    return { n, op: 'put', entry: this.entryAt(changed) }
  }
}
