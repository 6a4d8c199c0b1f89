/**
 * The stable codes of everything that can go wrong in use. Programs branch on a code, people read the
 * sentence; a code is never renamed or given another meaning.
 */
export const ERROR_CODES = [
  // input
  'BAD_INPUT',
  'BAD_NAME',
  'BAD_ID',
  'BAD_PATH',
  'NOT_FOUND',
  'AMBIGUOUS',
  // home and store
  'HOME_IN_USE',
  'STORE_CORRUPT',
  'STORE_FAILED',
  'IDENTITY_CORRUPT',
  // network
  'PORT_BUSY',
  'UNREACHABLE',
  'TIMEOUT',
  'CONNECTION_LOST',
  'WRONG_PEER',
  'WRONG_REGISTRY',
  'NOT_A_PEER',
  'PROTOCOL_ERROR',
  'UNSUPPORTED',
  'TOO_BUSY',
  'REPLACED',
  'NO_REGISTRY',
  'OFFLINE',
  // trust
  'BLOCKED',
  'KEY_CHANGED',
  'BAD_PASSPHRASE',
  // registry
  'NAME_TAKEN',
  'BANNED',
  'NOT_ALLOWED',
  'BAD_SECRET',
  'OVER_QUOTA',
  'STALE_VERSION',
  // files
  'NOT_SHARED',
  'PENDING',
  'SOURCE_CHANGED',
  'BAD_PIECE',
  'FILE_CHANGED',
  'UNREADABLE',
  'UNWRITABLE',
  'DISK_FULL',
  'TARGET_EXISTS',
  'JOURNAL_CORRUPT',
  'DECLINED',
  // chat
  'CLOCK_AHEAD',
  // the rest
  'CLOSED',
  'WORKER_LOST',
  'INTERNAL',
] as const

/** One of the stable error codes. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Whether a text from outside is a code we know. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && (ERROR_CODES as readonly string[]).includes(text)
}
