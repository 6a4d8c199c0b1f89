import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Transfer } from '../../api/index.js'
import { type Identity, makeIdentity, type PeerId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import type { Root } from '../../manifest/index.js'
import { openStore, type Store } from '../../store/index.js'
import { makeTestFolder, type TestFolder, until } from '../../testing/index.js'
import { systemClock } from '../clock.js'
import { createTransfers } from '../create-transfers.js'
import { Limits } from '../limits/limits.js'
import type { Source } from '../plan.js'
import type { Transfers } from '../transfers.js'
import { createUploads, type Uploads } from '../uploads.js'
import { type Relay, startRelay } from './relay.js'
import { SharedFolder } from './shared-folder.js'

/** Someone who downloads, and serves what it has. */
export interface Member {
  readonly identity: Identity
  readonly transfers: Transfers
  readonly uploads: Uploads
  readonly store: Store
  announced: readonly Root[]
}

/** One owner and several downloaders on loopback, with what a registry would tell them of each other. */
export class Crowd {
  readonly folder: TestFolder
  readonly owner: Identity
  readonly share: SharedFolder
  readonly limits = new Limits(systemClock)
  readonly members: Member[] = []
  /** Whether the registry lists the owner's entries: not those that are only for some. */
  isListed = true
  readonly #uploads: Uploads
  readonly #relay: Relay

  private constructor(
    folder: TestFolder,
    made: { owner: Identity; share: SharedFolder; uploads: Uploads; relay: Relay; limits: Limits },
  ) {
    this.folder = folder
    this.owner = made.owner
    this.share = made.share
    this.limits = made.limits
    this.#uploads = made.uploads
    this.#relay = made.relay
  }

  /** `fill` writes what the owner shares. */
  static async make(fill: (share: string) => Promise<void>): Promise<Crowd> {
    const folder = await makeTestFolder('crowd')
    mkdirSync(folder.at('share'))
    await fill(folder.at('share'))
    const share = new SharedFolder(folder.at('share'))
    const owner = await makeIdentity()
    const limits = new Limits(systemClock)
    const uploads = await createUploads({
      identity: owner,
      host: '127.0.0.1',
      ports: 'any',
      workers: 1,
      log: silentLogger,
      grants: share,
      limits: limits.up,
    })
    const relay = await startRelay(uploads.ports[0] ?? 0)
    return new Crowd(folder, { owner, share, uploads, relay, limits })
  }

  /** Bytes that the owner sent. */
  get sent(): number {
    return this.#relay.passed
  }

  /** The owner sends no faster than this. */
  limit(bytesASecond: number): void {
    this.limits.set({ up: bytesASecond, down: 0, slots: 0, schedule: [], people: new Map() })
  }

  async join(): Promise<Member> {
    const home = this.folder.at(`member${this.members.length}`)
    for (const name of ['downloads', 'tmp', 'db']) mkdirSync(join(home, name), { recursive: true })
    const identity = await makeIdentity()
    const store = openStore(join(home, 'db'))
    const transfers = await createTransfers({
      identity,
      store,
      folders: { tmp: join(home, 'tmp'), downloads: () => join(home, 'downloads') },
      workers: 1,
      log: silentLogger,
      sourceOf: async id => this.#sourceOf(id),
      sourcesOf: async root => this.#sourcesOf(root, identity.id),
      onChange: () => {},
      onRemoved: () => {},
      onServed: root => uploads.revoke(root),
      onAnnounce: roots => {
        member.announced = roots
      },
    })
    const uploads = await createUploads({
      identity,
      host: '127.0.0.1',
      ports: 'any',
      workers: 1,
      log: silentLogger,
      grants: {
        grant: (asker, roots) => roots.map(root => transfers.served.grant(asker, root)),
        layer: (_asker, root) => transfers.served.layer(root),
        have: (_asker, root) => transfers.served.have(root),
        rootOf: () => undefined,
      },
    })
    const member: Member = { identity, transfers, uploads, store, announced: [] }
    this.members.push(member)
    return member
  }

  download(member: Member, path: string): Promise<Transfer> {
    return member.transfers.start({
      name: path,
      owner: this.owner.id,
      ownerName: 'Ann',
      entries: this.share.plan(path),
    })
  }

  /** Waits until a member's download has one of these states. */
  until(member: Member, id: string, ...states: Transfer['state'][]): Promise<Transfer> {
    return until(
      `${states} of the transfer`,
      () => member.transfers.list().find(transfer => transfer.id === id && states.includes(transfer.state)),
      120_000,
    )
  }

  async close(): Promise<void> {
    for (const { transfers, uploads, store } of this.members) {
      await transfers.close()
      await uploads.close()
      await store.close()
    }
    await this.#relay.close()
    await this.#uploads.close()
    this.limits.close()
    await this.folder.remove()
  }

  #sourceOf(id: PeerId): Source {
    if (id === this.owner.id) return { id, name: 'Ann', hosts: ['127.0.0.1'], dataPorts: [this.#relay.port] }
    const found = this.members.find(({ identity }) => identity.id === id)
    if (!found) throw new Error('offline')
    return { id, name: 'Ben', hosts: ['127.0.0.1'], dataPorts: found.uploads.ports }
  }

  #sourcesOf(root: Root, asker: PeerId): Source[] {
    const others = this.members.filter(
      ({ identity, announced }) => identity.id !== asker && announced.includes(root),
    )
    const partial = others.map(({ identity }) => ({ ...this.#sourceOf(identity.id), partial: true as const }))
    return this.isListed ? [this.#sourceOf(this.owner.id), ...partial] : partial
  }
}
