import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
} from 'node:fs'
import { stampOf } from '../../content/index.js'
import { systemCode } from '../../errors/index.js'
import { numberedNames } from '../../paths/index.js'
import type { Replace } from './protocol.js'
import type { TargetFolder } from './target-folders.js'

/** What a file system without hard links says. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'UNKNOWN'])

/**
 * Moves a whole, synced file to a name in a folder without ever replacing anything: where the name is taken,
 * to the next free one. `isSame` may look at what is there and say that it is this very content already.
 * Gives the name.
 */
export function place(
  tmp: string,
  folder: TargetFolder,
  name: string,
  isSame: (path: string) => boolean = () => false,
): string {
  for (const candidate of namesToTry(name)) {
    const target = folder.at(candidate)
    if (moveInto(tmp, folder, target)) return candidate
    if (isSameFile(tmp, target) || isSame(target)) {
      unlinkSync(tmp)
      return candidate
    }
  }
  return name // never: the names don't end
}

/**
 * The same, but takes the place of a file that may be replaced, at once and never through a link: whoever opens
 * the name finds the old file or the new one. A folder, or a file that is another by now, stays.
 */
export function placeOver(
  tmp: string,
  folder: TargetFolder,
  name: string,
  replace: Replace | undefined,
): string {
  if (replace === undefined || !mayReplace(folder.at(name), replace)) return place(tmp, folder, name)
  const target = folder.at(name)
  if (isSameFile(tmp, target)) unlinkSync(tmp)
  else moveOver(tmp, folder, target)
  return name
}

function mayReplace(target: string, replace: Replace): boolean {
  const seen = lstatSync(target, { throwIfNoEntry: false })
  if (!seen) return false
  if (replace === 'any') return seen.isFile() || seen.isSymbolicLink()
  return seen.isFile() && stampOf(seen) === replace.stamp
}

function moveOver(tmp: string, folder: TargetFolder, target: string): void {
  try {
    renameSync(tmp, target)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    const copy = folder.at(besideName())
    copyFileSync(tmp, copy, constants.COPYFILE_EXCL)
    try {
      syncPath(copy)
      renameSync(copy, target)
    } finally {
      rmSync(copy, { force: true })
    }
    unlinkSync(tmp)
  }
}

/** A hidden name in the target's folder, for what is on its way to its place. */
export function besideName(): string {
  return `.tspeer-${randomBytes(8).toString('hex')}`
}

/** The name, then `name (2)` and so on. */
export function* namesToTry(name: string): Generator<string> {
  yield name
  yield* numberedNames(name)
}

/** Whether it was moved; false when there is something at the target. */
function moveInto(tmp: string, folder: TargetFolder, target: string): boolean {
  try {
    linkSync(tmp, target)
  } catch (error) {
    const code = systemCode(error) ?? ''
    if (code === 'EEXIST') return false
    if (code === 'EXDEV') return copyInto(tmp, folder, target)
    if (NO_LINKS.has(code)) return renameInto(tmp, target)
    throw error
  }
  unlinkSync(tmp)
  return true
}

/** Without links: an empty file of that name first, made only if absent, then the real one in its place. */
function renameInto(tmp: string, target: string): boolean {
  if (!makePlaceholder(target)) return false
  renameSync(tmp, target)
  return true
}

/** Across file systems, which the choice of the partial file's place should have avoided: a copy is moved. */
function copyInto(tmp: string, folder: TargetFolder, target: string): boolean {
  const copy = folder.at(besideName())
  copyFileSync(tmp, copy, constants.COPYFILE_EXCL)
  try {
    syncPath(copy)
    if (!moveInto(copy, folder, target)) return false
  } finally {
    rmSync(copy, { force: true })
  }
  unlinkSync(tmp)
  return true
}

function syncPath(path: string): void {
  const fd = openSync(path, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function makePlaceholder(target: string): boolean {
  try {
    closeSync(openSync(target, 'wx'))
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** A crash between link and unlink leaves one file with two names. */
function isSameFile(tmp: string, target: string): boolean {
  const one = lstatSync(tmp, { bigint: true })
  const other = lstatSync(target, { bigint: true, throwIfNoEntry: false })
  return other !== undefined && one.dev === other.dev && one.ino === other.ino
}
