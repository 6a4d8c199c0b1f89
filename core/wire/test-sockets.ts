import { once } from 'node:events'
import { connect as connectTls, type TLSSocket, type ConnectionOptions as TlsOptions } from 'node:tls'
import { type Identity, makeIdentity } from '../identity/index.js'
import { type Logger, silentLogger } from '../log/index.js'
import type { Connection, Handlers } from './connection.js'
import { type DialOptions, dial } from './dial.js'
import { type Envelope, openMessage } from './envelope.js'
import { FrameParser } from './frames.js'
import { type Listener, type ListenOptions, listen } from './listen.js'
import type { RequestBody } from './messages/index.js'
import { tlsClientOptions } from './tls.js'

/** Two people for tests, made once a file, the one with the lower id first. */
export async function twoIdentities(): Promise<readonly [Identity, Identity]> {
  const [one, two] = await Promise.all([makeIdentity(), makeIdentity()])
  return one.id < two.id ? [one, two] : [two, one]
}

/** Fails when something takes longer than it may in a test. */
export async function within<T>(promise: Promise<T>, what: string, ms = 10_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Listeners and connections that end together. */
export class TestNet {
  readonly #closers: (() => unknown)[] = []

  async listen(identity: Identity, options: Partial<ListenOptions> = {}): Promise<Listener> {
    const base = {
      identity,
      host: '127.0.0.1',
      port: 0,
      role: 'peer',
      handlers: { requests: {} },
      log: silentLogger,
    } as const
    const listener = await listen({ ...base, ...options })
    this.#closers.push(() => listener.close())
    return listener
  }

  async dial(identity: Identity, port: number, options: Partial<DialOptions> = {}): Promise<Connection> {
    const base = {
      identity,
      host: '127.0.0.1',
      port,
      role: 'peer',
      purpose: 'control',
      handlers: { requests: {} },
      log: silentLogger,
    } as const
    const connection = await within(dial({ ...base, ...options }), 'a connection')
    this.#closers.push(() => connection.close())
    return connection
  }

  /** A connection with both of its ends. */
  async pair(
    [client, server]: readonly [Identity, Identity],
    options: { readonly server?: Partial<ListenOptions>; readonly client?: Partial<DialOptions> } = {},
  ): Promise<{ readonly client: Connection; readonly server: Connection; readonly listener: Listener }> {
    let accepted: Connection | undefined
    const listener = await this.listen(server, {
      ...options.server,
      onConnection: connection => {
        accepted = connection
        return undefined
      },
    })
    const connection = await this.dial(client, listener.port, { expect: server.id, ...options.client })
    if (!accepted) throw new Error('nothing was accepted')
    return { client: connection, server: accepted, listener }
  }

  /** A bare TLS client, for what no connection of ours would do. */
  async tls(identity: Identity | undefined, port: number, options: TlsOptions = {}): Promise<RawClient> {
    const own = identity
      ? tlsClientOptions(identity)
      : { rejectUnauthorized: false, ALPNProtocols: ['tspeer/1'] }
    const socket = connectTls({ host: '127.0.0.1', port, ...own, ...options })
    this.#closers.push(() => socket.destroy())
    const client = new RawClient(socket)
    await within(
      Promise.race([once(socket, 'secureConnect').catch(() => {}), client.closed]),
      'a TLS handshake',
    )
    return client
  }

  defer(closer: () => unknown): void {
    this.#closers.push(closer)
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}

/** What came over a TLS socket, as messages. */
export class RawClient {
  readonly socket: TLSSocket
  readonly messages: Envelope[] = []
  readonly closed: Promise<void>
  bytes = 0
  readonly #waiting: (() => void)[] = []

  constructor(socket: TLSSocket) {
    this.socket = socket
    const parser = new FrameParser({
      message: (kind, payload) => {
        this.messages.push(openMessage(kind, payload))
        for (const wake of this.#waiting.splice(0)) wake()
      },
    })
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      this.bytes += bytes.length
      parser.push(bytes)
    })
    this.closed = new Promise(resolve => socket.once('close', () => resolve()))
  }

  /** The first message for which it holds, of those that came or come. */
  async message(what: string, holds: (message: Envelope) => boolean): Promise<Envelope> {
    for (;;) {
      const found = this.messages.find(holds)
      if (found) return found
      await within(new Promise<void>(resolve => this.#waiting.push(resolve)), what)
    }
  }

  /** The code of the goodbye that ends it. */
  async goodbye(): Promise<string | undefined> {
    const last = await this.message(
      'a goodbye',
      ({ op, ...rest }) => op === 'event' && 'type' in rest && rest.type === 'GOODBYE',
    )
    return last.op === 'event' && last.type === 'GOODBYE' ? last.body.code : undefined
  }
}

/** Handlers whose MESSAGE does as told. */
export function messageHandler(handle: NonNullable<Handlers['requests']['MESSAGE']>): Handlers {
  return { requests: { MESSAGE: handle } }
}

/** A message body, told apart by a number. */
export function message(n: number, text = `message ${n}`): RequestBody<'MESSAGE'> {
  return { records: [{ kind: 'text', id: n.toString(16).padStart(32, '0'), at: n, tick: 0, text }] }
}

/** A logger that keeps its lines. */
export function keepingLogger(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const keep = (text: string, about?: object) => void lines.push(`${text} ${JSON.stringify(about ?? {})}`)
  const log: Logger = { debug: keep, info: keep, warn: keep, error: keep, part: () => log }
  return { log, lines }
}
