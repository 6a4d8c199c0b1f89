import {
  type ChatMessage,
  type FoundFile,
  type FoundRegistry,
  type Import,
  type Listed,
  type Offer,
  type Peer,
  PeerError,
  type PeerEvent,
  type PeerStatus,
  type Person,
  type PersonRule,
  parsePeerId,
  parseRoot,
  type SavedSearch,
  type Settings,
  type Subscription,
  type Transfer,
  type TransferEntry,
} from '../../../core/index.js'

export const ANNA = parsePeerId('a'.repeat(52))
export const BEN = parsePeerId(`b${'a'.repeat(51)}`)
export const ROOT = parseRoot('0f'.repeat(32))

const AT = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A peer with fixed answers, which notes what it was asked. Anna runs it; Ben is the one other person. */
export interface FakePeer {
  readonly peer: Peer
  /** `method` and its arguments, in order. */
  readonly calls: readonly (readonly unknown[])[]
  /** Tells everyone who subscribed. */
  emit(event: PeerEvent): void
  readonly listeners: number
  /** What the next calls of a method give, or throw when it is an Error. */
  answer(method: string, value: unknown): void
}

const WORDS = 'goose figure hand end mix awkward update cannon ahead comfort primary client'.split(' ')

export function createFakePeer(): FakePeer {
  const calls: unknown[][] = []
  const listeners = new Set<(event: PeerEvent) => void>()
  const answers = new Map<string, unknown>()
  const emit = (event: PeerEvent) => {
    for (const listener of [...listeners]) listener(event)
  }

  /** A method that notes its arguments and gives a fixed answer, or the one set for it. */
  const fixed =
    <T>(name: string, value: T) =>
    async (...args: unknown[]): Promise<T> => {
      calls.push([name, ...args])
      const set = answers.get(name)
      if (set instanceof Error) throw set
      return set === undefined ? value : (set as T)
    }

  const peer: Peer = {
    id: ANNA,
    status: fixed('status', STATUS),
    doctor: fixed('doctor', [{ check: 'network' as const, ok: true, seen: 'It is there.' }]),
    people: {
      list: fixed('people.list', [ben]),
      find: async who => {
        await fixed('people.find', ben)(who)
        if (who.toLowerCase() !== 'ben' && who !== BEN)
          throw new PeerError('NOT_FOUND', `Nobody called "${who}" is known. See who is with people.`)
        return ben
      },
      setLimits: async (id, limits) => {
        await fixed('people.setLimits', ben)(id, limits)
        return { ...ben, limits: { up: 0, down: 0, ...limits } }
      },
      setContact: fixed('people.setContact', ben),
      words: fixed('people.words', { words: WORDS, code: 'TSPEER://VERIFY/A/B' }),
      setVerified: fixed('people.setVerified', { ...ben, verified: true }),
      verifyCode: fixed('people.verifyCode', { ...ben, verified: true }),
      acceptKey: fixed('people.acceptKey', ben),
    },
    files: {
      browse: fixed('files.browse', { total: 2, entries: LISTING, from: 'owner' } as const),
      search: fixed('files.search', { total: 1, complete: true, hits: [HIT] }),
    },
    transfers: {
      list: fixed('transfers.list', [TRANSFER]),
      download: fixed('transfers.download', [TRANSFER]),
      pause: fixed('transfers.pause', { ...TRANSFER, state: 'paused', reason: 'user' } as const),
      resume: fixed('transfers.resume', TRANSFER),
      cancel: fixed('transfers.cancel', { ...TRANSFER, state: 'cancelled' } as const),
      each: fixed('transfers.each', [TRANSFER]),
      move: fixed('transfers.move', { ...TRANSFER, place: 1 }),
      prioritise: fixed('transfers.prioritise', [{ ...TRANSFER, priority: 'high' }] as const),
      details: fixed('transfers.details', { id: TRANSFER.id, sources: [], verified: 5, history: [0, 5] }),
      remove: fixed('transfers.remove', undefined),
      entries: fixed('transfers.entries', { total: 1, entries: [ENTRY] }),
      read: fixed('transfers.read', Uint8Array.of(0, 1, 127, 128, 255)),
      endRead: fixed('transfers.endRead', undefined),
    },
    offers: {
      list: fixed('offers.list', [OFFER]),
      entries: fixed('offers.entries', OFFER.entries),
      send: fixed('offers.send', [SEND]),
      accept: fixed('offers.accept', { ...OFFER, state: 'accepted', transfers: [TRANSFER.id] } as const),
      decline: fixed('offers.decline', { ...OFFER, state: 'declined' } as const),
      later: fixed('offers.later', { ...OFFER, state: 'later' } as const),
      rules: fixed('offers.rules', [RULE]),
      setRule: fixed('offers.setRule', RULE),
    },
    searches: {
      list: fixed('searches.list', [SAVED_SEARCH]),
      save: fixed('searches.save', SAVED_SEARCH),
      markSeen: fixed('searches.markSeen', { ...SAVED_SEARCH, fresh: [] }),
      remove: fixed('searches.remove', undefined),
    },
    subscriptions: {
      list: fixed('subscriptions.list', [SUBSCRIPTION]),
      add: fixed('subscriptions.add', SUBSCRIPTION),
      remove: fixed('subscriptions.remove', undefined),
    },
    share: {
      list: fixed('share.list', [IMPORT]),
      problems: fixed('share.problems', []),
      add: fixed('share.add', IMPORT),
      setVisibility: fixed('share.setVisibility', IMPORT),
      remove: fixed('share.remove', undefined),
      rescan: fixed('share.rescan', undefined),
    },
    chat: {
      threads: fixed('chat.threads', [{ id: BEN, last: MESSAGE, unread: 1, muted: false }]),
      send: fixed('chat.send', MESSAGE),
      edit: fixed('chat.edit', MESSAGE),
      remove: fixed('chat.remove', MESSAGE),
      react: fixed('chat.react', MESSAGE),
      retry: fixed('chat.retry', MESSAGE),
      typing: fixed('chat.typing', undefined),
      setDraft: fixed('chat.setDraft', undefined),
      setMuted: fixed('chat.setMuted', undefined),
      clear: fixed('chat.clear', undefined),
      history: fixed('chat.history', [MESSAGE]),
      markRead: fixed('chat.markRead', undefined),
    },
    settings: { all: fixed('settings.all', SETTINGS), set: fixed('settings.set', SETTINGS) },
    registry: {
      join: fixed('registry.join', STATUS.registry),
      leave: fixed('registry.leave', { state: 'none' } as const),
      found: fixed('registry.found', [FOUND]),
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      calls.push(['close'])
      emit({ kind: 'closed' })
    },
  }
  return {
    peer,
    calls,
    emit,
    get listeners() {
      return listeners.size
    },
    answer: (method, value) => void answers.set(method, value),
  }
}

