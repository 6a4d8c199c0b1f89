import { connect, type TLSSocket } from 'node:tls'
import { PeerError, systemCode } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Connection, Handlers, Purpose } from './connection.js'
import { SocketConnection } from './connection-impl.js'
import { LIMITS, type Limits } from './limits.js'
import type { Hello } from './messages/index.js'
import { tlsClientOptions, verifyTls } from './tls.js'

/** Whom to dial, and as whom. */
export interface DialOptions {
  readonly identity: Identity
  readonly host: string
  readonly port: number
  /** Who must answer; checked before the first byte is written. Default: anyone. */
  readonly expect?: PeerId
  /** What must answer. Default: either. */
  readonly expectRole?: Hello['role']
  readonly role: Hello['role']
  readonly purpose: Purpose
  readonly features?: readonly string[]
  readonly handlers: Handlers
  readonly signal?: AbortSignal
  readonly limits?: Partial<Limits>
  readonly log: Logger
}

/**
 * Opens a connection; resolves when the other side has said hello. Rejects with UNREACHABLE, TIMEOUT,
 * NOT_A_PEER, WRONG_PEER, the reason of its goodbye, or the signal's reason.
 */
export async function dial(options: DialOptions): Promise<Connection> {
  const limits = { ...LIMITS, ...options.limits }
  const { identity, expect, expectRole, signal, log, handlers, role, purpose, features = [] } = options
  signal?.throwIfAborted()
  const { socket, peerId } = await openTls({ ...options, limits, identity, expect })
  const connection = new SocketConnection({
    socket,
    peerId,
    dialled: true,
    hello: { role, purpose, features },
    handlers,
    limits,
    log,
    admit: ({ hello }) => (expectRole && hello.role !== expectRole ? wrongRole(hello.role) : undefined),
  })
  const stop = () => connection.destroy()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await connection.greeted
    return connection
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/**
 * Opens a connection only to see who is there, and ends it before a hello. Gives who answered; rejects as `dial` does.
 */
export async function touch(
  target: Pick<DialOptions, 'identity' | 'host' | 'port' | 'expect' | 'signal'> & {
    readonly timeoutMs: number
  },
): Promise<PeerId> {
  target.signal?.throwIfAborted()
  const limits = { ...LIMITS, handshakeMs: target.timeoutMs }
  const { socket, peerId } = await openTls({ ...target, expect: target.expect, limits })
  socket.on('error', () => {})
  socket.destroy()
  return peerId
}

interface Target {
  readonly identity: Identity
  readonly host: string
  readonly port: number
  readonly expect: PeerId | undefined
  readonly signal?: AbortSignal
  readonly limits: Limits
}

function openTls({
  identity,
  host,
  port,
  expect,
  signal,
  limits,
}: Target): Promise<{ readonly socket: TLSSocket; readonly peerId: PeerId }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...tlsClientOptions(identity), host, port })
    let connected = false
    const end = (error: unknown) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      socket.destroy()
      reject(error)
    }
    const stop = () => end(signal?.reason)
    const timer = setTimeout(() => end(tooLate(host, port, connected)), limits.handshakeMs)
    signal?.addEventListener('abort', stop, { once: true })
    socket.on('error', error => end(dialError(error, host, port)))
    socket.once('close', () => end(dialError(undefined, host, port)))
    socket.once('connect', () => {
      connected = true
    })
    socket.once('secureConnect', () => {
      try {
        const peerId = verifyTls(socket, expect)
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
        socket.removeAllListeners('error')
        socket.removeAllListeners('close')
        resolve({ socket, peerId })
      } catch (error) {
        end(error)
      }
    })
  })
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  EHOSTUNREACH: 'there is no way to that computer',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'there is no computer of that name',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it ended the connection at once',
  EPIPE: 'it ended the connection at once',
  EADDRNOTAVAIL: 'that is no address to connect to',
  EINVAL: 'that is no address to connect to',
  EACCES: 'this computer does not allow it',
  EPERM: 'this computer does not allow it',
}

function dialError(error: unknown, host: string, port: number): PeerError {
  const code = error === undefined ? 'ECONNRESET' : (systemCode(error) ?? '')
  const details = { host, port, cause: code }
  const why = UNREACHABLE[code]
  if (why)
    return new PeerError('UNREACHABLE', `${host}:${port} can’t be reached: ${why}.`, {
      cause: error,
      details,
    })
  // What is left are failures of TLS: a web server, another ALPN, a foreign certificate.
  return new PeerError('NOT_A_PEER', `What answers at ${host}:${port} is not tsPeer.`, {
    cause: error,
    details,
  })
}

function tooLate(host: string, port: number, connected: boolean): PeerError {
  const details = { host, port }
  if (connected)
    return new PeerError('TIMEOUT', `${host}:${port} took the connection and then said nothing.`, { details })
  return new PeerError(
    'UNREACHABLE',
    `${host}:${port} does not answer. Is it on, in this network, and not behind a firewall?`,
    { details },
  )
}

function wrongRole(role: Hello['role']): PeerError {
  return new PeerError('NOT_A_PEER', `What answers there is a ${role}.`)
}
