import {
  type DownloadRequest,
  type FoundRegistry,
  type Import,
  type Listed,
  type Peer,
  PeerError,
  type PeerEvent,
  type PeerStatus,
  type Person,
  type RegistryStatus,
  type SavedSearch,
  type Settings,
  type ShareProgress,
  type Transfer,
} from '../../../core/browser.js'
import { fakeChat } from './fake-chat.js'
import { fakeFindings } from './fake-doctor.js'
import { fakeOffers } from './fake-offers.js'
import { fakePeople } from './fake-people.js'
import { fakeSearches, type SampleSearch } from './fake-searches.js'
import { fakeSubscriptions } from './fake-subscriptions.js'
import { conversation, unreadFrom } from './sample-chat.js'
import { type SampleMedia, sampleReading } from './sample-media.js'
import {
  findSamples,
  passes,
  SAMPLE_NOW,
  sampleEntry,
  sampleHit,
  sampleId,
  samplePerson,
  sampleTransfer,
} from './samples.js'

/** How much the fake peer has. */
export interface FakeOptions {
  readonly people?: number
  /** Entries in each folder and hits of each search. */
  readonly files?: number
  readonly transfers?: number
  /** Offers that wait for an answer. */
  readonly offers?: number
  /** Folders that are followed. */
  readonly followed?: number
  readonly saved?: readonly SampleSearch[]
  readonly messages?: number
  /** Downloads under way of which the first half is here, with real content. */
  readonly media?: readonly SampleMedia[]
  readonly imports?: readonly Import[]
  readonly problems?: readonly Listed[]
  readonly registry?: RegistryStatus
  readonly found?: readonly FoundRegistry[]
  readonly progress?: ShareProgress
  /** Put in place of the samples' names and texts, to see what the app makes of them. */
  readonly hostile?: string
}

/** A peer without network or disk: sample data, and downloads that move when told. For tests and pictures. */
export interface FakePeer extends Peer {
  emit(event: PeerEvent): void
  /** Moves what is downloading by a part of its size, and finishes what is through. */
  advance(part: number): void
  /** An offer of this person. */
  offer(from: Person): void
  /** The saved search of this name finds something. */
  discover(name: string, count?: number): void
  /** A message from this person. */
  receive(from: Person, text: string): void
  /** The names of the methods that were called, in order. */
  readonly calls: readonly string[]
}

const NOTHING_SHARED: ShareProgress = {
  scanning: false,
  files: 0,
  bytes: 0,
  hashedFiles: 0,
  hashedBytes: 0,
  rate: 0,
  paused: false,
}
const CONNECTED: RegistryStatus = {
  state: 'connected',
  address: '192.168.1.20:7470',
  id: sampleId(900),
  name: 'office',
}

