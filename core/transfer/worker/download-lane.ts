import { HASH_BYTES, pieceCount } from '../../content/index.js'
import { PeerError, toPlainError } from '../../errors/index.js'
import type { Identity, PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import type { RootOfPath } from '../grant.js'
import type { Loans, Paces } from '../limits/pacing.js'
import type { Span } from '../piece-map.js'
import type { Source } from '../plan.js'
import { BatchSink, type BatchTools } from './batch-sink.js'
import { type DataSocket, dialData } from './data-socket.js'
import { HaveSink } from './have-sink.js'
import { LayerSink } from './layer-sink.js'
import type { PartialFile } from './partial-file.js'
import { PieceBuffer } from './piece-buffer.js'
import { PieceSink, REQUEST_BYTES, reportSpan, SpanTally, spanRequests } from './piece-sink.js'
import type { AskedRoot, BatchSpec } from './protocol.js'
import { ReadPace } from './read-pace.js'
import { RootSink } from './root-sink.js'
import { SourceLink, WINDOW_BYTES } from './source-link.js'

/** How much may be under way from a paced source: what comes in so long, s. */
const PACED_WINDOW_S = 1

/** What a lane shares with the others of its worker. */
export interface LaneTools extends BatchTools {
  readonly paces: Paces
  readonly loans: Loans
}

/** One data connection to one source, and all that is asked over it. */
export class DownloadLane {
  readonly #lane: number
  readonly #tools: LaneTools
  readonly #buffer = new PieceBuffer()
  readonly #pace: ReadPace
  readonly #link = new SourceLink(
    envelope => this.#socket?.send(envelope),
    () => this.#mostBytes(WINDOW_BYTES),
  )
  #socket: DataSocket | undefined
  #ended: PeerError | undefined
  /** Too much is written and not synced. */
  #paused = false

  constructor(lane: number, source: PeerId, tools: LaneTools) {
    this.#lane = lane
    this.#tools = tools
    this.#pace = new ReadPace(source, { ...tools, changed: () => this.#flow() })
  }

  /** Dials the source at each address and port until one answers; rejects with the last reason. */
  async connect(identity: Identity, source: Source, firstPort: number): Promise<void> {
    const ports = source.dataPorts.map(
      (_, i) => source.dataPorts[(firstPort + i) % source.dataPorts.length] ?? 0,
    )
    let reason = new PeerError('UNREACHABLE', `${source.name} gave no address for files.`)
    for (const host of source.hosts) {
      for (const port of ports) {
        try {
          this.#socket = await this.#dial(identity, source, host, port)
          if (this.#ended) this.#socket.close()
          return
        } catch (error) {
          reason = error as PeerError
        }
      }
    }
    throw reason
  }

  fetchSpan(file: PartialFile, span: Span, withLayer: boolean): void {
    this.#pace.begin()
    const requests = spanRequests(file, span, this.#mostBytes(REQUEST_BYTES))
    const end = reportSpan(this.#tools.reports, file, { lane: this.#lane, span })
    const tally = new SpanTally(requests.length + (withLayer ? 1 : 0), end)
    const { transfer, root, size } = file.spec
    const { reports } = this.#tools
    if (withLayer) {
      const sink = new LayerSink(file, { reports, tally })
      this.#link.ask({
        body: { want: 'layer', root, size },
        bytes: pieceCount(size) * HASH_BYTES,
        transfer,
        sink,
      })
    }
    for (const body of requests) {
      const sink = new PieceSink(body, file, { lane: this.#lane, buffer: this.#buffer, reports, tally })
      let bytes = 0
      for (let i = 0; i < body.count; i++) bytes += file.pieceLength(body.first + i)
      this.#link.ask({ body, bytes, transfer, sink })
    }
  }

  fetchBatch(batch: BatchSpec): void {
    this.#pace.begin()
    const files = batch.files.map(({ root, size }) => ({ root, size }))
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    const sink = new BatchSink(batch, this.#lane, this.#buffer, this.#tools)
    this.#link.ask({ body: { want: 'files', files }, bytes, transfer: batch.transfer, sink })
  }

  askRoot({ transfer, ...asked }: AskedRoot): Promise<RootOfPath> {
    return new Promise((resolve, reject) => {
      const sink = new RootSink(found => (found instanceof Error ? reject(found) : resolve(found)))
      this.#link.ask({ body: { want: 'root', ...asked }, bytes: 0, transfer, sink })
    })
  }

  askHave(transfer: number, root: Root, size: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const sink = new HaveSink(size, found => (found instanceof Error ? reject(found) : resolve(found)))
      this.#link.ask({ body: { want: 'have', root, size }, bytes: 0, transfer, sink })
    })
  }

  cancel(transfer: number): void {
    const error = new PeerError('CLOSED', 'The transfer was stopped.')
    this.#link.cancel(asked => asked.transfer === transfer, error)
    // What still comes is counted, but nothing waits for it.
    if (this.#link.unwanted) this.#pace.letPass()
  }

  /** Drops requests all of whose pieces are among these. */
  cancelPieces(root: Root, pieces: ReadonlySet<number>): void {
    const error = new PeerError('CLOSED', 'Another source was faster.')
    this.#link.cancel(({ body }) => {
      if (body.want !== 'pieces' || body.root !== root) return false
      for (let i = 0; i < body.count; i++) if (!pieces.has(body.first + i)) return false
      return true
    }, error)
    if (this.#link.unwanted) this.#pace.letPass()
  }

  pause(): void {
    this.#paused = true
    this.#flow()
  }

  resume(): void {
    this.#paused = false
    this.#flow()
  }

  paceChanged(): void {
    this.#pace.changed()
  }

  close(): void {
    this.#ended ??= new PeerError('CLOSED', 'The connection was closed.')
    this.#socket?.close()
  }

  #flow(): void {
    if (this.#paused || this.#pace.holds) this.#socket?.pause()
    else this.#socket?.resume()
  }

  #mostBytes(unpaced: number): number {
    return Math.min(unpaced, (this.#pace.bytesASecond ?? Number.POSITIVE_INFINITY) * PACED_WINDOW_S)
  }

  #dial(identity: Identity, source: Source, host: string, port: number): Promise<DataSocket> {
    return dialData({
      identity,
      host,
      port,
      expect: source.id,
      handlers: {
        message: envelope => {
          this.#link.message(envelope)
          if (this.#link.idle) this.#pace.end()
        },
        bulk: slice => {
          this.#pace.count(slice.bytes.length)
          this.#link.bulk(slice)
        },
        closed: error => this.#lost(error),
      },
    })
  }

  #lost(error: PeerError | undefined): void {
    const reason =
      error ?? this.#ended ?? new PeerError('CONNECTION_LOST', 'The source ended the connection.')
    this.#link.end(reason)
    this.#pace.end()
    this.#tools.reports.addNow({ kind: 'lane-lost', lane: this.#lane, error: toPlainError(reason) })
  }
}
