import { mkdirSync } from 'node:fs'
import type { Offer, Transfer } from '../../api/index.js'
import { createHasher, type Hasher } from '../../content/index.js'
import { PeerError } from '../../errors/index.js'
import { type Identity, makeIdentity, type PeerId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import type { Root } from '../../manifest/index.js'
import { openStore, type Store } from '../../store/index.js'
import { type TestFolder, until } from '../../testing/index.js'
import type { Answer, Connection, RequestBody, RequestType } from '../../wire/index.js'
import { createTransfers } from '../create-transfers.js'
import { createOffers, type Offers } from '../offers/offers.js'
import type { Transfers } from '../transfers.js'
import { createUploads, type Uploads } from '../uploads.js'

/** One of several peers of a test that send each other files: control messages are calls, data is TLS on loopback. */
export class OfferSide {
  readonly identity: Identity
  readonly name: string
  readonly downloads: string
  /** Roots that it announced to have. */
  readonly announced: Root[] = []
  readonly #others: Map<PeerId, OfferSide>
  readonly #store: Store
  readonly #hasher: Hasher
  #transfers: Transfers | undefined
  #offers: Offers | undefined
  #uploads: Uploads | undefined

  private constructor(folder: TestFolder, identity: Identity, name: string, others: Map<PeerId, OfferSide>) {
    this.identity = identity
    this.name = name
    this.#others = others
    this.downloads = folder.at(identity.id, 'downloads')
    for (const part of ['downloads', 'tmp', 'db'])
      mkdirSync(folder.at(identity.id, part), { recursive: true })
    this.#store = openStore(folder.at(identity.id, 'db'))
    this.#hasher = createHasher({ log: silentLogger, threads: 1 })
  }

  /** Joins the others, who know each other by `others`. */
  static async open(folder: TestFolder, name: string, others: Map<PeerId, OfferSide>): Promise<OfferSide> {
    const side = new OfferSide(folder, await makeIdentity(), name, others)
    await side.#open(folder)
    others.set(side.id, side)
    return side
  }

  get id(): PeerId {
    return this.identity.id
  }

  get port(): number {
    return this.#uploads?.ports[0] ?? 0
  }

  get offers(): Offers {
    if (!this.#offers) throw new Error('it is not open')
    return this.#offers
  }

  /** A request of this side to another, as it would come over their connection. */
  async ask<T extends RequestType>(to: OfferSide, type: T, body: RequestBody<T>): Promise<Answer<T>> {
    const handlers: Readonly<Record<string, unknown>> = to.offers.requests
    const handler = handlers[type] as (body: unknown, from: Pick<Connection, 'peerId'>) => Promise<Answer<T>>
    return handler(body, { peerId: this.id })
  }

  /** Waits until an offer that it received is in this state. */
  received(state: Offer['state']): Promise<Offer> {
    return until(`${this.name} to have an offer that is ${state}`, () =>
      this.offers.list().find(offer => offer.state === state),
    )
  }

  /** Waits until an offer that it made is in this state. */
  sent(id: string, state: Transfer['state']): Promise<Transfer> {
    return until(`${id} to be ${state}`, () =>
      this.offers.sends.list().find(send => send.id === id && send.state === state),
    )
  }

  async close(): Promise<void> {
    await this.#offers?.close()
    await this.#transfers?.close()
    await this.#uploads?.close()
    await this.#hasher.close()
    await this.#store.close()
  }

  async #open(folder: TestFolder): Promise<void> {
    this.#uploads = await createUploads({
      identity: this.identity,
      host: '127.0.0.1',
      ports: 'any',
      workers: 1,
      log: silentLogger,
      grants: {
        grant: (asker, roots) =>
          roots.map(
            root => this.offers.grants.grant(asker, root) ?? this.#transfers?.served.grant(asker, root),
          ),
        layer: (asker, root) => this.offers.grants.layer(asker, root) ?? this.#transfers?.served.layer(root),
        have: (_asker, root) => this.#transfers?.served.have(root),
        rootOf: (asker, path, offer) =>
          offer === undefined ? undefined : this.offers.grants.rootOf(asker, path, offer),
      },
    })
    const transfers = await createTransfers({
      identity: this.identity,
      store: this.#store,
      folders: { tmp: folder.at(this.id, 'tmp'), downloads: () => this.downloads },
      workers: 1,
      log: silentLogger,
      sourceOf: async id => {
        const { name, port } = this.#find(id)
        return { id, name, hosts: ['127.0.0.1'], dataPorts: [port] }
      },
      sourcesOf: async () => [],
      onAnnounce: roots => void this.announced.push(...roots),
      onChange: transfer => this.#offers?.transferChanged(transfer),
      onRemoved: id => this.#offers?.transferRemoved(id),
    })
    this.#transfers = transfers
    this.#offers = createOffers({
      self: this.id,
      store: this.#store,
      hasher: this.#hasher,
      transfers,
      log: silentLogger,
      keepOut: [],
      connect: async to => {
        const other = this.#find(to)
        return { request: (type, body) => this.ask(other, type, body) }
      },
      connected: () => undefined,
      nameOf: id => this.#others.get(id)?.name ?? id,
      onTransfer: () => {},
      onTransferRemoved: () => {},
      onOffer: () => {},
      onOfferRemoved: () => {},
      onNarrowed: () => this.#uploads?.revoke(),
    })
  }

  #find(id: PeerId): OfferSide {
    const other = this.#others.get(id)
    if (!other) throw new PeerError('OFFLINE', 'They are not online.')
    return other
  }
}
