import { closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs'
import { sep } from 'node:path'
import { PeerError, systemCode } from '../../errors/index.js'
import type { Grant } from '../grant.js'

// O_NONBLOCK: opening a FIFO that was swapped in must not wait for a writer. Windows has neither flag.
const OPEN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const LINUX = process.platform === 'linux'

/** The stat fields that make a file the one that was listed. */
interface Seen {
  isFile(): boolean
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
}

/**
 * Opens a granted file and checks the open handle: the very file that was listed, unchanged, inside the folder
 * it was granted from. Anything else is SOURCE_CHANGED, whatever it is now.
 */
export function openGranted(grant: Grant): number {
  const fd = openOrChanged(grant.path)
  try {
    if (!isUnchanged(fd, grant)) throw sourceChanged()
    if (LINUX && !isInside(readlinkSync(`/proc/self/fd/${fd}`), grant.within)) throw sourceChanged()
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Whether an open handle is still what the grant says. */
export function isUnchanged(fd: number, grant: Grant): boolean {
  const seen: Seen = fstatSync(fd, { bigint: true })
  return (
    seen.isFile() &&
    String(seen.size) === String(grant.size) &&
    String(seen.mtimeNs) === grant.mtimeNs &&
    String(seen.ino) === grant.ino &&
    String(seen.dev) === grant.dev
  )
}

/** The error of a file that is not what was listed any more. */
export function sourceChanged(): PeerError {
  return new PeerError('SOURCE_CHANGED', 'The file was changed or removed by its owner since it was listed.')
}

function openOrChanged(path: string): number {
  try {
    return openSync(path, OPEN)
  } catch (error) {
    switch (systemCode(error)) {
      case 'ENOENT':
      case 'ELOOP':
      case 'ENOTDIR':
      case 'ENXIO':
      case 'EISDIR':
        throw sourceChanged()
      case 'EMFILE':
      case 'ENFILE':
        throw new PeerError('TOO_BUSY', 'The owner has too many files open just now. Try again.')
      default:
        throw new PeerError('UNREADABLE', "The file can't be read at its owner just now.", { cause: error })
    }
  }
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`) || path === folder
}
