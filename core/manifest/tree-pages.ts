import { type EntryTree, type Folder, TOP } from './entry-tree.js'
import { compareCodeUnits } from './name-order.js'
import {
  cutPage,
  type ListedEntry,
  type ListOrder,
  type Page,
  PageBuilder,
  type PageCut,
  sortListing,
} from './page.js'

/** Which of the entries directly below the top the asker may see. */
export type TopFilter = (slot: number) => boolean

/** A page of what is in a folder; folders first. */
export function folderPage(
  tree: EntryTree,
  slot: number,
  order: ListOrder & PageCut,
  allow: TopFilter,
): Page {
  const folder = tree.folder(slot)
  const path = tree.path(slot)
  if (!folder) return { total: 0, entries: [] }
  const sorted = inListOrder(tree, slot, folder, order)
  const slots = slot === TOP ? sorted.filter(allow) : sorted
  return cutPage(slots, order, child => lineOf(tree, child, below(path, tree.columns.name(child))))
}

/** A page of all that is below a folder, in path order. Whole folders before the page are skipped unseen. */
export function deepPage(tree: EntryTree, slot: number, cut: PageCut, allow: TopFilter): Page {
  const page = new PageBuilder(cut)
  let skip = cut.offset

  function walk(from: number, path: string): boolean {
    for (const child of childrenInPathOrder(tree, from, allow)) {
      const inside = tree.folder(child)?.entries ?? 0
      if (skip > inside) {
        skip -= 1 + inside
        continue
      }
      const childPath = below(path, tree.columns.name(child))
      if (skip > 0) skip -= 1
      else if (!page.add(lineOf(tree, child, childPath))) return false
      if (inside > 0 && !walk(child, childPath)) return false
    }
    return true
  }

  walk(slot, tree.path(slot))
  return { total: entriesBelow(tree, slot, allow), entries: page.entries }
}

/** An entry as a line of a listing. Fields without a value are left out, so that they aren't sent. */
export function lineOf(tree: EntryTree, slot: number, path: string): ListedEntry {
  const { columns } = tree
  const reason = columns.reason(slot)
  const mtime = columns.mtime(slot)
  const folder = tree.folder(slot)
  if (folder) {
    return {
      type: 'folder',
      path,
      mtime,
      files: folder.files,
      bytes: folder.bytes,
      ...(reason && { reason }),
    }
  }
  const root = columns.root(slot)
  return {
    type: 'file',
    path,
    size: columns.size(slot),
    mtime,
    ...(root && { root }),
    ...(columns.isExec(slot) && { exec: true }),
    ...(reason && { reason }),
  }
}

function inListOrder(tree: EntryTree, slot: number, folder: Folder, order: ListOrder): readonly number[] {
  const { sort = 'name', descending = false } = order
  return sortedBy(folder, `${sort} ${descending}`, sort === 'name', () =>
    sortListing(tree.childrenOf(slot), { sort, descending }, child => {
      const inside = tree.folder(child)
      return {
        folder: inside !== undefined,
        name: tree.columns.name(child),
        size: inside ? inside.bytes : tree.columns.size(child),
        mtime: tree.columns.mtime(child),
      }
    }),
  )
}

function childrenInPathOrder(tree: EntryTree, slot: number, allow: TopFilter): readonly number[] {
  const folder = tree.folder(slot)
  if (!folder) return []
  const sorted = sortedBy(folder, 'path', true, () =>
    tree
      .childrenOf(slot)
      .map(child => ({ child, name: tree.columns.name(child) }))
      .sort((a, b) => compareCodeUnits(a.name, b.name))
      .map(({ child }) => child),
  )
  return slot === TOP ? sorted.filter(allow) : sorted
}

function sortedBy(
  folder: Folder,
  by: string,
  byNames: boolean,
  sort: () => readonly number[],
): readonly number[] {
  if (folder.sorted?.by !== by) folder.sorted = { by, byNames, slots: sort() }
  return folder.sorted.slots
}

function entriesBelow(tree: EntryTree, slot: number, allow: TopFilter): number {
  const folder = tree.folder(slot)
  if (!folder || slot !== TOP) return folder?.entries ?? 0
  let total = 0
  for (const child of tree.childrenOf(slot)) {
    if (allow(child)) total += 1 + (tree.folder(child)?.entries ?? 0)
  }
  return total
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`
}
