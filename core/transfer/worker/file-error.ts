import { isPeerError, PeerError, systemCode } from '../../errors/index.js'

const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** What a failed file operation on our side means to the user: DISK_FULL, or UNWRITABLE with the system's code. */
export function writeError(error: unknown, what: string): PeerError {
  if (isPeerError(error)) return error
  const code = systemCode(error) ?? 'unknown'
  if (FULL.has(code)) {
    return new PeerError('DISK_FULL', `There is no room left for ${what}. Free some space.`, { cause: error })
  }
  return new PeerError(
    'UNWRITABLE',
    `${what} could not be written (${code}). Check the folder's permissions.`,
    {
      cause: error,
    },
  )
}
