import { closeSync, constants, fchmodSync, fstatSync, openSync, unlinkSync } from 'node:fs'
import { systemCode } from '../../errors/index.js'

const MAKE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
const EXEC_BITS = 0o111

/** Opens a new file; the system masks its mode as for all that the user's programs make. */
export function openNew(path: string, exec = false): number {
  return openSync(path, MAKE_NEW, exec ? 0o777 : 0o666)
}

/** Opens a file anew: what an earlier run left there goes, with the rights that it had. */
export function openAnew(path: string, exec?: boolean): number {
  try {
    return openNew(path, exec)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    unlinkSync(path)
    return openNew(path, exec)
  }
}

/** Makes an open file one that may be executed, or not; `beside` is a free path next to it. */
export function setExec(fd: number, exec: boolean, beside: string): void {
  if (process.platform === 'win32') return
  const { mode } = fstatSync(fd)
  const wanted = exec ? mode | (newMode(beside) & EXEC_BITS) : mode & ~EXEC_BITS
  if (wanted !== mode) fchmodSync(fd, wanted & 0o7777)
}

/** What the system makes of the right to execute a new file: to ask for the mask itself would set it for all threads. */
function newMode(path: string): number {
  const fd = openAnew(path, true)
  try {
    return fstatSync(fd).mode
  } finally {
    closeSync(fd)
    unlinkSync(path)
  }
}
