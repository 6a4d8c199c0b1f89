import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { PeerError, systemCode } from '../errors/index.js'
import type { Identity } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import { Admission, isLoopback, plainAddress } from './admission.js'
import type { Connection, Handlers, Purpose } from './connection.js'
import { SocketConnection } from './connection-impl.js'
import { HandshakeQueue } from './handshake-queue.js'
import { LIMITS, type Limits } from './limits.js'
import type { Hello } from './messages/index.js'
import { tlsServerOptions, verifyTls } from './tls.js'

/** Where to listen, as whom, and what to do with those who come. */
export interface ListenOptions {
  readonly identity: Identity
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly role: Hello['role']
  /** What connections may be for. Default: control. */
  readonly purposes?: readonly Purpose[]
  readonly features?: readonly string[]
  readonly handlers: Handlers
  readonly limits?: Partial<Limits>
  /** Addresses without a cap on connections before hello. Default: loopback. */
  readonly exempt?: (address: string) => boolean
  readonly log: Logger
  /** Told of each connection after its hello; returns why it is refused, if it is. */
  readonly onConnection?: (connection: Connection) => PeerError | undefined
}

/** A port that is listened on. */
export interface Listener {
  readonly port: number
  /** Open ones, after their hellos. */
  readonly connections: ReadonlySet<Connection>
  /** Takes no more, says goodbye to all, and ends when they have ended. Safe to call twice. */
  close(reason?: PeerError): Promise<void>
}

/** Opens a port for connections. PORT_BUSY when another program has it. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const listener = new TlsListener(options)
  await listener.start()
  return listener
}

/** A socket in whatever stage, and whom to tell of the next ones. */
interface Comer {
  readonly socket: Socket
  /** Its handshake is over. */
  readonly shaken: () => void
  /** It has said hello. */
  readonly greeted: () => void
}

class TlsListener implements Listener {
  readonly connections = new Set<Connection>()
  readonly #options: ListenOptions
  readonly #limits: Limits
  readonly #admission: Admission
  readonly #tcp: Server
  readonly #tls: TlsServer
  readonly #handshakes: HandshakeQueue
  /** Every socket by the other end's address and port: close leaves none. */
  readonly #sockets = new Map<string, Comer>()
  #port = 0
  #closing: Promise<void> | undefined

  constructor(options: ListenOptions) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    this.#admission = new Admission(this.#limits, options.exempt ?? isLoopback)
    this.#handshakes = new HandshakeQueue(this.#limits)
    this.#tls = createTlsServer({
      ...tlsServerOptions(options.identity),
      handshakeTimeout: this.#limits.handshakeMs,
    })
    // The time limit of a handshake only tells; the socket would stay.
    this.#tls.on('tlsClientError', (_error, socket) => socket.destroy())
    this.#tls.on('secureConnection', socket => this.#onSecure(socket))
    this.#tcp = createServer({ noDelay: true }, socket => this.#onSocket(socket))
    const { connectionsOfPeer, connectionsOfRegistry } = this.#limits
    this.#tcp.maxConnections = options.role === 'registry' ? connectionsOfRegistry : connectionsOfPeer
  }

  get port(): number {
    return this.#port
  }

  async start(): Promise<void> {
    const { host, port } = this.#options
    try {
      this.#tcp.listen({ host, port, backlog: this.#limits.backlog })
      await once(this.#tcp, 'listening')
      this.#port = (this.#tcp.address() as AddressInfo).port
    } catch (error) {
      throw listenError(error, host, port)
    }
    // Out of file descriptors, for one: those who wait are taken when there are some again.
    this.#tcp.on('error', error => this.#options.log.warn('accepting failed', { error: String(error) }))
  }

  close(reason?: PeerError): Promise<void> {
    this.#closing ??= this.#close(reason)
    return this.#closing
  }

  async #close(reason: PeerError | undefined): Promise<void> {
    const closed = new Promise<void>(resolve => this.#tcp.close(() => resolve()))
    const open = [...this.connections]
    const goodbyes = Promise.all(open.map(connection => connection.close(reason)))
    const kept = new Set(open.map(({ remote }) => endKey(remote.host, remote.port)))
    for (const [key, { socket }] of this.#sockets) if (!kept.has(key)) socket.destroy()
    await goodbyes
    await closed
  }

  /** Before a byte is read: is there room for another of this address? */
  #onSocket(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '')
    const greeted = this.#closing ? undefined : this.#admission.enter(address)
    if (!greeted) {
      socket.destroy()
      return
    }
    const shaken = this.#handshakes.enter(() => {
      if (!socket.destroyed) this.#tls.emit('connection', socket)
    })
    if (!shaken) {
      greeted()
      socket.destroy()
      return
    }
    const key = endKey(address, socket.remotePort ?? 0)
    this.#sockets.set(key, { socket, greeted, shaken })
    socket.on('error', () => {}) // told to the TLS socket over it as well
    socket.once('close', () => {
      this.#sockets.delete(key)
      shaken()
      greeted()
    })
  }

  #onSecure(socket: TLSSocket): void {
    const { log, handlers, role, features = [] } = this.#options
    this.#sockets.get(endKey(plainAddress(socket.remoteAddress ?? ''), socket.remotePort ?? 0))?.shaken()
    try {
      const peerId = verifyTls(socket)
      const connection = new SocketConnection({
        socket,
        peerId,
        dialled: false,
        hello: { role, features },
        handlers,
        limits: this.#limits,
        log,
        admit: candidate => this.#admit(candidate),
      })
      void connection.ended.then(() => this.connections.delete(connection))
    } catch (error) {
      log.debug('a connection was refused', { error: String(error) })
      socket.destroy()
    }
  }

  #admit(connection: SocketConnection): PeerError | undefined {
    const { purposes = ['control'], onConnection } = this.#options
    const { host, port } = connection.remote
    this.#sockets.get(endKey(host, port))?.greeted()
    if (this.#closing) return new PeerError('CLOSED', 'The other side is closing.')
    if (!purposes.includes(connection.hello.purpose))
      return new PeerError('UNSUPPORTED', `This port takes no connection for ${connection.hello.purpose}.`)
    const leave = this.#admission.admit(connection.peerId)
    if (typeof leave !== 'function') return leave
    void connection.ended.then(leave)
    const refusal = onConnection?.(connection)
    if (refusal) return refusal
    this.connections.add(connection)
    return undefined
  }
}

function endKey(host: string, port: number): string {
  return `${host} ${port}`
}

function listenError(error: unknown, host: string, port: number): PeerError {
  const code = systemCode(error)
  const details = { host, port }
  if (code === 'EADDRINUSE')
    return new PeerError('PORT_BUSY', `Port ${port} is in use by another program. Choose another.`, {
      cause: error,
      details,
    })
  if (code === 'EACCES')
    return new PeerError('PORT_BUSY', `Port ${port} is reserved by this system. Choose one over 1023.`, {
      cause: error,
      details,
    })
  return new PeerError(
    'BAD_INPUT',
    `${host}:${port} can’t be listened on: is ${host} an address of this computer?`,
    {
      cause: error,
      details,
    },
  )
}
