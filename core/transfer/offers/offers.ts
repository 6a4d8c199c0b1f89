import type {
  AcceptChoice,
  ConsentRule,
  Offer,
  OfferedEntry,
  PersonRule,
  SendRequest,
  Transfer,
} from '../../api/index.js'
import { type Hasher, openHashCache } from '../../content/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Logger } from '../../log/index.js'
import type { Root } from '../../manifest/index.js'
import type { Store } from '../../store/index.js'
import type { Connection, EventHandlers, RequestHandlers } from '../../wire/index.js'
import { type Clock, systemClock } from '../clock.js'
import type { Grant, RootOfPath } from '../grant.js'
import type { Transfers } from '../transfers.js'
import { MadeOffers } from './made-offers.js'
import { OfferStore } from './offer-store.js'
import { Post } from './post.js'
import { ProgressTeller } from './progress-teller.js'
import { ReceivedOffers } from './received-offers.js'
import { SendHasher } from './send-hasher.js'

/** What sending with consent needs of the peer. */
export interface OffersOptions {
  readonly self: PeerId
  readonly store: Store
  readonly hasher: Hasher
  readonly transfers: Pick<Transfers, 'start' | 'list' | 'entries' | 'cancel' | 'remove'>
  readonly log: Logger
  /** Real folders that are never sent, such as the peer's database. */
  readonly keepOut: readonly string[]
  /** The control connection to someone, dialled when there is none. */
  connect(to: PeerId, signal: AbortSignal): Promise<Pick<Connection, 'request'>>
  /** The one that is open. */
  connected(to: PeerId): Pick<Connection, 'notify'> | undefined
  nameOf(person: PeerId): string
  /** A send has changed, as the transfer it is. */
  onTransfer(transfer: Transfer): void
  onTransferRemoved(id: string): void
  onOffer(offer: Offer): void
  onOfferRemoved(id: string): void
  /** Someone may fetch less than before. */
  onNarrowed(): void
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number
  /** Between 0 and 1, spreads retries. Default: random. */
  readonly chance?: () => number
}

/** Sending with consent, both sides of it. */
export interface Offers {
  list(): Offer[]
  entries(id: string, offset: number, limit: number): Promise<readonly OfferedEntry[]>
  send(request: SendRequest): Promise<readonly Transfer[]>
  accept(id: string, choice?: AcceptChoice): Promise<Offer>
  decline(id: string): Promise<Offer>
  later(id: string): Promise<Offer>
  rules(): readonly PersonRule[]
  setRule(person: PeerId, rule: ConsentRule): Promise<PersonRule>
  /** The sends, as transfers. */
  readonly sends: {
    list(): Transfer[]
    has(id: string): boolean
    cancel(id: string): Promise<Transfer>
    resume(id: string): Promise<Transfer>
    remove(id: string): Promise<void>
  }
  /** What other peers ask and tell about offers. */
  readonly requests: Required<
    Pick<RequestHandlers, 'FILE_OFFER' | 'OFFER_ENTRIES' | 'OFFER_ANSWER' | 'OFFER_CANCEL'>
  >
  readonly events: Required<Pick<EventHandlers, 'OFFER_PROGRESS'>>
  /** Who may fetch what by accepted offers. */
  readonly grants: {
    grant(asker: PeerId, root: Root): Grant | undefined
    layer(asker: PeerId, root: Root): Uint8Array | undefined
    rootOf(asker: PeerId, path: string, offer: string): RootOfPath | undefined
  }
  /** A download has changed or left the list, perhaps one of an offer. */
  transferChanged(transfer: Transfer): void
  transferRemoved(id: string): void
  /** Someone may be reachable now. */
  wake(person: PeerId): void
  /** The connection to someone has ended. */
  gone(person: PeerId): void
  /** Stops telling; what waits is told after the next start. Safe to call twice. */
  close(): Promise<void>
}

/** Opens sending with consent over what the store holds of it. */
export function createOffers(options: OffersOptions): Offers {
  const { clock = systemClock, now = Date.now, chance = Math.random, log } = options
  const store = new OfferStore(options.store)
  const cache = openHashCache(options.store)
  const hasher = new SendHasher({ hasher: options.hasher, cache, store, log })
  const post: Post = new Post({
    clock,
    chance,
    log,
    connect: (to, signal) => options.connect(to, signal),
    hasLetters: to => made.hasLetters(to) || received.hasLetters(to),
    async deliver(to, connection, signal) {
      await made.deliver(to, connection, signal)
      await received.deliver(to, connection, signal)
    },
  })
  const shared = { store, clock, now, nameOf: (person: PeerId) => options.nameOf(person) }
  const made: MadeOffers = new MadeOffers({
    ...shared,
    self: options.self,
    hasher,
    cache,
    keepOut: options.keepOut,
    wake: person => void post.wake(person),
    onChange: options.onTransfer,
    onRemoved: options.onTransferRemoved,
    onNarrowed: options.onNarrowed,
  })
  const teller = new ProgressTeller(clock, to => options.connected(to))
  const received: ReceivedOffers = new ReceivedOffers({
    ...shared,
    transfers: options.transfers,
    log,
    connect: to => options.connect(to, post.signal),
    wake: person => post.wake(person),
    tell: (person, progress) => teller.tell(person, progress),
    isOurs: id => made.has(id),
    onOffer: options.onOffer,
    onRemoved: options.onOfferRemoved,
  })
  received.begin()
  let closing: Promise<void> | undefined
  const close = async () => {
    teller.close()
    await post.close()
    await hasher.close()
    received.close()
    made.close()
  }
  return {
    list: () => received.list(),
    entries: (id, offset, limit) => received.entries(id, offset, limit),
    send: request => made.send(request),
    accept: (id, choice) => received.accept(id, choice),
    decline: id => received.decline(id),
    later: id => received.later(id),
    rules: () => received.rules(),
    setRule: (person, rule) => received.setRule(person, rule),
    sends: made,
    requests: requestsOf(made, received),
    events: { OFFER_PROGRESS: (body, from) => made.progress(from.peerId, body) },
    grants: made,
    transferChanged: transfer => received.transferChanged(transfer),
    transferRemoved: id => received.transferRemoved(id),
    wake: person => void post.wake(person),
    gone: person => made.gone(person),
    close() {
      closing ??= close()
      return closing
    },
  }
}

function requestsOf(made: MadeOffers, received: ReceivedOffers): Offers['requests'] {
  return {
    async FILE_OFFER(body, from) {
      await received.receive(from.peerId, body)
      return { stored: true }
    },
    OFFER_ENTRIES: ({ id, offset, limit }, from) => made.page(from.peerId, id, offset, limit),
    async OFFER_ANSWER(body, from) {
      await made.answer(from.peerId, body)
      return {}
    },
    async OFFER_CANCEL({ id }, from) {
      await received.withdraw(from.peerId, id)
      return {}
    },
  }
}
