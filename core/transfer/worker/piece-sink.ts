import { pieceBytes } from '../../content/index.js'
import { PeerError, toPlainError } from '../../errors/index.js'
import { type FileRequest, LIMITS, protocolError } from '../../wire/index.js'
import type { Span } from '../piece-map.js'
import type { PartialFile } from './partial-file.js'
import type { PieceBuffer } from './piece-buffer.js'
import type { Reports } from './reports.js'
import type { AnswerSink } from './source-link.js'

/** How much is asked for at once; a piece that is longer, alone. */
export const REQUEST_BYTES = 4 * 1024 * 1024

/** What follows the last request of a span. */
interface SpanEnd {
  readonly lane: number
  readonly span: Span
}

/** Cuts a span into requests of at most so many bytes, or of one piece. */
export function spanRequests(
  file: PartialFile,
  span: Span,
  mostBytes: number,
): Extract<FileRequest, { want: 'pieces' }>[] {
  const { root, size } = file.spec
  const most = Math.min(LIMITS.requestPieces, Math.max(1, Math.floor(mostBytes / pieceBytes(size))))
  const requests: Extract<FileRequest, { want: 'pieces' }>[] = []
  for (let done = 0; done < span.count; done += most) {
    const count = Math.min(most, span.count - done)
    requests.push({ want: 'pieces', root, size, first: span.first + done, count })
  }
  return requests
}

/** Tells that a span has ended once all of its requests have, with the first reason if any failed. */
export class SpanTally {
  #left: number
  #error: PeerError | undefined
  readonly #end: (error: PeerError | undefined) => void

  constructor(requests: number, end: (error: PeerError | undefined) => void) {
    this.#left = requests
    this.#end = end
  }

  /** One of its requests has ended. */
  done(error?: PeerError): void {
    this.#error ??= error
    if (--this.#left === 0) this.#end(this.#error)
  }
}

/** Reports the end of a span. */
export function reportSpan(reports: Reports, file: PartialFile, { lane, span }: SpanEnd) {
  return (error: PeerError | undefined): void => {
    reports.addNow({
      kind: 'span-done',
      lane,
      file: file.spec.file,
      span,
      ...(error && { error: toPlainError(error) }),
    })
  }
}

/**
 * Takes the bytes of some pieces, which must come in order and without a gap: hashes each leaf while it is warm,
 * and writes a piece once it is proved. A piece that is wrong is told when the answer came, for the source may
 * say that its file changed.
 */
export class PieceSink implements AnswerSink {
  readonly #lane: number
  readonly #file: PartialFile
  readonly #buffer: PieceBuffer
  readonly #reports: Reports
  readonly #tally: SpanTally
  readonly #end: number
  #piece: number
  #piecesLeft: number
  #at: number
  #wrong = 0
  #isNew = true

  constructor(
    request: Extract<FileRequest, { want: 'pieces' }>,
    file: PartialFile,
    tools: {
      readonly lane: number
      readonly buffer: PieceBuffer
      readonly reports: Reports
      readonly tally: SpanTally
    },
  ) {
    this.#lane = tools.lane
    this.#file = file
    this.#buffer = tools.buffer
    this.#reports = tools.reports
    this.#tally = tools.tally
    this.#piece = request.first
    this.#piecesLeft = request.count
    this.#at = request.first * pieceBytes(request.size)
    this.#end = Math.min((request.first + request.count) * pieceBytes(request.size), request.size)
  }

  bytes(offset: number, bytes: Buffer): void {
    // What a request before this one left behind is not ours.
    if (this.#isNew) this.#buffer.clear()
    this.#isNew = false
    if (offset !== this.#at || offset + bytes.length > this.#end) {
      throw protocolError('chunk.offset', 'is not where the bytes before it ended')
    }
    this.#at += bytes.length
    this.#reports.fetched(this.#lane, this.#file.spec.transfer, bytes.length)
    for (let taken = 0; taken < bytes.length; ) taken += this.#take(bytes, taken)
  }

  answered(): void {
    if (this.#piecesLeft > 0) throw protocolError('chunk', 'was left out')
    this.#tally.done(this.#verdict())
  }

  refused(error: PeerError): void {
    this.#throwAway()
    this.#tally.done(error)
  }

  lost(error: PeerError): void {
    this.#throwAway()
    this.#tally.done(this.#verdict() ?? error)
  }

  /** Part of a piece is of no use. */
  #throwAway(): void {
    if (this.#isNew || this.#buffer.length === 0) return
    this.#reports.fetched(this.#lane, this.#file.spec.transfer, 0, this.#buffer.length)
    this.#buffer.clear()
  }

  #verdict(): PeerError | undefined {
    return this.#wrong > 0 ? badPiece(this.#file.spec.name) : undefined
  }

  #take(bytes: Buffer, from: number): number {
    const length = this.#file.pieceLength(this.#piece)
    if (this.#buffer.length === 0) this.#buffer.begin(length)
    const taken = this.#buffer.add(bytes, from)
    if (this.#buffer.length === length) this.#complete(length)
    return taken
  }

  #complete(length: number): void {
    const { spec } = this.#file
    if (this.#file.isRight(this.#piece, this.#buffer.digest(pieceBytes(spec.size)))) {
      this.#file.write(this.#piece, this.#buffer.bytes)
    } else {
      this.#wrong++
      this.#reports.fetched(this.#lane, spec.transfer, 0, length)
    }
    this.#buffer.clear()
    this.#piece++
    this.#piecesLeft--
  }
}

/** The error of bytes that are not what the root names. */
export function badPiece(name: string): PeerError {
  return new PeerError('BAD_PIECE', `What came for ${name} is not what was asked for. None of it was kept.`)
}
