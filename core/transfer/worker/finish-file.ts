import { closeSync, constants, fsync, futimesSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { setExec } from './exec-mode.js'
import { writeError } from './file-error.js'
import { placeOver } from './place.js'
import type { TargetSpec } from './protocol.js'
import { splitPath, type TargetFolders } from './target-folders.js'

/** Sets a whole file's time and rights, syncs it, moves it to its place and syncs the folder; gives the name it got. */
export async function finishFile(tmp: string, target: TargetSpec, folders: TargetFolders): Promise<string> {
  const { inFolders, name } = splitPath(target.path)
  try {
    const fd = openSync(tmp, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
    try {
      setExec(fd, target.exec ?? false, `${tmp}.x`)
      futimesSync(fd, target.mtime / 1_000, target.mtime / 1_000)
      await promisify(fsync)(fd)
    } finally {
      closeSync(fd)
    }
    const folder = folders.open(target.base, inFolders)
    try {
      return placeOver(tmp, folder, name, target.replace)
    } finally {
      await new Promise<void>(resolve => folder.sync(() => resolve()))
    }
  } catch (error) {
    throw writeError(error, name)
  }
}
