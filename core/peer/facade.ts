import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type {
  BrowseQuery,
  DownloadRequest,
  Peer,
  PeerStatus,
  Person,
  PersonLimits,
  ReadRequest,
  Transfer,
} from '../api/index.js'
import { isPeerError, PeerError } from '../errors/index.js'
import { type PeerId, parsePeerId } from '../identity/index.js'
import { parseRoot } from '../manifest/index.js'
import { parseRemotePath } from '../paths/index.js'
import { parseExclusions } from '../share/index.js'
import type { EntryRead, PlannedEntry } from '../transfer/index.js'
import { type BrowseAnswer, type BrowseRequest, LIMITS } from '../wire/index.js'
import { eachTransfer } from './each-transfer.js'
import { countOf, pageSize, textOf } from './given.js'
import { offersOf } from './offers-facade.js'
import { browsePage, listed, searchPage, searchRequest } from './pages.js'
import type { Parts } from './parts.js'
import { type Browse, planByRoot, planDownload } from './plan-download.js'
import { actionOf, idsOf, moveOf, priorityOf } from './queue-input.js'
import { conflictRule } from './settings.js'

/** The peer's methods over its parts. What comes in is checked here: it may come from a script or a browser. */
export function facadeOf(parts: Parts, close: () => Promise<void>): Peer {
  return {
    id: parts.identity.id,
    status: async () => statusOf(parts),
    people: {
      list: () => parts.people.list(),
      find: who => parts.people.find(textOf(who, 'Name someone.')),
      setLimits: (id, limits) => setLimits(parts, parsePeerId(textOf(id, 'Say for whom.')), limits),
    },
    files: filesOf(parts),
    transfers: transfersOf(parts),
    offers: offersOf(parts),
    searches: searchesOf(parts),
    subscriptions: subscriptionsOf(parts),
    share: shareOf(parts),
    chat: chatOf(parts),
    settings: settingsOf(parts),
    registry: registryOf(parts),
    subscribe: listener => parts.events.subscribe(listener),
    close,
  }
}

function statusOf({ home, identity, settings, address, registry, share }: Parts): PeerStatus {
  const { name, downloads } = settings.all()
  return {
    id: identity.id,
    name,
    home: home.path,
    folders: { share: home.share, downloads },
    address,
    warnings: home.warning ? [home.warning] : [],
    registry: registry.status(),
    share: share.progress(),
  }
}

async function setLimits(
  { people, limits }: Parts,
  id: PeerId,
  change: Partial<PersonLimits>,
): Promise<Person> {
  people.known(id)
  await limits.set(id, change)
  people.announce(id)
  return people.known(id)
}

function filesOf(parts: Parts): Peer['files'] {
  return {
    async browse(query) {
      const owner = parsePeerId(textOf(query.owner, 'Say whose share to list.'))
      const { answer, from } = await browseAt(parts, owner, browseRequest(query))
      return browsePage(answer, from)
    },
    async search(query) {
      const session = query.session === undefined ? undefined : textOf(query.session, 'A session is a text.')
      return searchPage(await parts.search.search(searchRequest(query), session))
    },
  }
}

function transfersOf(parts: Parts): Peer['transfers'] {
  const { transfers, offers } = parts
  const { sends } = offers
  /** Downloads and sends are one list with one kind of id. */
  const of = (id: unknown) => {
    const text = textOf(id, 'Name a transfer.')
    return { id: text, side: sends.has(text) ? sends : transfers }
  }
  return {
    list: async () => [...transfers.list(), ...sends.list()].sort((a, b) => b.createdAt - a.createdAt),
    download: request => download(parts, request),
    async pause(id) {
      const { id: text, side } = of(id)
      if (side === sends)
        throw new PeerError('BAD_INPUT', 'A send can’t be paused here: its receiver can. Cancel it instead.')
      return transfers.pause(text)
    },
    async resume(id) {
      const { id: text, side } = of(id)
      return side.resume(text)
    },
    async cancel(id) {
      const { id: text, side } = of(id)
      return side.cancel(text)
    },
    async remove(id) {
      const { id: text, side } = of(id)
      return side.remove(text)
    },
    each: async (action, which) =>
      eachTransfer(parts, actionOf(action), which === 'all' ? which : idsOf(which)),
    move: async (id, to) => transfers.move(textOf(id, 'Name a transfer.'), moveOf(to)),
    prioritise: async (ids, priority) => transfers.prioritise(idsOf(ids), priorityOf(priority)),
    details: async id => transfers.details(textOf(id, 'Name a transfer.')),
    entries: async (id, { offset = 0, limit = LIMITS.pageEntries } = {}) =>
      transfers.entries(textOf(id, 'Name a transfer.'), countOf(offset), pageSize(limit)),
    read: async request => transfers.read(textOf(request.id, 'Name a transfer.'), entryRead(request)),
    endRead: async reader => transfers.endRead(readerOf(reader)),
  }
}

