import { createServer, type Server, type TLSSocket } from 'node:tls'
import { isPeerError, PeerError, systemCode } from '../../errors/index.js'
import { LIMITS, tlsServerOptions, verifyTls } from '../../wire/index.js'
import { serveWorker } from '../../workers/index.js'
import { CHUNK_BYTES, ChunkBuffers } from './chunk-buffer.js'
import { ConnectionCounts, type Counted } from './connection-counts.js'
import { DATA_CIPHERS, DataSocket } from './data-socket.js'
import { Grants } from './grants.js'
import { OpenFiles } from './open-files.js'
import type { UploadCalls, UploadQuestions, UploadWorkerOptions } from './protocol.js'
import { ServedPeer, type ServeTools } from './served-peer.js'

const SPARE_BUFFERS = 16
const SPARE_BIG_BUFFERS = 4

const counts = new ConnectionCounts()
/** Connections by their remote address and port: what is counted when it comes is known again after TLS. */
const counted = new Map<string, Counted>()
const sockets = new Set<{ destroy(): void }>()
let server: Server | undefined

const main = serveWorker<UploadQuestions, UploadCalls>({
  async listen(options) {
    server = await listen(options)
    const address = server.address()
    return typeof address === 'object' && address ? address.port : options.port
  },
  revoke(root) {
    tools.grants.revoke(root)
    tools.files.closeAll()
  },
  async close() {
    const closed = new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
    tools.files.closeAll()
  },
})

const tools: ServeTools = {
  main,
  grants: new Grants(),
  files: new OpenFiles(),
  buffers: new ChunkBuffers({ mostBytes: CHUNK_BYTES, spare: SPARE_BUFFERS }),
  bigBuffers: new ChunkBuffers({ mostBytes: LIMITS.chunkBytes, spare: SPARE_BIG_BUFFERS }),
  now: () => performance.now(),
}

function listen({ identity, host, port }: UploadWorkerOptions): Promise<Server> {
  const listening = createServer({ ...tlsServerOptions(identity), ciphers: DATA_CIPHERS })
  listening.on('connection', socket => {
    const place = counts.enter(socket.remoteAddress ?? '')
    if (!place) return socket.destroy()
    const key = `${socket.remoteAddress} ${socket.remotePort}`
    counted.set(key, place)
    sockets.add(socket)
    socket.on('error', () => {})
    return socket.once('close', () => {
      place.leave()
      counted.delete(key)
      sockets.delete(socket)
    })
  })
  listening.on('tlsClientError', (_error, socket) => socket.destroy())
  listening.on('secureConnection', socket => {
    try {
      accept(socket, counted.get(`${socket.remoteAddress} ${socket.remotePort}`))
    } catch {
      // Whoever it is, it is none of us.
      socket.destroy()
    }
  })
  return new Promise((resolve, reject) => {
    listening.once('error', error => reject(cantListen(port, error)))
    listening.listen(port, host, () => resolve(listening))
  })
}

function accept(socket: TLSSocket, place: Counted | undefined): void {
  const late = setTimeout(() => socket.destroy(), LIMITS.helloMs)
  const peer = verifyTls(socket)
  const data = new DataSocket(
    socket,
    peer,
    {
      message: envelope => served.message(envelope),
      closed: () => clearTimeout(late),
    },
    () => {
      clearTimeout(late)
      if (place?.name(peer)) data.sayHello()
      else data.close(new PeerError('TOO_BUSY', 'You have too many connections to this peer.'))
    },
  )
  const served = new ServedPeer(data, tools)
  socket.on('data', bytes => data.push(bytes))
}

function cantListen(port: number, error: unknown): PeerError {
  if (isPeerError(error)) return error
  const busy = systemCode(error) === 'EADDRINUSE'
  return new PeerError(
    busy ? 'PORT_BUSY' : 'INTERNAL',
    busy ? `Port ${port} is in use by another program.` : `Port ${port} can't be listened on.`,
    { cause: error },
  )
}