export function createFakePeer(options: FakeOptions = {}): FakePeer {
  const { files = 3, hostile } = options
  const me = sampleId(1000)
  const calls: string[] = []
  const listeners = new Set<(event: PeerEvent) => void>()
  const emit = (event: PeerEvent) => {
    for (const listener of [...listeners]) listener(event)
  }
  const name = (text: string) => hostile ?? text

  const people = Array.from({ length: options.people ?? 3 }, (_, n) => {
    const person = samplePerson(n)
    return { ...person, name: name(person.name) }
  })
  const transfers = new Map<string, Transfer>()
  for (let n = 0; n < (options.transfers ?? 3); n++) {
    const transfer = sampleTransfer(n)
    transfers.set(transfer.id, {
      ...transfer,
      name: name(transfer.name),
      ownerName: name(transfer.ownerName ?? ''),
    })
  }
  const called = (method: string) => void calls.push(method)
  const chat = fakeChat({ me, people, emit, called, setUnread })
  people.slice(0, 2).forEach((person, at) => {
    chat.fill(
      person.id,
      at === 0 ? conversation(person, me, options.messages ?? 6, name) : [unreadFrom(person, name)],
    )
  })
  let imports = options.imports ?? []
  let progress = options.progress ?? NOTHING_SHARED
  let registry = options.registry ?? CONNECTED
  let settings: Settings = {
    name: name('me'),
    registry: registry.address ?? '',
    downloads: '/home/me/.tsPeer/downloads',
    downloadsAtOnce: 3,
    uploadLimit: 0,
    downloadLimit: 0,
    uploadSlots: 0,
    schedule: '',
    onConflict: 'keep-both',
    keepExecutable: false,
    status: 'available',
    statusText: '',
    discovery: true,
    probe: '',
    exclude: '',
    hashLimit: 0,
    hashPaused: false,
    readReceipts: true,
  }
  let lastId = 5000

  const find = (id: string): Transfer => {
    const transfer = transfers.get(id)
    if (!transfer) throw new PeerError('NOT_FOUND', 'That transfer is not on the list any more.')
    return transfer
  }
  const change = (id: string, next: (transfer: Transfer) => Transfer): Transfer => {
    const changed = next(find(id))
    transfers.set(id, changed)
    emit({ kind: 'transfer', transfer: changed })
    return changed
  }
  const start = (what: string, total: number, owner: Person | undefined): Transfer => {
    const transfer: Transfer = {
      id: (++lastId).toString(16).padStart(32, '0'),
      direction: 'down',
      name: what,
      ...(owner ? { owner: owner.id, ownerName: owner.name } : {}),
      state: 'downloading',
      files: 1,
      filesDone: 0,
      bytes: 0,
      total,
      rate: 24_000_000,
      eta: total / 24_000_000,
      fetched: 0,
      wasted: 0,
      reused: 0,
      seconds: 0,
      target: `${settings.downloads}/${what}`,
      createdAt: SAMPLE_NOW + lastId,
    }
    transfers.set(transfer.id, transfer)
    emit({ kind: 'transfer', transfer })
    return transfer
  }
  const media = new Map<string, SampleMedia>()
  for (const file of options.media ?? []) {
    const transfer = start(file.name, file.bytes.length, people[0])
    media.set(transfer.id, file)
    change(transfer.id, begun => ({ ...begun, bytes: Math.floor(begun.total / 2) }))
  }
  const download = (request: DownloadRequest): readonly Transfer[] => {
    if ('root' in request) return [start(request.name ?? 'file', request.size ?? 1, undefined)]
    const owner = people.find(person => person.id === request.owner)
    if (!owner?.online)
      throw new PeerError('OFFLINE', 'That person is offline. Try again when they are here.')
    return request.paths.map(path => start(path.slice(path.lastIndexOf('/') + 1), 48_000_000, owner))
  }
  const status = (): PeerStatus => ({
    id: me,
    name: settings.name,
    home: '/home/me/.tsPeer',
    folders: { share: '/home/me/.tsPeer/share', downloads: settings.downloads },
    address: '192.168.1.7:7471',
    warnings: [],
    registry,
    share: progress,
  })
  const setShare = (next: readonly Import[]) => {
    imports = next
    const all = imports.reduce((sum, item) => sum + item.files, 0)
    const bytes = imports.reduce((sum, item) => sum + item.bytes, 0)
    progress = { ...NOTHING_SHARED, files: all, bytes, hashedFiles: all, hashedBytes: bytes }
    emit({ kind: 'share', progress })
  }
  const setRegistry = (next: RegistryStatus) => {
    registry = next
    emit({ kind: 'registry', registry })
    return registry
  }

  const sent = (to: Person, what: string): Transfer => {
    const { owner: _, ownerName: __, eta: ___, ...base } = start(what, 12_400_000, undefined)
    const names = { to: to.id, toName: to.name }
    return change(base.id, () => ({ ...base, ...names, direction: 'up', state: 'awaiting-consent', rate: 0 }))
  }
  const offers = fakeOffers({ people, waiting: options.offers ?? 0, name, called, emit, sent, start })
  const downloads = () => settings.downloads
  const followed = options.followed ?? 0
  const subscriptions = fakeSubscriptions({ people, followed, name, downloads, called, emit, start })

  const findHits = (query: SavedSearch['query']) =>
    findSamples(query.query, files)
      .map(n => sampleHit(n, people))
      .filter(hit => passes(hit, query))
      .map(hit => ({ ...hit, name: name(hit.name), path: name(hit.path) }))
  const searches = fakeSearches({ saved: options.saved ?? [], name, called, emit, find: findHits })

  const acts = {
    pause: async (id: string) =>
      change(id, ({ eta: _, ...transfer }) => ({ ...transfer, state: 'paused', reason: 'user', rate: 0 })),
    resume: async (id: string) =>
      change(id, ({ reason: _, error: __, ...transfer }) => ({
        ...transfer,
        state: 'downloading',
        rate: 24_000_000,
      })),
    cancel: async (id: string) =>
      change(id, ({ eta: _, ...transfer }) => ({ ...transfer, state: 'cancelled', rate: 0 })),
  }

  return {
    id: me,
    calls,
    emit,
    status: async () => status(),
    doctor: async who => fakeFindings(who),
    people: fakePeople({ people, called, emit }),
    files: {
      async browse({ owner, path, offset = 0, limit = 300 }) {
        called('files.browse')
        const person = people.find(one => one.id === owner)
        const total = path.split('/').length > 3 ? 0 : files
        const entries = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, n) => {
          const entry = sampleEntry(path, offset + n, total)
          return { ...entry, name: name(entry.name) }
        })
        return { total, entries, from: person?.online ? 'owner' : 'registry' }
      },
      async search({ offset = 0, limit = 300, ...query }) {
        called('files.search')
        const found = findHits(query)
        return { total: found.length, complete: true, hits: found.slice(offset, offset + limit) }
      },
    },
    transfers: {
      list: async () => [...transfers.values()],
      async download(request) {
        called('transfers.download')
        return download(request)
      },
      ...acts,
      async each(action, which) {
        const ids = which === 'all' ? [...transfers.keys()] : which
        return Promise.all(ids.map(id => acts[action === 'retry' ? 'resume' : action](id)))
      },
      move: async id => change(id, transfer => transfer),
      prioritise: async (ids, priority) =>
        Promise.all(ids.map(id => change(id, transfer => ({ ...transfer, priority })))),
      details: async id => ({ id, sources: [], verified: 0, history: [] }),
      async remove(id) {
        if (transfers.delete(id)) emit({ kind: 'transfer-removed', id })
      },
      ...sampleReading(find, media),
    },
    offers,
    searches,
    subscriptions,
    share: {
      list: async () => imports,
      problems: async () => options.problems ?? [],
      async add(path, { visibility = 'everyone' } = {}) {
        called('share.add')
        if (!path.startsWith('/')) throw new PeerError('BAD_PATH', 'Give the whole path, from / on.')
        const added: Import = {
          name: path.slice(path.lastIndexOf('/') + 1),
          original: path,
          type: 'folder',
          visibility,
          files: 214,
          bytes: 18_000_000_000,
          mtime: SAMPLE_NOW,
        }
        setShare([...imports, added])
        return added
      },
      async setVisibility(name, visibility) {
        called('share.setVisibility')
        const found = imports.find(item => item.name === name)
        if (!found) throw new PeerError('NOT_FOUND', `There is no "${name}" in the share.`)
        const changed: Import = { ...found, visibility }
        setShare(imports.map(item => (item === found ? changed : item)))
        return changed
      },
      async remove(gone) {
        setShare(imports.filter(item => item.name !== gone))
      },
      rescan: async () => {},
    },
    chat: chat.api,
    settings: {
      all: async () => settings,
      async set(key, value) {
        settings = { ...settings, [key]: value }
        emit({ kind: 'settings', settings })
        return settings
      },
    },
    registry: {
      async join(address) {
        if (!address.includes(':')) throw new PeerError('UNREACHABLE', `No registry answers at ${address}.`)
        return setRegistry({ ...CONNECTED, address })
      },
      leave: async () => setRegistry({ state: 'none' }),
      found: async () => options.found ?? [],
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      emit({ kind: 'closed' })
      listeners.clear()
    },
    advance(part) {
      for (const { id, state } of [...transfers.values()]) {
        if (state !== 'downloading') continue
        change(id, ({ eta: _, ...transfer }) => {
          const bytes = Math.min(transfer.total, transfer.bytes + Math.ceil(transfer.total * part))
          if (bytes < transfer.total)
            return { ...transfer, bytes, eta: (transfer.total - bytes) / transfer.rate }
          return {
            ...transfer,
            bytes,
            filesDone: transfer.files,
            rate: 0,
            state: 'done',
            finishedAt: Date.now(),
          }
        })
        if (find(id).state === 'done') subscriptions.done(id)
      }
    },
    offer: from => void offers.offer(from),
    discover: (search, count = 1) => searches.discover(search, count),
    receive(from, text) {
      chat.receive(from, text)
      setUnread(from.id, (people.find(one => one.id === from.id)?.unread ?? 0) + 1)
    },
  }

  function setUnread(id: string, unread: number): void {
    const at = people.findIndex(one => one.id === id)
    const person = people[at]
    if (!person || person.unread === unread) return
    people[at] = { ...person, unread }
    emit({ kind: 'person', person: { ...person, unread } })
  }
}
