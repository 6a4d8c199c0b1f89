import { pieceCount } from '../../content/index.js'
import type { PeerError } from '../../errors/index.js'
import { type FileAnswer, protocolError } from '../../wire/index.js'
import type { AnswerSink } from './source-link.js'

/** Takes the answer to the question which pieces of a file a source has. */
export class HaveSink implements AnswerSink {
  readonly #bytes: number
  readonly #settle: (found: Uint8Array | PeerError) => void

  constructor(size: number, settle: (found: Uint8Array | PeerError) => void) {
    this.#bytes = Math.ceil(pieceCount(size) / 8)
    this.#settle = settle
  }

  bytes(): void {
    throw protocolError('chunk', 'is no answer to what was asked')
  }

  answered({ have }: FileAnswer): void {
    if (have?.length !== this.#bytes) throw protocolError('have', 'is not a bit for each piece')
    this.#settle(have)
  }

  refused(error: PeerError): void {
    this.#settle(error)
  }

  lost(error: PeerError): void {
    this.#settle(error)
  }
}
