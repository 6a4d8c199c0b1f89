import { realpath } from 'node:fs/promises'
import type { Failure, Peer, PeerOptions, Settings } from '../api/index.js'
import { createChat } from '../chat/index.js'
import { createHasher } from '../content/index.js'
import { scopeFor } from '../discovery/index.js'
import { PeerError } from '../errors/index.js'
import { isPeerId, openIdentity, type PeerId } from '../identity/index.js'
import { type Logger, openLog } from '../log/index.js'
import { createRegistryClient, type Introduction } from '../registry/index.js'
import { openShare, parseExclusions } from '../share/index.js'
import { openStore } from '../store/index.js'
import { createOffers, createTransfers, Limits, type Offers, systemClock } from '../transfer/index.js'
import { createConnections, type PersonRecord } from '../wire/index.js'
import { declaredAddresses, joinAddress, reachableHost } from './address.js'
import { answersOf } from './answers.js'
import { Around } from './around.js'
import { Closers } from './closers.js'
import { follow } from './contacts.js'
import { ContactsBook } from './contacts-book.js'
import { EventHub } from './event-hub.js'
import { listAgain } from './facade/download.js'
import { facadeOf } from './facade/facade.js'
import { searchPage, searchRequest } from './facade/pages.js'
import { HashPace } from './hash-pace.js'
import { defaultHome, type Home, openHome } from './home.js'
import { KeyWatch } from './key-watch.js'
import { LimitsBook } from './limits-book.js'
import { proposedName } from './names.js'
import { Nearby } from './nearby.js'
import { NetworkSearch } from './network-search.js'
import { openPorts } from './open-ports.js'
import type { Parts } from './parts.js'
import { People } from './people.js'
import { PeopleBook } from './people-book.js'
import { RegistryLink } from './registry-link.js'
import { SavedSearches } from './saved-searches.js'
import { SettingsBook } from './settings.js'
import { Subscriptions } from './subscriptions.js'
import { Trust } from './trust.js'

/**
 * Starts a peer: its folders, share, ports and registry. When it can't, it rejects with a PeerError and
 * leaves nothing running.
 */
export async function createPeer(options: PeerOptions = {}): Promise<Peer> {
  const closers = new Closers()
  try {
    return await start(options, closers)
  } catch (error) {
    await closers.close().catch(() => {})
    throw error
  }
}

