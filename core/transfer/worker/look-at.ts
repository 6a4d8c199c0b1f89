import { lstatSync } from 'node:fs'
import { stampOf } from '../../content/index.js'
import { toPlainError } from '../../errors/index.js'
import { writeError } from './file-error.js'
import { namesToTry } from './place.js'
import type { Looked, LookItem, Seen } from './protocol.js'
import { splitPath, type TargetFolder, type TargetFolders } from './target-folders.js'

/** Numbered names that are looked at. */
const MOST_NAMES = 32

/** Looks what is at the places of entries; no file is opened, and no link below the base is followed. */
export function lookAt(base: string, items: readonly LookItem[], folders: TargetFolders): Looked[] {
  return items.map(({ entry, path }) => {
    const { inFolders, name } = splitPath(path)
    try {
      return { entry, there: seenAt(folders.open(base, inFolders), name) }
    } catch (error) {
      return { entry, there: [], error: toPlainError(writeError(error, name)) }
    }
  })
}

function seenAt(folder: TargetFolder, name: string): Seen[] {
  const there: Seen[] = []
  for (const candidate of namesToTry(name)) {
    const seen = lstatSync(folder.look(candidate), { throwIfNoEntry: false })
    if (!seen || there.length === MOST_NAMES) break
    const kind = seen.isFile() ? 'file' : 'other'
    there.push({ name: candidate, kind, size: seen.size, stamp: stampOf(seen) })
  }
  return there
}
