import type { ErrorCode } from '../errors/index.js'

/** An error as data, ready to show. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}
