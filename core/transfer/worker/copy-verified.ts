import { closeSync, constants, fchmodSync, fstatSync, openSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { factsOfOpen, type OpenFile } from '../../content/index.js'
import type { Root } from '../../manifest/index.js'
import { writeError } from './file-error.js'
import { opened, type Progress, rootOfOpen } from './read-root.js'
import { writeAll } from './write-all.js'

/** Smaller files are copied faster than shared. */
const CLONE_BYTES = 64 * 1024
const MAKE_NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/**
 * Makes `to` a copy of the file at `from`, sharing its blocks where the file system can, never linked to it: editing
 * one leaves the other. Whether it has this root, which is read from what the copy is made of; if not, there is no
 * copy. DISK_FULL or UNWRITABLE when it can't be written.
 */
export async function copyVerified(
  from: string,
  to: string,
  { root, size, progress }: { root: Root; size: number; progress: Progress },
): Promise<boolean> {
  const source = opened(from)
  if (!source) return false
  let isRight = false
  try {
    if (source.facts.size !== size) return false
    rmSync(to, { force: true })
    const found = (await clone(source, to, progress)) ?? (await copy(source, to, progress))
    isRight = found === root
    return isRight
  } finally {
    closeSync(source.fd)
    if (!isRight) rmSync(to, { force: true })
  }
}

/** A copy that shares blocks, and what its root is; undefined where the file system can't, or it is not worth it. */
async function clone(source: OpenFile, to: string, progress: Progress): Promise<Root | 'other' | undefined> {
  if (source.facts.size < CLONE_BYTES || process.platform !== 'linux') return undefined
  const fd = make(to)
  try {
    const { mode } = fstatSync(fd)
    try {
      await copyFile(`/proc/self/fd/${source.fd}`, to, constants.COPYFILE_FICLONE_FORCE)
    } catch {
      rmSync(to, { force: true })
      return undefined // this file system does not share blocks
    }
    // The copy has got the mode of its source: a received file is executable only if the person wants that.
    fchmodSync(fd, mode & 0o777)
    return (await rootOfOpen({ fd, facts: factsOfOpen(fd) }, progress)) ?? 'other'
  } finally {
    closeSync(fd)
  }
}

async function copy(source: OpenFile, to: string, progress: Progress): Promise<Root | 'other'> {
  const fd = make(to)
  try {
    const write = (bytes: Buffer, offset: number) => {
      try {
        writeAll(fd, bytes, offset)
      } catch (error) {
        throw writeError(error, 'a copy')
      }
    }
    return (await rootOfOpen(source, progress, write)) ?? 'other'
  } finally {
    closeSync(fd)
  }
}

function make(path: string): number {
  try {
    return openSync(path, MAKE_NEW, 0o666)
  } catch (error) {
    throw writeError(error, 'a copy')
  }
}