async function start(options: PeerOptions, closers: Closers): Promise<Peer> {
  const home = await openHome(options.home ?? defaultHome())
  closers.add(() => home.release())
  const { log, close: closeLog } = await openLog({ folder: home.logs, name: 'peer' })
  closers.add(closeLog)
  if (home.warning) log.warn(home.warning)
  const identity = await openIdentity(home.identity)
  const store = openStore(home.database)
  closers.add(() => store.close())
  const settings = new SettingsBook(store, defaults(home))
  if (options.name !== undefined) await settings.set('name', options.name)

  const limits = new Limits(systemClock)
  closers.add(() => limits.close())
  const limitsBook = new LimitsBook(store, settings, limits)
  limitsBook.apply()

  const events = new EventHub(log)
  const closing = new AbortController()
  let savedSearches: SavedSearches | undefined
  const registry = new RegistryLink({
    store,
    settings,
    log: log.part('registry'),
    connect: (address, { expect, ...secret }, onState) =>
      createRegistryClient({
        identity,
        address,
        ...(expect ? { expect } : {}),
        introduce: () => ({ ...introductionOf(parts, options.host), ...secret }),
        share,
        onState,
        onPeople: records => void people.take(records).catch(closed(log)),
        onCalled: record => void dialBack(parts, record).catch(closed(log)),
        log: log.part('registry'),
      }),
    onState: status => {
      events.emit({ kind: 'registry', registry: status })
      if (status.state === 'connected') {
        void people.refresh().catch(closed(log))
        void savedSearches?.look().catch(closed(log))
      } else people.lost()
      if (status.state === 'waiting') void registry.look(parts.around.registries()).catch(closed(log))
      if (status.error?.code === 'REPLACED') void close(status.error)
    },
  })
  const book = new PeopleBook(store, identity.id)
  const contacts = new ContactsBook(store)
  const trust = new Trust({ contacts, name: id => people.name(id) })
  const people: People = new People({
    self: identity.id,
    book,
    contacts,
    keys: new KeyWatch({ book, contacts, isNoted: id => isNoted(parts, id) }),
    refusal: id => trust.refusal(id),
    registry,
    nearby: {
      isNear: id => nearby.isNear(id),
      look: () => nearby.look(),
      where: id => nearby.where(id),
    },
    unread: id => parts.chat.unread(id),
    limits: id => limitsBook.of(id),
    onChange: person => events.emit({ kind: 'person', person }),
    onKeyChanged(person, before) {
      log.warn('someone has another key than the one known by that name', {
        id: person.id,
        before: before.id,
      })
      events.emit({ kind: 'key-changed', person, before })
      follow(parts, person.id, {})
    },
    onOnline: id => {
      parts.transfers.peerOnline(id)
      parts.chat.wake(id)
      parts.offers.wake(id)
      parts.subscriptions.ownerOnline(id)
    },
  })
  const workerKind = options.workers ?? 'thread'
  const hasher = createHasher({ kind: workerKind, background: true, log: log.part('content') })
  closers.add(() => hasher.close())
  const pace = new HashPace(
    () => settings.all(),
    bytesASecond => hasher.setPace(bytesASecond),
  )
  closers.add(() => pace.close())
  const share = await openShare({
    folder: home.share,
    keepOut: privateFolders(home),
    store,
    hasher,
    workerKind,
    exclude: parseExclusions(settings.all().exclude),
    log: log.part('share'),
    onChange: () => registry.shareChanged(),
    onProgress: progress => events.emit({ kind: 'share', progress }),
    onNarrowed: () => parts.uploads.revoke(),
  })
  closers.add(() => share.close())

  const connections = createConnections({
    identity,
    handlers: answersOf(() => parts),
    resolve: id => people.whereIs(id),
    callBack: (id, signal) => registry.required().call(id, signal),
    onOpen(connection) {
      // Blocked while it was being dialled.
      if (trust.isBlocked(connection.peerId)) return void connection.close()
      nearby.opened(connection)
      parts.chat.wake(connection.peerId)
      parts.offers.wake(connection.peerId)
    },
    onEnd(id) {
      nearby.ended(id)
      parts.offers.gone(id)
    },
    log: log.part('wire'),
  })
  closers.add(() => connections.close())
  const nearby = new Nearby({
    isKnownOnline: id => people.isOnlineByRegistry(id) || trust.isBlocked(id),
    connect: (id, signal) => connections.to(id, signal),
    onHere: record => people.here(record).catch(closed(log)),
    onGone: id => void people.gone(id).catch(closed(log)),
    log: log.part('discovery'),
  })
  closers.add(() => nearby.close())
  const { listener, uploads } = await openPorts(options, identity, () => parts, {
    log,
    limits,
    blocked: contacts.blocked(),
    onServing: () => pace.moved(),
  })
  closers.add(() => listener.close())
  closers.add(() => uploads.close())

  const connect = async (to: PeerId, signal: AbortSignal) => {
    trust.check(to)
    return connections.to(to, signal)
  }
  // Downloads tell of themselves before what they may belong to is open.
  let offers: Offers | undefined
  let subscriptions: Subscriptions | undefined
  const transfers = await createTransfers({
    identity,
    store,
    folders: { tmp: home.tmp, downloads: () => settings.all().downloads },
    atOnce: settings.all().downloadsAtOnce,
    workerKind,
    log: log.part('transfer'),
    limits: limits.down,
    onConflict: () => settings.all().onConflict,
    keepExecutable: () => settings.all().keepExecutable,
    sourcesOf: root => people.sourcesOf(root),
    sourceOf: id => people.source(id),
    localCopyOf: root => share.localCopyOf(root),
    listAgain: (owner, path) => listAgain(parts, owner, path),
    onChange(transfer) {
      if (transfer.state === 'downloading') pace.moved()
      offers?.transferChanged(transfer)
      subscriptions?.transferChanged(transfer)
      events.emit({ kind: 'transfer', transfer })
    },
    onRemoved(id) {
      offers?.transferRemoved(id)
      events.emit({ kind: 'transfer-removed', id })
    },
    onServed: root => uploads.revoke(root),
    onAnnounce: roots => registry.announce(roots),
  })
  closers.add(() => transfers.close())
  offers = createOffers({
    self: identity.id,
    store,
    hasher,
    transfers,
    log: log.part('offers'),
    keepOut: await Promise.all(privateFolders(home).map(folder => realpath(folder))),
    connect,
    connected: to => connections.find(to),
    nameOf: id => people.name(id),
    onTransfer: transfer => events.emit({ kind: 'transfer', transfer }),
    onTransferRemoved: id => events.emit({ kind: 'transfer-removed', id }),
    onOffer: offer => events.emit({ kind: 'offer', offer }),
    onOfferRemoved: id => events.emit({ kind: 'offer-removed', id }),
    onNarrowed: () => uploads.revoke(),
  })
  const opened = offers
  closers.add(() => opened.close())
  subscriptions = new Subscriptions({
    store,
    clock: systemClock,
    transfers,
    log: log.part('subscriptions'),
    nameOf: id => people.name(id),
    browse: async (owner, request) =>
      (await connections.to(owner, closing.signal)).request('FILE_BROWSE', request),
    onChange: subscription => events.emit({ kind: 'subscription', subscription }),
    onRemoved: id => events.emit({ kind: 'subscription-removed', id }),
  })
  const following = subscriptions
  closers.add(() => following.close())
  const search = new NetworkSearch({
    registry,
    self: identity.id,
    connected: () => connections.open().map(({ peerId }) => peerId),
    online: () => people.online(),
    name: id => people.name(id),
    connect: (id, signal) => connections.to(id, signal),
    log: log.part('search'),
  })
  closers.add(async () => search.close())
  savedSearches = new SavedSearches({
    store,
    clock: systemClock,
    log: log.part('searches'),
    search: async query => searchPage(await search.search(searchRequest(query))),
    onChange: (search, found) => events.emit({ kind: 'saved-search', search, found }),
    onRemoved: id => events.emit({ kind: 'saved-search-removed', id }),
  })
  const searches = savedSearches
  closers.add(() => searches.close())
  const chat = createChat({
    self: identity.id,
    store,
    log: log.part('chat'),
    connect,
    onMessage: message => events.emit({ kind: 'message', message }),
    onThread(id) {
      events.emit({ kind: 'thread', thread: parts.chat.thread(id) })
      if (isPeerId(id)) people.announce(id)
    },
    connected: to => connections.find(to),
    onTyping: (thread, from) => events.emit({ kind: 'typing', thread, from }),
    receipts: () => settings.all().readReceipts,
  })
  closers.add(() => chat.close())
  closers.add(() => registry.close())
  closers.add(() => closing.abort(new PeerError('CLOSED', 'The peer is closing.')))

  const around = new Around({
    scope: options.discovery ?? scopeFor(options.host),
    service: { kind: 'peer', id: identity.id, port: listener.port },
    onPeer: sighting => nearby.take(sighting),
    onRegistries(found) {
      events.emit({ kind: 'registries', found })
      void registry.seen(found).catch(closed(log))
    },
    log: log.part('discovery'),
  })
  closers.add(() => around.close())

  const parts: Parts = {
    home,
    identity,
    log,
    events,
    settings,
    limits: limitsBook,
    people,
    contacts,
    trust,
    share,
    pace,
    connections,
    uploads,
    registry,
    around,
    nearby,
    transfers,
    offers: opened,
    subscriptions: following,
    search,
    searches,
    chat,
    ports: { control: listener.port, data: [...uploads.ports] },
    address: joinAddress(reachableHost(options.host), listener.port),
    closing: closing.signal,
  }
  const close = async (why?: Failure) => {
    if (!closers.closing) log.info('closing', why ? { code: why.code } : {})
    await closers.close()
    events.emit(why ? { kind: 'closed', error: why } : { kind: 'closed' })
  }
  following.start()
  searches.start()
  await registry.start(options.registry, options.joinSecret)
  await around.set(settings.all().discovery, settings.all().probe)
  return facadeOf(parts, () => close())
}

