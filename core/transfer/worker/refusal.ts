import { type ErrorDetails, isErrorCode, PeerError } from '../../errors/index.js'
import { visibleName } from '../../paths/index.js'

/** The error that a source answered with; a code we don't know is INTERNAL. Its text is shown as it can be seen. */
export function refusal(error: {
  readonly code: string
  readonly message: string
  readonly details?: ErrorDetails | undefined
}): PeerError {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL'
  return new PeerError(code, visibleName(error.message), error.details ? { details: error.details } : {})
}
