import { PeerError } from '../errors/index.js'

/** Bounds on a remote path; the wire's limits repeat them as its own constants. */
const MAX_PATH_BYTES = 4096
const MAX_PART_BYTES = 255
const MAX_PARTS = 64

/**
 * Why a path from another peer is refused, or undefined when it is well formed: parts joined by `/`, none
 * of them empty, `.`, `..`, with NUL or a lone surrogate, or over 255 bytes; 4 KiB and 64 parts at most.
 * Everything else is a real name somewhere and is kept as it is.
 */
export function remotePathFault(path: string): string | undefined {
  if (isOver(path, MAX_PATH_BYTES)) return 'is over 4 KiB'
  const parts = path.split('/')
  if (parts.length > MAX_PARTS) return 'has over 64 levels'
  for (const part of parts) {
    const fault = partFault(part)
    if (fault) return fault
  }
  return undefined
}

/** The same for one name. */
export function partFault(part: string): string | undefined {
  if (part === '') return 'has an empty part'
  if (part === '.' || part === '..') return `has the part "${part}"`
  if (part.includes('/')) return 'has a slash inside a name'
  if (part.includes('\0')) return 'has a NUL'
  if (!part.isWellFormed()) return 'is not valid Unicode'
  if (isOver(part, MAX_PART_BYTES)) return 'has a part over 255 bytes'
  return undefined
}

/** Whether a text has more bytes in UTF-8; most are so short that none need be counted. */
function isOver(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false
  return text.length > bytes || Buffer.byteLength(text) > bytes
}

/** Reads a path that a person gave; BAD_PATH if it is refused. The empty path is the share itself. */
export function parseRemotePath(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, '')
  if (path === '') return path
  const fault = remotePathFault(path)
  if (fault) throw new PeerError('BAD_PATH', `That path can't be used: it ${fault}.`)
  return path
}