function searchesOf({ searches }: Parts): Peer['searches'] {
  return {
    list: async () => searches.list(),
    async save(name, query) {
      const { offset: _, limit: __, ...kept } = searchRequest(query)
      return searches.add(textOf(name, 'Name the search.'), kept)
    },
    markSeen: async id => searches.markSeen(textOf(id, 'Name a saved search.')),
    remove: async id => searches.remove(textOf(id, 'Name a saved search.')),
  }
}

function subscriptionsOf({ identity, subscriptions, settings }: Parts): Peer['subscriptions'] {
  return {
    list: async () => subscriptions.list(),
    async add({ owner: id, path, target = settings.all().downloads }) {
      const owner = parsePeerId(textOf(id, 'Say whose folder to follow.'))
      if (owner === identity.id) throw new PeerError('BAD_INPUT', 'That is in your own share already.')
      const folder = resolve(textOf(target, 'Name a folder to download into.'))
      return subscriptions.add({ owner, path: fetchable(path), target: folder })
    },
    remove: id => subscriptions.remove(textOf(id, 'Name a subscription.')),
  }
}

/** Who has more of them needs no longer list. */
const MOST_PROBLEMS = 1_000

function shareOf({ share }: Parts): Peer['share'] {
  return {
    list: () => share.imports(),
    problems: async () => share.problems(MOST_PROBLEMS).map(listed),
    add: (path, options = {}) =>
      share.add(resolve(textOf(path, 'Name a file or folder.')), {
        visibility: options.visibility ?? 'everyone',
      }),
    remove: name => share.remove(textOf(name, 'Name an import.')),
    rescan: () => share.rescan(),
  }
}

function chatOf({ chat, people }: Parts): Peer['chat'] {
  return {
    send: (to, text) => chat.send(parsePeerId(textOf(to, 'Say to whom.')), textOf(text, 'Say what.')),
    history: async query =>
      chat.history({ ...query, thread: parsePeerId(textOf(query.thread, 'Say with whom.')) }),
    async markRead(thread) {
      const id = parsePeerId(textOf(thread, 'Say with whom.'))
      await chat.markRead(id)
      people.announce(id)
    },
  }
}

function settingsOf({
  settings,
  limits,
  registry,
  transfers,
  events,
  share,
  pace,
  around,
}: Parts): Peer['settings'] {
  return {
    all: async () => settings.all(),
    async set(key, value) {
      const before = settings.all()
      const now = await settings.set(key, value)
      limits.follow(before, now)
      if (now.name !== before.name) registry.introduceAgain()
      if (now.downloadsAtOnce !== before.downloadsAtOnce) transfers.setAtOnce(now.downloadsAtOnce)
      if (now.registry !== before.registry) await registry.follow(now.registry)
      if (now.discovery !== before.discovery) await around.set(now.discovery)
      if (now.exclude !== before.exclude) share.setExclusions(parseExclusions(now.exclude))
      if (pace.apply()) events.emit({ kind: 'share', progress: share.progress() })
      events.emit({ kind: 'settings', settings: now })
      return now
    },
  }
}

function registryOf({ registry, settings, events, around }: Parts): Peer['registry'] {
  const tell = () => events.emit({ kind: 'settings', settings: settings.all() })
  return {
    async join(address, options = {}) {
      const { id, secret } = options
      const given = {
        ...(id === undefined ? {} : { id }),
        ...(secret === undefined ? {} : { secret: textOf(secret, 'A join secret is a text.') }),
      }
      const status = await registry.join(textOf(address, 'Give an address as host:port.'), given)
      tell()
      return status
    },
    async leave() {
      const status = await registry.leave()
      tell()
      return status
    },
    async found() {
      around.refresh()
      return around.registries()
    },
  }
}

