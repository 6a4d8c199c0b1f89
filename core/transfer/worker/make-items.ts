import { closeSync, futimesSync, lstatSync } from 'node:fs'
import { type PeerError, systemCode, toPlainError } from '../../errors/index.js'
import { openNew } from './exec-mode.js'
import { writeError } from './file-error.js'
import { namesToTry } from './place.js'
import type { BatchResult, MakeItem } from './protocol.js'
import { splitPath, type TargetFolder, type TargetFolders } from './target-folders.js'

/** Makes folders and empty files in their places, where they are not there already, and syncs their folders. */
export async function makeItems(
  base: string,
  items: readonly MakeItem[],
  folders: TargetFolders,
): Promise<BatchResult> {
  const placed: number[] = []
  const failed = new Map<number, PeerError>()
  const touched = new Set<TargetFolder>()
  for (const item of items) {
    try {
      const { inFolders } = splitPath(item.path)
      const folder = folders.open(base, item.type === 'folder' ? item.path.split('/') : inFolders)
      touched.add(folder)
      if (item.type === 'file') makeEmpty(item, folder)
      placed.push(item.entry)
    } catch (error) {
      failed.set(item.entry, writeError(error, splitPath(item.path).name))
    }
  }
  await Promise.all([...touched].map(folder => new Promise<void>(resolve => folder.sync(() => resolve()))))
  return { placed, failed: [...failed].map(([entry, error]) => ({ entry, error: toPlainError(error) })) }
}

function makeEmpty(item: MakeItem, folder: TargetFolder): void {
  const { name } = splitPath(item.path)
  for (const candidate of namesToTry(name)) {
    const path = folder.at(candidate)
    try {
      const fd = openNew(path, item.exec)
      futimesSync(fd, item.mtime / 1_000, item.mtime / 1_000)
      closeSync(fd)
      return
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      const there = lstatSync(path, { throwIfNoEntry: false })
      if (there?.isFile() && there.size === 0) return
    }
  }
}