const ben: Person = {
  id: BEN,
  name: 'Ben',
  online: true,
  lastSeen: AT,
  verified: false,
  files: 2,
  bytes: 1_234_567,
  hashed: 1,
  unread: 0,
}

const STATUS: PeerStatus = {
  id: ANNA,
  name: 'Anna',
  home: '/home/anna/.tsPeer',
  folders: { share: '/home/anna/.tsPeer/share', downloads: '/home/anna/.tsPeer/downloads' },
  address: '127.0.0.1:7471',
  warnings: [],
  registry: { state: 'connected', address: '127.0.0.1:7470', name: 'lan' },
  share: {
    scanning: false,
    files: 3,
    bytes: 3000,
    hashedFiles: 2,
    hashedBytes: 2000,
    rate: 0,
    paused: false,
  },
}

const LISTING: readonly Listed[] = [
  { path: 'music', name: 'music', type: 'folder', size: 1_000_000, files: 1, mtime: AT },
  { path: 'notes.txt', name: 'notes.txt', type: 'file', size: 234_567, files: 1, mtime: AT, root: ROOT },
]

const HIT: FoundFile = {
  type: 'file',
  path: 'notes.txt',
  name: 'notes.txt',
  size: 234_567,
  mtime: AT,
  root: ROOT,
  owners: [{ id: BEN, name: 'Ben', online: true, path: 'notes.txt' }],
  ownerCount: 1,
}

const TRANSFER: Transfer = {
  id: '00112233445566778899aabbccddeeff',
  direction: 'down',
  name: 'notes.txt',
  owner: BEN,
  ownerName: 'Ben',
  state: 'downloading',
  files: 1,
  filesDone: 0,
  bytes: 117_000,
  total: 234_567,
  rate: 50_000,
  eta: 2.4,
  fetched: 117_000,
  wasted: 0,
  reused: 0,
  seconds: 2,
  target: '/home/anna/.tsPeer/downloads/notes.txt',
  createdAt: AT,
}

const ENTRY: TransferEntry = {
  index: 0,
  path: '',
  name: 'notes.txt',
  type: 'file',
  size: 234_567,
  done: 117_000,
}

const SEND: Transfer = {
  id: '0102030405060708090a0b0c0d0e0f10',
  direction: 'up',
  name: 'photos',
  to: BEN,
  toName: 'Ben',
  state: 'awaiting-consent',
  files: 2,
  filesDone: 0,
  bytes: 0,
  total: 7_000,
  rate: 0,
  fetched: 0,
  wasted: 0,
  reused: 0,
  seconds: 0,
  target: '/home/anna/photos',
  createdAt: AT,
}

const OFFER: Offer = {
  id: 'a0b1c2d3e4f5061728394a5b6c7d8e9f',
  from: BEN,
  fromName: 'Ben',
  name: 'photos',
  state: 'waiting',
  files: 1,
  bytes: 5_000,
  count: 2,
  entries: [
    { type: 'folder', path: 'photos', size: 0, mtime: AT },
    { type: 'file', path: 'photos/\u202egpj.exe', size: 5_000, mtime: AT },
  ],
  at: AT,
  transfers: [],
}

const RULE: PersonRule = { person: BEN, name: 'Ben', rule: { kind: 'up-to', bytes: 10_000_000 } }

const IMPORT: Import = {
  name: 'photos',
  original: '/home/anna/photos',
  type: 'folder',
  visibility: 'everyone',
  files: 12,
  bytes: 34_000_000,
  mtime: AT,
}

const MESSAGE: ChatMessage = {
  id: 'ffeeddccbbaa99887766554433221100',
  thread: BEN,
  from: ANNA,
  text: 'hello',
  at: AT,
  tick: 0,
  state: 'delivered',
}

const FOUND: FoundRegistry = { id: BEN, address: '127.0.0.1:7480' }

const SETTINGS: Settings = {
  name: 'Anna',
  registry: '127.0.0.1:7470',
  downloads: '/home/anna/.tsPeer/downloads',
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

const SAVED_SEARCH: SavedSearch = {
  id: '8'.repeat(32),
  name: 'films',
  query: { query: 'film', kind: 'video' },
  addedAt: AT,
  lookedAt: AT,
  fresh: [HIT],
}

const SUBSCRIPTION: Subscription = {
  id: '9'.repeat(32),
  owner: BEN,
  ownerName: 'Ben',
  path: 'photos',
  target: '/home/anna/downloads',
  addedAt: 1,
}
