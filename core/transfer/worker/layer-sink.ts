import { HASH_BYTES, pieceCount } from '../../content/index.js'
import type { PeerError } from '../../errors/index.js'
import { protocolError } from '../../wire/index.js'
import type { PartialFile } from './partial-file.js'
import { badPiece, type SpanTally } from './piece-sink.js'
import type { Reports } from './reports.js'
import type { AnswerSink } from './source-link.js'

/** Gathers a file's piece layer, at most 1 MiB, and hands it over once the root proves it. */
export class LayerSink implements AnswerSink {
  readonly #file: PartialFile
  readonly #reports: Reports
  readonly #tally: SpanTally
  readonly #layer: Buffer
  #got = 0

  constructor(file: PartialFile, tools: { readonly reports: Reports; readonly tally: SpanTally }) {
    this.#file = file
    this.#reports = tools.reports
    this.#tally = tools.tally
    this.#layer = Buffer.alloc(pieceCount(file.spec.size) * HASH_BYTES)
  }

  bytes(offset: number, bytes: Buffer): void {
    if (offset !== this.#got || offset + bytes.length > this.#layer.length) {
      throw protocolError('chunk.offset', 'is not where the bytes before it ended')
    }
    bytes.copy(this.#layer, offset)
    this.#got += bytes.length
  }

  answered(): void {
    if (this.#got < this.#layer.length) throw protocolError('chunk', 'was left out')
    if (!this.#file.setLayer(this.#layer)) {
      this.#tally.done(badPiece(this.#file.spec.name))
      return
    }
    this.#reports.addNow({ kind: 'layer', file: this.#file.spec.file, layer: this.#layer })
    this.#tally.done()
  }

  refused(error: PeerError): void {
    this.#tally.done(error)
  }

  lost(error: PeerError): void {
    this.#tally.done(error)
  }
}
