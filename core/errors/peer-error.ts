import { type ErrorCode, isErrorCode } from './codes.js'

/** What further facts an error carries for programs: plain values only, never secrets. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

/**
 * The one error of tsPeer: a stable `code`, a `message` that tells a person what happened and what to do,
 * and the `cause`. Recognise it by `isPeerError`, never by `instanceof`: NW.js has two realms.
 */
export class PeerError extends Error {
  override readonly name = 'PeerError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/** Whether a caught value is a PeerError, from any realm or revived from plain data. */
export function isPeerError(value: unknown): value is PeerError {
  if (typeof value !== 'object' || value === null) return false
  const error = value as { name?: unknown; code?: unknown }
  return error.name === 'PeerError' && isErrorCode(error.code)
}

/** Whether a caught value is a PeerError with this code. */
export function hasCode(value: unknown, code: ErrorCode): boolean {
  return isPeerError(value) && value.code === code
}

/** The `code` of a Node system error such as ENOENT, or undefined. */
export function systemCode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const code = (value as { code?: unknown }).code
  return typeof code === 'string' ? code : undefined
}

/** An error in a form that any channel can carry: the wire, a worker, the bridge. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly details?: ErrorDetails
}

/** Turns what was caught into plain data; what is not a PeerError becomes INTERNAL, its text kept. */
export function toPlainError(value: unknown): PlainError {
  if (isPeerError(value)) return { code: value.code, message: value.message, details: value.details }
  return { code: 'INTERNAL', message: value instanceof Error ? value.message : String(value) }
}

/** The PeerError that `toPlainError` took apart. */
export function fromPlainError(plain: PlainError): PeerError {
  return new PeerError(plain.code, plain.message, plain.details ? { details: plain.details } : {})
}
