import { HASH_BYTES, pieceCount } from '../../content/index.js'
import { PeerError, toPlainError } from '../../errors/index.js'
import type { Identity } from '../../identity/index.js'
import type { RootOfPath } from '../grant.js'
import type { Span } from '../piece-map.js'
import type { Source } from '../plan.js'
import { BatchSink, type BatchTools } from './batch-sink.js'
import { type DataSocket, dialData } from './data-socket.js'
import { LayerSink } from './layer-sink.js'
import type { PartialFile } from './partial-file.js'
import { PieceBuffer } from './piece-buffer.js'
import { PieceSink, reportSpan, SpanTally, spanRequests } from './piece-sink.js'
import type { BatchSpec } from './protocol.js'
import { RootSink } from './root-sink.js'
import { SourceLink } from './source-link.js'

/** One data connection to one source, and all that is asked over it. */
export class DownloadLane {
  readonly #lane: number
  readonly #tools: BatchTools
  readonly #buffer = new PieceBuffer()
  readonly #link = new SourceLink(envelope => this.#socket?.send(envelope))
  #socket: DataSocket | undefined
  #ended: PeerError | undefined

  constructor(lane: number, tools: BatchTools) {
    this.#lane = lane
    this.#tools = tools
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
    const requests = spanRequests(file, span)
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
      const sink = new PieceSink(body, file, { buffer: this.#buffer, reports, tally })
      let bytes = 0
      for (let i = 0; i < body.count; i++) bytes += file.pieceLength(body.first + i)
      this.#link.ask({ body, bytes, transfer, sink })
    }
  }

  fetchBatch(batch: BatchSpec): void {
    const files = batch.files.map(({ root, size }) => ({ root, size }))
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    const sink = new BatchSink(batch, this.#lane, this.#buffer, this.#tools)
    this.#link.ask({ body: { want: 'files', files }, bytes, transfer: batch.transfer, sink })
  }

  askRoot(transfer: number, path: string): Promise<RootOfPath> {
    return new Promise((resolve, reject) => {
      const sink = new RootSink(found => (found instanceof Error ? reject(found) : resolve(found)))
      this.#link.ask({ body: { want: 'root', path }, bytes: 0, transfer, sink })
    })
  }

  cancel(transfer: number): void {
    this.#link.cancel(transfer, new PeerError('CLOSED', 'The transfer was stopped.'))
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  close(): void {
    this.#ended ??= new PeerError('CLOSED', 'The connection was closed.')
    this.#socket?.close()
  }

  #dial(identity: Identity, source: Source, host: string, port: number): Promise<DataSocket> {
    return dialData({
      identity,
      host,
      port,
      expect: source.id,
      handlers: {
        message: envelope => this.#link.message(envelope),
        bulk: slice => this.#link.bulk(slice),
        closed: error => this.#lost(error),
      },
    })
  }

  #lost(error: PeerError | undefined): void {
    const reason =
      error ?? this.#ended ?? new PeerError('CONNECTION_LOST', 'The source ended the connection.')
    this.#link.end(reason)
    this.#tools.reports.addNow({ kind: 'lane-lost', lane: this.#lane, error: toPlainError(reason) })
  }
}
