import type { PeerError } from '../../errors/index.js'
import { type FileAnswer, protocolError } from '../../wire/index.js'
import type { RootOfPath } from '../grant.js'
import type { AnswerSink } from './source-link.js'

/** Takes the answer to the question for a listed file's root. */
export class RootSink implements AnswerSink {
  readonly #settle: (found: RootOfPath | PeerError) => void

  constructor(settle: (found: RootOfPath | PeerError) => void) {
    this.#settle = settle
  }

  bytes(): void {
    throw protocolError('chunk', 'is no answer to what was asked')
  }

  answered({ root, size }: FileAnswer): void {
    if (root === undefined || size === undefined) throw protocolError('root', 'is missing')
    this.#settle({ root, size, mtime: 0 })
  }

  refused(error: PeerError): void {
    if (error.code !== 'PENDING') {
      this.#settle(error)
      return
    }
    const { done, total } = error.details
    const pending = {
      done: typeof done === 'number' ? done : 0,
      total: typeof total === 'number' ? total : 0,
    }
    this.#settle({ pending })
  }

  lost(error: PeerError): void {
    this.#settle(error)
  }
}
