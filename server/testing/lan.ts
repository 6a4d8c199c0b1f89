import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Identity } from '../../core/identity/index.js'
import { makeIdentity } from '../../core/identity/index.js'
import { silentLogger } from '../../core/log/index.js'
import { makeTestFolder, type TestFolder } from '../../core/testing/index.js'
import {
  type Answer,
  type Connection,
  dial,
  type PersonRecord,
  type RequestBody,
  type WireChange,
  type WireEntry,
} from '../../core/wire/index.js'
import { type Registry, type RegistryOptions, startRegistry } from '../registry.js'

export const EPOCH = 'e'.repeat(32)

/** A peer as a registry sees it: a connection of its own, and what was pushed on it. */
export interface TestPeer {
  readonly identity: Identity
  readonly connection: Connection
  readonly pushed: PersonRecord[]
  /** Who called it by the registry. */
  readonly called: PersonRecord[]
  register(name: string, more?: Partial<RequestBody<'NEW_CONNECTION'>>): Promise<Answer<'NEW_CONNECTION'>>
  /** Publishes entries as one delta that starts anew. */
  publish(entries: readonly WireEntry[]): Promise<Answer<'SHARE_DATA'>>
  search(query: string, more?: Partial<RequestBody<'FILE_SEARCH'>>): Promise<Answer<'FILE_SEARCH'>>
  browse(
    owner: TestPeer,
    path?: string,
    more?: Partial<RequestBody<'FILE_BROWSE'>>,
  ): Promise<Answer<'FILE_BROWSE'>>
  find(other: TestPeer): Promise<PersonRecord | undefined>
}

/** Dials a registry on loopback. */
export async function dialRegistry(port: number, identity?: Identity): Promise<TestPeer> {
  const own = identity ?? (await makeIdentity())
  const pushed: PersonRecord[] = []
  const called: PersonRecord[] = []
  const connection = await dial({
    identity: own,
    host: '127.0.0.1',
    port,
    role: 'peer',
    purpose: 'control',
    features: ['deflate'],
    handlers: {
      requests: {},
      events: {
        PRESENCE: ({ people }) => void pushed.push(...people),
        CALLED: ({ person }) => void called.push(person),
      },
    },
    log: silentLogger,
  })
  return {
    identity: own,
    connection,
    pushed,
    called,
    register: (name, more = {}) =>
      connection.request('NEW_CONNECTION', {
        name,
        ports: { control: 7471, data: [7472] },
        addresses: [],
        blocked: [],
        ...more,
      }),
    publish: entries => connection.request('SHARE_DATA', delta(0, entries)),
    search: (query, more = {}) =>
      connection.request('FILE_SEARCH', { query, offset: 0, limit: 100, ...more }),
    browse: (owner, path = '', more = {}) =>
      connection.request('FILE_BROWSE', { owner: owner.identity.id, path, offset: 0, limit: 300, ...more }),
    async find(other) {
      const { people } = await connection.request('PEOPLE', { ids: [other.identity.id], offset: 0, limit: 9 })
      return people[0]
    },
  }
}

/** A delta that puts these entries, from `base` on. */
export function delta(base: number, entries: readonly WireEntry[], epoch = EPOCH): RequestBody<'SHARE_DATA'> {
  const changes = entries.map((entry, i): WireChange => ({ op: 'put', n: base + i + 1, entry }))
  return { epoch, base, to: base + changes.length, changes }
}

export function file(path: string, more: { size?: number; mtime?: number } = {}): WireEntry {
  return { type: 'file', path, size: more.size ?? 1, mtime: more.mtime ?? 1 }
}

/** Registries in temporary homes and peers of them, all ended by `close`. */
export class TestLan {
  readonly #undo: (() => void)[] = []
  readonly #folders: TestFolder[] = []
  readonly #registries: Registry[] = []
  readonly #peers: TestPeer[] = []

  async home(): Promise<string> {
    const folder = await makeTestFolder('registry')
    this.#folders.push(folder)
    return folder.at('home')
  }

  async registry(options: Partial<RegistryOptions> = {}): Promise<Registry> {
    const home = options.home ?? (await this.home())
    const registry = await startRegistry({ host: '127.0.0.1', port: 0, log: silentLogger, ...options, home })
    this.#registries.push(registry)
    return registry
  }

  async peer(port: number, identity?: Identity): Promise<TestPeer> {
    const peer = await dialRegistry(port, identity)
    this.#peers.push(peer)
    return peer
  }

  /** A way to a port that can be cut without either end being told. */
  async cable(port: number): Promise<{ readonly port: number; unplug(): void }> {
    const sockets: Socket[] = []
    const server = createServer(near => {
      const far = connect(port, '127.0.0.1')
      near.pipe(far).pipe(near)
      for (const socket of [near, far]) sockets.push(socket.on('error', () => {}))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    this.#undo.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return {
      port: typeof address === 'object' && address ? address.port : 0,
      unplug: () => {
        for (const socket of sockets) socket.unpipe().pause()
      },
    }
  }

  async close(): Promise<void> {
    for (const undo of this.#undo) undo()
    await Promise.all(this.#peers.map(peer => peer.connection.close()))
    await Promise.all(this.#registries.map(registry => registry.close()))
    await Promise.all(this.#folders.map(folder => folder.remove()))
  }
}