/** What this peer tells its registry of itself. */
function introductionOf({ settings, ports, contacts }: Parts, host: string | undefined): Introduction {
  const { name, status, statusText } = settings.all()
  return { name, status, statusText, ports, addresses: declaredAddresses(host), blocked: contacts.blocked() }
}

/** Whether this person has had to do with someone. */
function isNoted({ contacts, chat, limits, offers }: Parts, id: PeerId): boolean {
  if (contacts.has(id) || limits.of(id) || chat.threads().some(thread => thread.id === id)) return true
  return offers.rules().some(({ person, rule }) => person === id && rule.kind !== 'ask')
}

/** Someone who can't reach this peer has called it by the registry. */
async function dialBack({ people, connections, closing }: Parts, record: PersonRecord): Promise<void> {
  await people.take([record])
  await connections.to(record.id, closing)
}

/** What is neither shared nor sent, whoever asks for it. */
function privateFolders({ database, identity, tmp, logs }: Home): string[] {
  return [database, identity, tmp, logs]
}

function defaults(home: Home): Settings {
  return {
    name: proposedName(),
    status: 'available',
    statusText: '',
    registry: '',
    downloads: home.downloads,
    downloadsAtOnce: DOWNLOADS_AT_ONCE,
    uploadLimit: 0,
    downloadLimit: 0,
    uploadSlots: 0,
    schedule: '',
    onConflict: 'keep-both',
    keepExecutable: false,
    discovery: true,
    probe: '',
    exclude: '',
    hashLimit: 0,
    hashPaused: false,
    readReceipts: true,
  }
}

const DOWNLOADS_AT_ONCE = 3

/** For work that nobody waits for: it may meet a registry or a store that is closing. */
function closed(log: Logger): (error: unknown) => void {
  return error => log.debug('given up', { error: String(error) })
}
