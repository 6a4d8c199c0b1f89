import { closeSync, constants, futimesSync, lstatSync, openSync, readFileSync, unlinkSync } from 'node:fs'
import { systemCode } from '../../errors/index.js'
import { openAnew, openNew } from './exec-mode.js'
import type { FileSyncer } from './file-syncer.js'
import { writeAll } from './write-all.js'

const BLOCK_BYTES = 4096
const NOTHING = Buffer.alloc(BLOCK_BYTES)

/** What a small file is written with. */
export interface SmallFile {
  readonly bytes: Uint8Array
  readonly mtime: number
  /** Whether it may be executed. */
  readonly exec?: boolean
  readonly syncer: FileSyncer
  /** Called once when its bytes are synced or could not be, at once or later. */
  done(error: unknown): void
}

/** Writes a whole partial file with its time and syncs it. */
export function writeSmallFile(path: string, file: SmallFile): void {
  try {
    writeOpened(openAnew(path, file.exec), file)
  } catch (error) {
    file.done(error)
  }
}

/** The same at its place, if nothing is there: false, and nothing done, when something is. */
export function writeNewFile(path: string, file: SmallFile): boolean {
  try {
    const fd = openNew(path, file.exec)
    writeOpened(fd, {
      ...file,
      done(error) {
        if (error) removeQuietly(path)
        file.done(error)
      },
    })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    file.done(error)
    return true
  }
}

/** What lies where a small file goes, beside these bytes for it. */
export type ThereAlready = 'same' | 'torn' | 'other'

/**
 * `torn`: every block of it is one of these bytes or was never written, as a crash leaves what was being written;
 * replacing it loses nothing.
 */
export function lookAtPlace(path: string, bytes: Uint8Array): ThereAlready {
  const seen = lstatSync(path, { throwIfNoEntry: false })
  if (!seen?.isFile() || seen.size > bytes.length) return 'other'
  const there = readFileSync(path)
  if (there.length === bytes.length && there.equals(bytes)) return 'same'
  for (let at = 0; at < there.length; at += BLOCK_BYTES) {
    const block = there.subarray(at, at + BLOCK_BYTES)
    const isOurs = block.equals(bytes.subarray(at, at + block.length))
    if (!isOurs && !block.equals(NOTHING.subarray(0, block.length))) return 'other'
  }
  return 'torn'
}

/** Syncs what was written before, it may be by a run that a crash ended. */
export function syncFileAt(path: string, syncer: FileSyncer, done: (error: unknown) => void): void {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  syncer.syncFile(fd, error => {
    closeSync(fd)
    done(error)
  })
}

function writeOpened(fd: number, { bytes, mtime, syncer, done }: SmallFile): void {
  try {
    writeAll(fd, bytes, 0)
    futimesSync(fd, mtime / 1_000, mtime / 1_000)
  } catch (error) {
    closeSync(fd)
    done(error)
    return
  }
  syncer.syncFile(fd, error => {
    closeSync(fd)
    done(error)
  })
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // What could not be written may not be removable either; it is found torn later.
  }
}
