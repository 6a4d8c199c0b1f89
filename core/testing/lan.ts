import { join } from 'node:path'
import { type Registry, startRegistry } from '../../server/registry.js'
import type { ChatMessage, Peer, PeerOptions, Transfer } from '../api/index.js'
import { silentLogger } from '../log/index.js'
import { createPeer } from '../peer/index.js'
import { makeTestFolder, type TestFolder } from './files.js'
import { until } from './wait.js'

/** A registry and peers of one test, all on loopback and below one temporary folder. */
export interface Lan {
  /** `host:port` of the registry. */
  readonly registry: string
  readonly folder: TestFolder
  /** Starts a peer that has joined the registry; the same name again is the same home. */
  peer(name: string, options?: Partial<PeerOptions>): Promise<Peer>
  /** Waits until `viewer` sees that all of `owner`'s files, this many, are hashed. */
  hashed(viewer: Peer, owner: Peer, files: number): Promise<void>
  /** Waits until a transfer is done, failed or cancelled. */
  finished(peer: Peer, transfer: Transfer | undefined): Promise<Transfer>
  /** A message as the peer's history has it now. */
  message(peer: Peer, message: ChatMessage): Promise<ChatMessage | undefined>
  /** Stops the registry and starts it again at the same port over the same home. */
  restartRegistry(): Promise<void>
  stopRegistry(): Promise<void>
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const FINISH_MS = 60_000
const ENDED: readonly Transfer['state'][] = ['done', 'failed', 'cancelled']

/** Starts the registry; peers are started by the test. */
export async function startLan(): Promise<Lan> {
  const folder = await makeTestFolder('lan')
  const peers = new Set<Peer>()
  const start = (port: number) =>
    startRegistry({ home: folder.at('registry'), host: HOST, port, log: silentLogger })
  let registry: Registry | undefined = await start(0)
  const port = registry.port

  return {
    registry: `${HOST}:${port}`,
    folder,
    async peer(name, options = {}) {
      const peer = await createPeer({
        home: join(folder.path, name),
        name,
        host: HOST,
        port: 0,
        registry: `${HOST}:${port}`,
        ...options,
      })
      peers.add(peer)
      await until(`${name} to join`, async () => (await peer.status()).registry.state === 'connected')
      return peer
    },
    async hashed(viewer, owner, files) {
      await until(`${files} hashed files`, async () => {
        const people = await viewer.people.list()
        const person = people.find(({ id }) => id === owner.id)
        return person?.files === files && person.hashed === files
      })
    },
    async finished(peer, transfer) {
      if (!transfer) throw new Error('no transfer was started')
      const { id, name } = transfer
      return until(
        `${name} to end`,
        async () => (await peer.transfers.list()).find(one => one.id === id && ENDED.includes(one.state)),
        FINISH_MS,
      )
    },
    async message(peer, { thread, id }) {
      return (await peer.chat.history({ thread })).find(message => message.id === id)
    },
    async restartRegistry() {
      await registry?.close()
      registry = await start(port)
    },
    async stopRegistry() {
      await registry?.close()
      registry = undefined
    },
    async close() {
      await Promise.all([...peers].map(peer => peer.close()))
      await registry?.close()
      await folder.remove()
    },
  }
}