/** Lists again what a download is of. */
export async function* listAgain(
  parts: Parts,
  owner: PeerId,
  path: string,
): AsyncGenerator<readonly PlannedEntry[]> {
  const browse: Browse = async query => (await browseAt(parts, owner, query)).answer
  const { entries } = await planDownload(browse, parts.people.name(owner), path)
  if (Symbol.iterator in entries) yield [...entries]
  else yield* entries
}

async function download(parts: Parts, request: DownloadRequest): Promise<readonly Transfer[]> {
  const given = {
    ...(request.onConflict !== undefined && { onConflict: conflictRule(request.onConflict) }),
    ...(request.target !== undefined && { target: resolve(request.target) }),
  }
  if ('root' in request) {
    const root = parseRoot(textOf(request.root, 'Give a root of 64 hex digits.'))
    const known = request.size === undefined ? await parts.registry.required().sources(root) : undefined
    const size = request.size ?? known?.size
    if (size === undefined)
      throw new PeerError(
        'NOT_FOUND',
        'Nobody here has that content now. Try again when more people are online.',
      )
    const name = request.name ?? known?.name ?? root
    return [await parts.transfers.start({ ...planByRoot(root, size, name), ...given })]
  }
  const owner = parsePeerId(textOf(request.owner, 'Say from whom.'))
  if (owner === parts.identity.id) throw new PeerError('BAD_INPUT', 'That is in your own share already.')
  const ownerName = parts.people.name(owner)
  const browse: Browse = async query => (await browseAt(parts, owner, query)).answer
  const plans = []
  for (const path of request.paths) plans.push(await planDownload(browse, ownerName, fetchable(path)))
  const started: Transfer[] = []
  for (const plan of plans) started.push(await parts.transfers.start({ ...plan, ...given, owner, ownerName }))
  return started
}

/** Asks the owner; the registry in its place when it can't be reached. */
async function browseAt(
  parts: Parts,
  owner: PeerId,
  request: BrowseRequest,
): Promise<{ answer: BrowseAnswer; from: 'owner' | 'registry' }> {
  if (owner === parts.identity.id) return { answer: parts.share.browse('owner', request), from: 'owner' }
  try {
    const connection = await parts.connections.to(owner, parts.closing)
    return { answer: await connection.request('FILE_BROWSE', request), from: 'owner' }
  } catch (error) {
    const client = parts.registry.connected
    if (!client || !isPeerError(error) || !AWAY.has(error.code)) throw error
    parts.log.debug('browsing at the registry', { owner, code: error.code })
    return { answer: await client.browse({ ...request, owner }), from: 'registry' }
  }
}

/** How an owner can be out of reach. */
const AWAY: ReadonlySet<string> = new Set(['OFFLINE', 'UNREACHABLE', 'TIMEOUT', 'CONNECTION_LOST'])

function browseRequest({
  path,
  sort,
  descending,
  offset = 0,
  limit = LIMITS.pageEntries,
}: BrowseQuery): BrowseRequest {
  const base: BrowseRequest = {
    path: parseRemotePath(textOf(path, 'Name a folder, or give an empty text for all.')),
    offset: countOf(offset),
    limit: pageSize(limit),
  }
  return { ...base, ...(sort ? { sort } : {}), ...(descending ? { descending } : {}) }
}

function fetchable(path: unknown): string {
  const parsed = parseRemotePath(textOf(path, 'Name a file or folder.'))
  if (parsed === '')
    throw new PeerError('BAD_INPUT', 'Name a file or folder in the share, not the share itself.')
  return parsed
}

/** Bytes that one read gives at most: a few hold little memory and fit a message of any channel. */
const READ_BYTES = 256 * 1024

function entryRead({ entry, offset, length = READ_BYTES, reader }: ReadRequest): EntryRead {
  if (!Number.isSafeInteger(length) || length < 1)
    throw new PeerError('BAD_INPUT', 'A length is a whole number from 1 on.')
  return {
    entry: countOf(entry),
    offset: countOf(offset),
    length: Math.min(length, READ_BYTES),
    reader: reader === undefined ? randomUUID() : readerOf(reader),
    goesOn: reader !== undefined,
  }
}

function readerOf(value: unknown): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= MOST_READER_CHARACTERS) return value
  throw new PeerError('BAD_INPUT', `A reader is named by 1 to ${MOST_READER_CHARACTERS} characters.`)
}

const MOST_READER_CHARACTERS = 64
