import type { Failure, RegistryStatus } from '../api/index.js'
import { hasCode, PeerError, toPlainError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import { type Answer, type Connection, dial, type PersonRecord, type RequestBody } from '../wire/index.js'
import { DigestKeeper } from './digest-keeper.js'
import { type PublishedShare, Publisher } from './publisher.js'
import { asRegistryError, isFinal } from './refusals.js'
import { retryWaitMs } from './retry-wait.js'

/** What a peer tells of itself; the version and digest of its share are added. */
export type Introduction = Omit<RequestBody<'NEW_CONNECTION'>, 'version' | 'digest'>

/** Whether someone is to be disturbed, and what they say of it. */
export type PersonStatus = Required<Pick<RequestBody<'HEARTBEAT_REQUEST'>, 'status' | 'statusText'>>

/** What the client of one registry needs. */
export interface RegistryClientOptions {
  readonly identity: Identity
  readonly address: { readonly host: string; readonly port: number; readonly text: string }
  /** The pinned id: another registry at this address is refused (WRONG_REGISTRY). */
  readonly expect?: PeerId
  /** Asked at each connection. */
  readonly introduce: () => Introduction
  readonly share: PublishedShare
  readonly onState: (status: RegistryStatus) => void
  /** What the registry pushed. */
  readonly onPeople: (records: readonly PersonRecord[]) => void
  /** Someone who can't reach this peer would like it to dial them. */
  readonly onCalled: (person: PersonRecord) => void
  readonly log: Logger
  /** 0 to 1; default Math.random. */
  readonly chance?: () => number
}

/** A peer's side of its registry: connects, comes back after a loss, publishes the share, asks. */
export interface RegistryClient {
  status(): RegistryStatus
  /** Settles with the first try: rejects with why it failed. */
  joined(): Promise<void>
  people(query: RequestBody<'PEOPLE'>): Promise<Answer<'PEOPLE'>>
  browse(query: RequestBody<'FILE_BROWSE'>): Promise<Answer<'FILE_BROWSE'>>
  search(query: RequestBody<'FILE_SEARCH'>, signal?: AbortSignal): Promise<Answer<'FILE_SEARCH'>>
  sources(root: Root): Promise<Answer<'FILE_SOURCES'>>
  /** Tries to connect to this peer, at the address the registry sees. */
  tryMe(port: number): Promise<Answer<'TRY_ME'>>
  /** Asks someone to dial this peer. */
  call(id: PeerId, signal?: AbortSignal): Promise<void>
  /** The registry's time; ms since 1970. */
  time(): Promise<number>
  /** What this peer says of how its person is to be found; also after a reconnection by `introduce`. */
  setStatus(status: PersonStatus): Promise<void>
  /** From whom this peer is hidden; also after a reconnection by `introduce`. */
  setBlocked(blocked: readonly PeerId[]): Promise<void>
  /**
   * Presence of these, and of people who register while `newcomers` is set, is pushed from now on, also after
   * a reconnection.
   */
  watch(ids: readonly PeerId[], newcomers: boolean): Promise<void>
  /** What this peer serves beside its share, also after a reconnection. It replaces what was said before. */
  announce(roots: readonly Root[]): void
  /** The share has a new version. */
  shareChanged(): void
  /** What `introduce` gives has changed: connects again with it, also after a refusal. */
  introduceAgain(): void
  /** Says goodbye; safe to call twice. */
  close(): Promise<void>
}

/** Connects to a registry and stays connected until it is closed or refused for good. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  return new ReconnectingClient(options)
}

class ReconnectingClient implements RegistryClient {
  readonly #options: RegistryClientOptions
  readonly #closing = new AbortController()
  readonly #first = firstTry()
  #status: RegistryStatus
  #connection: Connection | undefined
  #publisher: Publisher | undefined
  readonly #digests: DigestKeeper
  #watched: RequestBody<'HEARTBEAT_REQUEST'> | undefined
  #announced: readonly Root[] = []
  #announcing = false
  /** Who must answer: the one that was pinned, else the one that was met first. */
  #expect: PeerId | undefined
  #failures = 0
  /** Ends the wait before the next try, or the stop after a refusal. */
  #wake: () => void = () => {}
  readonly #running: Promise<void>

  constructor(options: RegistryClientOptions) {
    this.#options = options
    this.#digests = new DigestKeeper(options.share)
    this.#status = { state: 'connecting', address: options.address.text }
    this.#expect = options.expect
    this.#running = this.#run()
  }

  status(): RegistryStatus {
    return this.#status
  }

  joined(): Promise<void> {
    return this.#first.promise
  }

  people(query: RequestBody<'PEOPLE'>): Promise<Answer<'PEOPLE'>> {
    return this.#open().request('PEOPLE', query)
  }

  browse(query: RequestBody<'FILE_BROWSE'>): Promise<Answer<'FILE_BROWSE'>> {
    return this.#open().request('FILE_BROWSE', query)
  }

  search(query: RequestBody<'FILE_SEARCH'>, signal?: AbortSignal): Promise<Answer<'FILE_SEARCH'>> {
    return this.#open().request('FILE_SEARCH', query, signal ? { signal } : {})
  }

  sources(root: Root): Promise<Answer<'FILE_SOURCES'>> {
    return this.#open().request('FILE_SOURCES', { root })
  }

  tryMe(port: number): Promise<Answer<'TRY_ME'>> {
    return this.#open().request('TRY_ME', { port })
  }

  async call(id: PeerId, signal?: AbortSignal): Promise<void> {
    await this.#open().request('CALL_ME', { id }, signal ? { signal } : {})
  }

  async time(): Promise<number> {
    return (await this.#open().request('HEARTBEAT_REQUEST', {})).time
  }

  async setStatus(status: PersonStatus): Promise<void> {
    await this.#open().request('HEARTBEAT_REQUEST', status)
  }

  async setBlocked(blocked: readonly PeerId[]): Promise<void> {
    await this.#open().request('HEARTBEAT_REQUEST', { blocked: [...blocked] })
  }

  async watch(ids: readonly PeerId[], newcomers: boolean): Promise<void> {
    this.#watched = { watch: [...ids], newcomers }
    await this.#open().request('HEARTBEAT_REQUEST', this.#watched)
  }

  announce(roots: readonly Root[]): void {
    this.#announced = roots
    if (this.#status.state === 'connected') void this.#sendAnnounced()
  }

  shareChanged(): void {
    this.#publish()
  }

  introduceAgain(): void {
    this.#failures = 0
    if (this.#connection) void this.#connection.close()
    this.#wake()
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new PeerError('CLOSED', 'The peer left the registry.'))
      this.#wake()
      await this.#connection?.close()
    }
    await this.#running
  }

  #open(): Connection {
    if (this.#connection && this.#status.state === 'connected') return this.#connection
    throw new PeerError(
      'NO_REGISTRY',
      `The registry ${this.#options.address.text} is not connected now. Try again.`,
    )
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const error = await this.#session().catch(asRegistryError)
      this.#connection = undefined
      this.#publisher = undefined
      if (this.#closing.signal.aborted) break
      if (error) this.#failures += 1
      const again = this.#rest(error)
      await again
    }
    this.#first.reject(this.#closing.signal.reason)
  }

  /** One connection from its dial to its end; gives why it ended. */
  async #session(): Promise<PeerError | undefined> {
    const { identity, address, introduce, share, onPeople, onCalled, log } = this.#options
    // Made before it dials: the registry does not wait for long for who connects to it.
    const { version } = share
    const digest = await this.#digests.digest(this.#closing.signal)
    const connection = await dial({
      identity,
      host: address.host,
      port: address.port,
      ...(this.#expect ? { expect: this.#expect } : {}),
      expectRole: 'registry',
      role: 'peer',
      purpose: 'control',
      features: ['deflate'],
      handlers: {
        requests: { HEARTBEAT_REQUEST: () => ({ time: Date.now() }) },
        events: { PRESENCE: ({ people }) => onPeople(people), CALLED: ({ person }) => onCalled(person) },
      },
      signal: this.#closing.signal,
      log,
    })
    this.#connection = connection
    try {
      const welcome = await connection.request('NEW_CONNECTION', {
        ...introduce(),
        version: share.version,
        ...(digest && share.version.n === version.n ? { digest } : {}),
      })
      if (this.#watched) await connection.request('HEARTBEAT_REQUEST', this.#watched)
      this.#expect = connection.peerId
      this.#failures = 0
      this.#publisher = new Publisher(connection, share, welcome.have)
      const greeting = welcome.welcome ? { welcome: welcome.welcome } : {}
      this.#tell({ state: 'connected', id: connection.peerId, name: welcome.registryName, ...greeting })
      this.#first.resolve()
      if (this.#announced.length > 0) void this.#sendAnnounced()
      this.#publish()
      return await connection.ended
    } finally {
      await connection.close()
    }
  }

  /** Waits before the next try: at once after a clean end, until something changes after a refusal. */
  async #rest(error: PeerError | undefined): Promise<void> {
    const { chance = Math.random, log, address } = this.#options
    if (!error) {
      this.#tell({ state: 'connecting' })
      // A registry that only ever says goodbye is not asked in a tight loop.
      return this.#wait(retryWaitMs(1, chance()))
    }
    const failure: Failure = toPlainError(error)
    const final = isFinal(error)
    log.info(final ? 'refused by the registry' : 'the registry is out of reach', {
      address: address.text,
      code: error.code,
    })
    this.#tell({
      state: final ? 'refused' : 'waiting',
      error: { code: failure.code, message: failure.message },
    })
    this.#first.reject(error)
    await this.#wait(final ? undefined : retryWaitMs(this.#failures, chance()))
  }

  #wait(ms: number | undefined): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** One at a time: what changes meanwhile goes with the next. */
  async #sendAnnounced(): Promise<void> {
    if (this.#announcing) return
    this.#announcing = true
    try {
      for (let said: readonly Root[] | undefined; said !== this.#announced; ) {
        said = this.#announced
        await this.#connection?.request('FILE_ANNOUNCE', { roots: [...said] })
      }
    } catch (error) {
      // The next connection says it again; an older registry doesn't know of it.
      this.#options.log.debug('what is served beside the share was not announced', { error: String(error) })
    } finally {
      this.#announcing = false
    }
  }

  #publish(): void {
    const publisher = this.#publisher
    publisher?.publish().then(
      isAllThere => isAllThere && publisher === this.#publisher && this.#tellListed(undefined),
      error => {
        if (publisher !== this.#publisher) return
        if (hasCode(error, 'OVER_QUOTA')) return this.#tellListed(toPlainError(error))
        // The next connection starts from what the registry then holds.
        this.#options.log.warn('the share could not be published', { error: String(error) })
        void this.#connection?.close()
      },
    )
  }

  /** What was listed stays; when the share changes it is tried again. */
  #tellListed(failure: Failure | undefined): void {
    const { error, ...status } = this.#status
    if (status.state !== 'connected' || error?.code === failure?.code) return
    if (failure) this.#options.log.warn('not all of the share is listed', { code: failure.code })
    this.#tell({ ...status, ...(failure ? { error: { code: failure.code, message: failure.message } } : {}) })
  }

  #tell(status: Omit<RegistryStatus, 'address'>): void {
    if (this.#closing.signal.aborted) return
    this.#status = { ...status, address: this.#options.address.text }
    this.#options.onState(this.#status)
  }
}

/** A promise for the first try; nobody has to wait for it. */
function firstTry(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  promise.catch(() => {})
  return { promise, resolve, reject }
}
