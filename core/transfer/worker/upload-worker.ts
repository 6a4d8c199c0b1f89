import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { isPeerError, PeerError, systemCode } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import { Admission, isLoopback, LIMITS, tlsServerOptions, verifyTls } from '../../wire/index.js'
import { serveWorker } from '../../workers/index.js'
import { type Loans, Paces } from '../limits/pacing.js'
import { CHUNK_BYTES, ChunkBuffers } from './chunk-buffer.js'
import { DATA_CIPHERS, DataSocket } from './data-socket.js'
import { Grants } from './grants.js'
import { OpenFiles } from './open-files.js'
import { PacedSocket } from './paced-socket.js'
import type { UploadCalls, UploadQuestions, UploadWorkerOptions } from './protocol.js'
import type { ServeTools } from './serve-tools.js'
import { ServedPeer } from './served-peer.js'

const SPARE_BUFFERS = 16
const SPARE_BIG_BUFFERS = 4
/** Less than this in a second is no load. */
const SERVING_BYTES = 1_000_000

const admission = new Admission(LIMITS, isLoopback)
/** By remote address and port, what to call when a connection has said hello: the raw socket is known by it. */
const strangers = new Map<string, () => void>()
const sockets = new Set<{ destroy(): void }>()
const paced = new Set<PacedSocket>()
const paces = new Paces()
const connected = new Set<DataSocket>()
let blocked: ReadonlySet<PeerId> = new Set()
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
  block(ids) {
    blocked = new Set(ids)
    for (const data of connected) if (blocked.has(data.peer)) data.close()
  },
  pace(pacing) {
    paces.set(pacing)
    for (const socket of paced) socket.paceChanged()
  },
  async close() {
    const closed = new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
    tools.files.closeAll()
  },
})

/** By connection, how much had been sent when it was looked at last. */
const sentOf = new Map<TLSSocket, number>()

setInterval(() => {
  let sent = 0
  for (const [socket, before] of sentOf) {
    sent += socket.bytesWritten - before
    sentOf.set(socket, socket.bytesWritten)
  }
  if (sent >= SERVING_BYTES) main.serving.asEvent()
}, 1_000).unref()

const loans: Loans = {
  lend: (peer, back) => main.lend(peer, back),
  giveBack: (peer, bytes) => void main.giveBack.asEvent(peer, bytes),
}

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
  listening.maxConnections = LIMITS.connectionsOfPeer
  listening.on('connection', socket => {
    const greeted = admission.enter(addressOf(socket))
    if (!greeted) {
      socket.destroy()
      return
    }
    const key = keyOf(socket)
    strangers.set(key, greeted)
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      greeted()
      strangers.delete(key)
      sockets.delete(socket)
    })
  })
  listening.on('tlsClientError', (_error, socket) => socket.destroy())
  listening.on('secureConnection', socket => {
    try {
      accept(socket)
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

function accept(socket: TLSSocket): void {
  const late = setTimeout(() => socket.destroy(), LIMITS.helloMs)
  socket.once('close', () => clearTimeout(late))
  const peer = verifyTls(socket)
  sentOf.set(socket, 0)
  socket.once('close', () => sentOf.delete(socket))
  const greeted = () => {
    clearTimeout(late)
    strangers.get(keyOf(socket))?.()
    if (blocked.has(peer)) {
      // As of someone who is not there.
      data.close(new PeerError('OFFLINE', 'They are not online.'))
      return
    }
    const admitted = admission.admit(peer)
    if (isPeerError(admitted)) {
      data.close(admitted)
      return
    }
    socket.once('close', admitted)
    data.sayHello()
  }
  const data = new DataSocket(
    socket,
    peer,
    { message: envelope => served.message(envelope), closed: () => sender.ended() },
    greeted,
  )
  connected.add(data)
  socket.once('close', () => connected.delete(data))
  const sender = new PacedSocket(data, paces, loans)
  paced.add(sender)
  socket.once('close', () => paced.delete(sender))
  const served = new ServedPeer(sender, tools)
  socket.on('data', bytes => data.push(bytes))
}

/** An IPv4 address as such, also where the port listens on IPv6. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
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
