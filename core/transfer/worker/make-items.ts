import { closeSync, futimesSync, lstatSync } from 'node:fs'
import { type PeerError, systemCode, toPlainError } from '../../errors/index.js'
import { openNew } from './exec-mode.js'
import { writeError } from './file-error.js'
import { besideName, namesToTry, placeOver } from './place.js'
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
  const renamed: { readonly entry: number; readonly name: string }[] = []
  const touched = new Set<TargetFolder>()
  for (const item of items) {
    try {
      const { inFolders } = splitPath(item.path)
      const folder = folders.open(base, item.type === 'folder' ? item.path.split('/') : inFolders)
      touched.add(folder)
      if (item.type === 'file') {
        const name = makeEmpty(item, folder)
        if (name !== splitPath(item.path).name) renamed.push({ entry: item.entry, name })
      }
      placed.push(item.entry)
    } catch (error) {
      failed.set(item.entry, writeError(error, splitPath(item.path).name))
    }
  }
  await Promise.all([...touched].map(folder => new Promise<void>(resolve => folder.sync(() => resolve()))))
  return {
    placed,
    renamed,
    failed: [...failed].map(([entry, error]) => ({ entry, error: toPlainError(error) })),
  }
}

/** Gives the name it got. */
function makeEmpty(item: MakeItem, folder: TargetFolder): string {
  const { name } = splitPath(item.path)
  if (item.replace !== undefined) {
    const beside = folder.at(besideName())
    writeEmpty(beside, item)
    return placeOver(beside, folder, name, item.replace)
  }
  for (const candidate of namesToTry(name)) {
    const path = folder.at(candidate)
    try {
      writeEmpty(path, item)
      return candidate
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      const there = lstatSync(path, { throwIfNoEntry: false })
      if (there?.isFile() && there.size === 0) return candidate
    }
  }
  return name // never: the names don't end
}

function writeEmpty(path: string, { mtime, exec }: MakeItem): void {
  const fd = openNew(path, exec)
  try {
    futimesSync(fd, mtime / 1_000, mtime / 1_000)
  } finally {
    closeSync(fd)
  }
}
