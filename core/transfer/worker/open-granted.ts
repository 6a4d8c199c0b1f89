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

/**
 * Opens many granted files, of which neighbours mostly lie in one folder: on Linux each is opened through a handle
 * of that folder, which is looked at once. What comes is not checked yet: `isUnchanged` must say so of the handle
 * after its bytes were read. `close` lets go of the folder; meanwhile it is the one it was, wherever it is moved.
 */
export class GrantedFiles {
  #folder: { readonly path: string; readonly within: string; readonly fd: number } | undefined

  open(grant: Grant): number {
    if (!LINUX || grant.path === grant.within) return openGranted(grant)
    const name = grant.path.slice(grant.path.lastIndexOf('/') + 1)
    return openOrChanged(`/proc/self/fd/${this.#folderOf(grant)}/${name}`)
  }

  close(): void {
    if (this.#folder) closeSync(this.#folder.fd)
    this.#folder = undefined
  }

  #folderOf({ path, within }: Grant): number {
    const folder = path.slice(0, path.lastIndexOf('/'))
    if (this.#folder?.path === folder && this.#folder.within === within) return this.#folder.fd
    this.close()
    const fd = openOrChanged(folder, constants.O_DIRECTORY)
    try {
      if (!isInside(readlinkSync(`/proc/self/fd/${fd}`), within)) throw sourceChanged()
    } catch (error) {
      closeSync(fd)
      throw error
    }
    this.#folder = { path: folder, within, fd }
    return fd
  }
}

/** Whether an open handle is still what the grant says; a file that is being fetched grows, but is no other. */
export function isUnchanged(fd: number, grant: Grant): boolean {
  const seen: Seen = fstatSync(fd, { bigint: true })
  return (
    seen.isFile() &&
    (grant.partial || String(seen.size) === String(grant.size)) &&
    (grant.partial || String(seen.mtimeNs) === grant.mtimeNs) &&
    String(seen.ino) === grant.ino &&
    String(seen.dev) === grant.dev
  )
}

/** The error of a file that is not what was listed any more. */
export function sourceChanged(): PeerError {
  return new PeerError('SOURCE_CHANGED', 'The file was changed or removed by its owner since it was listed.')
}

function openOrChanged(path: string, more = 0): number {
  try {
    return openSync(path, OPEN | more)
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
