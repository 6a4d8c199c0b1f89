import { closeSync, constants, futimesSync, openSync } from 'node:fs'
import type { FileSyncer } from './file-syncer.js'
import { writeAll } from './write-all.js'

const MAKE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0)

/** Writes a whole partial file with its time and syncs it. `done` is called once, here or later. */
export function writeSmallFile(
  path: string,
  bytes: Uint8Array,
  { mtime, syncer, done }: { mtime: number; syncer: FileSyncer; done: (error: unknown) => void },
): void {
  let fd: number | undefined
  try {
    const opened = openSync(path, MAKE, 0o666)
    fd = opened
    writeAll(opened, bytes, 0)
    futimesSync(opened, mtime / 1_000, mtime / 1_000)
    syncer.syncFile(opened, error => {
      closeSync(opened)
      done(error)
    })
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    done(error)
  }
}
