import { type ErrorCode, hasCode, isPeerError, PeerError } from '../errors/index.js'

const FINAL: ReadonlySet<ErrorCode> = new Set([
  'REPLACED',
  'NAME_TAKEN',
  'BAD_NAME',
  'BANNED',
  'NOT_ALLOWED',
  'BAD_SECRET',
  'WRONG_REGISTRY',
  'NOT_A_PEER',
])

/** Whether it is no use to come back after this: something must change first. */
export function isFinal({ code }: PeerError): boolean {
  return FINAL.has(code)
}

/** What a registry, or the way to it, ended a connection with, in words about registries. */
export function asRegistryError(error: unknown): PeerError {
  if (hasCode(error, 'WRONG_PEER'))
    return new PeerError(
      'WRONG_REGISTRY',
      'Another registry answers at this address. If it was set up anew, leave the registry and join it again.',
      { cause: error },
    )
  return isPeerError(error) ? error : new PeerError('INTERNAL', String(error), { cause: error })
}
