import type { Failure, PauseReason } from '../api/index.js'
import type { ErrorCode } from '../errors/index.js'

/** What to do about an error of one entry. */
export type ErrorMeaning =
  /** It says nothing about the entry: ask again. */
  | 'ask-again'
  /** This source won't give it: ask another. */
  | 'refused'
  /** This source lies or breaks the protocol: no more of it in this transfer. */
  | 'drop-source'
  | 'disk-full'
  /** It can't be written here, whoever gives it. */
  | 'local'

/** What an error's code means for the download of an entry. */
export function meaningOf(code: ErrorCode): ErrorMeaning {
  switch (code) {
    case 'CONNECTION_LOST':
    case 'CLOSED':
    case 'TIMEOUT':
    case 'UNREACHABLE':
    case 'WORKER_LOST':
      return 'ask-again'
    case 'BAD_PIECE':
    case 'PROTOCOL_ERROR':
      return 'drop-source'
    case 'DISK_FULL':
      return 'disk-full'
    case 'UNWRITABLE':
    case 'BAD_PATH':
      return 'local'
    default:
      return 'refused'
  }
}

/** How work on a transfer ended, for now or for good. */
export type RunEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: Failure }
  | {
      readonly kind: 'waiting'
      readonly reason: Exclude<PauseReason, 'user'>
      readonly error?: Failure
    }

/** An entry that could not be had. */
export interface Missed {
  readonly name: string
  readonly code: ErrorCode
  readonly message: string
}

/** What tells most comes first. */
const ORDER: readonly ErrorCode[] = [
  'BAD_PIECE',
  'PROTOCOL_ERROR',
  'UNWRITABLE',
  'BAD_PATH',
  'SOURCE_CHANGED',
  'NOT_SHARED',
]

/** What becomes of a transfer of which everything is here but some entries that nobody gives. */
export function outcome(missed: readonly Missed[], owner: string): RunEnd {
  const worst = [...missed].sort((a, b) => rank(a.code) - rank(b.code))[0]
  if (!worst) return { kind: 'done' }
  const same = missed.filter(other => other.code === worst.code).length
  const which = same === 1 ? worst.name : `${worst.name} and ${same - 1} more`
  const error = { code: worst.code, message: sentence(worst, which, owner) }
  switch (worst.code) {
    case 'SOURCE_CHANGED':
      return { kind: 'waiting', reason: 'source-changed', error }
    case 'TOO_BUSY':
    case 'OFFLINE':
      return { kind: 'waiting', reason: 'nobody-online', error }
    default:
      return { kind: 'failed', error }
  }
}

function sentence({ code, message }: Missed, which: string, owner: string): string {
  switch (code) {
    case 'BAD_PIECE':
      return `What ${owner} sent for ${which} is not what was asked for. None of it was kept. Get it from someone else, or resume to try again.`
    case 'PROTOCOL_ERROR':
      return `${owner} sent something for ${which} that can't be understood. Resume to try again.`
    case 'SOURCE_CHANGED':
      return `${which} was changed at ${owner} since it was listed. Download it again to get what is there now.`
    case 'NOT_SHARED':
      return `${owner} does not share ${which} any more. Resume to ask again.`
    default:
      return message
  }
}

function rank(code: ErrorCode): number {
  const at = ORDER.indexOf(code)
  return at < 0 ? ORDER.length : at
}
