import type { FoundRegistry, PeerOptions, RegistryStatus } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import type { PersonStatus, RegistryClient } from '../registry/index.js'
import type { Store, Table } from '../store/index.js'
import { type Address, parseAddress } from './address.js'
import type { SettingsBook } from './settings.js'

/** What the link needs of the peer. */
export interface RegistryLinkOptions {
  readonly store: Store
  readonly settings: SettingsBook
  readonly log: Logger
  /** Starts a client for one registry; it connects and reconnects by itself. */
  readonly connect: (
    address: Address,
    known: { readonly expect?: PeerId; readonly joinSecret?: string },
    onState: (status: RegistryStatus) => void,
  ) => RegistryClient
  readonly onState: (status: RegistryStatus) => void
}

const SECRET_CHARACTERS = 128
/** What is seen may be old: it is not followed to and fro. */
const MOVE_EVERY_MS = 30_000

/** Which registry the peer belongs to: joins, pins, leaves, and tells how it stands. */
export class RegistryLink {
  readonly #options: RegistryLinkOptions
  /** The id that was met first at an address: another never replaces it silently. */
  readonly #pins: Table<PeerId>
  /** The join secrets of registries, by address. One is sent only there, and to the pinned id. */
  readonly #secrets: Table<string>
  #client: RegistryClient | undefined
  #announced: readonly Root[] = []
  #movedAt = Number.NEGATIVE_INFINITY
  #status: RegistryStatus = { state: 'none' }

  constructor(options: RegistryLinkOptions) {
    this.#options = options
    this.#pins = options.store.table('registry-pins')
    this.#secrets = options.store.table('registry-secrets')
  }

  status(): RegistryStatus {
    return this.#status
  }

  /** The id that the registry at an address must have; undefined where none was met. */
  pinned(address: string): PeerId | undefined {
    return this.#pins.get(address)
  }

  /** The client while it is connected. */
  get connected(): RegistryClient | undefined {
    return this.#status.state === 'connected' ? this.#client : undefined
  }

  /** The client, or NO_REGISTRY with what to do. */
  required(): RegistryClient {
    const client = this.connected
    if (client) return client
    const { address, error } = this.#status
    if (address && error)
      throw new PeerError('NO_REGISTRY', `The registry ${address} is not there: ${error.message}`)
    if (address) throw new PeerError('NO_REGISTRY', `Still connecting to the registry ${address}. Try again.`)
    throw new PeerError('NO_REGISTRY', 'No registry is set. Join one first: its address is host:port.')
  }

  /** At start: the registry that was asked for, else the remembered one. One that is asked for by address is remembered. */
  async start(asked: PeerOptions['registry'], secret?: string): Promise<void> {
    if (typeof asked === 'string') await this.#options.settings.set('registry', asked)
    const address = this.#options.settings.all().registry
    if (secret !== undefined && address !== '') await this.#keepSecret(address, secret)
    if (asked === null || typeof asked === 'object') return this.use(asked)
    return this.follow(this.#options.settings.all().registry)
  }

  /** Connects to a registry without waiting and without remembering it; with none, disconnects. */
  async use(choice: { readonly address: string; readonly id?: PeerId } | null): Promise<void> {
    await this.#drop()
    if (!choice) return
    const address = parseAddress(choice.address)
    this.#open(address, choice.id ?? this.#pins.get(address.text))
  }

  /** Follows the setting: '' is none. */
  follow(setting: string): Promise<void> {
    return this.use(setting === '' ? null : { address: setting })
  }

  /** Joins and remembers; rejects, with everything as it was, when the registry can't be reached or refuses. */
  async join(
    text: string,
    { id, secret }: { readonly id?: PeerId; readonly secret?: string } = {},
  ): Promise<RegistryStatus> {
    const address = parseAddress(text)
    const before = this.#options.settings.all().registry
    const secretBefore = this.#secrets.get(address.text)
    await this.#drop()
    if (secret !== undefined) await this.#keepSecret(address.text, secret)
    const client = this.#open(address, id ?? this.#pins.get(address.text))
    try {
      await client.joined()
    } catch (error) {
      if (secret !== undefined) await this.#keepSecret(address.text, secretBefore ?? '')
      await this.follow(before)
      throw error
    }
    await this.#options.settings.set('registry', address.text)
    return this.#status
  }

  /** Leaves and forgets: its pin and secret too, so that the person may join another there on purpose. */
  async leave(): Promise<RegistryStatus> {
    const { address } = this.#status
    await this.#drop()
    if (address) {
      await this.#options.store.write(() => this.#pins.remove(address))
      await this.#keepSecret(address, '')
    }
    await this.#options.settings.set('registry', '')
    return this.#status
  }

  /** Registries were seen on the network: the one of this peer, if it was away, is tried at once. */
  async seen(found: readonly FoundRegistry[]): Promise<void> {
    const { address, state } = this.#status
    if (state !== 'waiting') return
    const isOurs = (one: FoundRegistry) => one.address === address && one.id === this.#pins.get(address)
    if (found.some(isOurs)) this.#client?.introduceAgain()
    else await this.look(found)
  }

  /** Where the registry of this peer is away, and is seen at another address, it is followed there. */
  async look(found: readonly FoundRegistry[]): Promise<void> {
    const { address: old, state } = this.#status
    if (state !== 'waiting' || !old || old !== this.#options.settings.all().registry) return
    const pinned = this.#pins.get(old)
    const moved = found.find(({ id, address }) => id === pinned && address !== old)
    const now = performance.now()
    if (!moved || now - this.#movedAt < MOVE_EVERY_MS) return
    this.#movedAt = now
    await this.#options.store.write(() => this.#pins.put(moved.address, moved.id))
    await this.#keepSecret(moved.address, this.#secrets.get(old) ?? '')
    await this.#options.settings.set('registry', moved.address)
    await this.follow(moved.address)
  }

  /** What is served beside the share, from now on. */
  announce(roots: readonly Root[]): void {
    this.#announced = roots
    this.#client?.announce(roots)
  }

  /** The share has changed. */
  shareChanged(): void {
    this.#client?.shareChanged()
  }

  /** The person is to be found in another way than before. */
  statusChanged({ status, statusText }: PersonStatus): void {
    // Whoever is not connected says it when they are.
    this.connected
      ?.setStatus({ status, statusText })
      .catch(error => this.#options.log.debug('the status was not told', { error: String(error) }))
  }

  /** Who is blocked has changed; told now, or with the next introduction. */
  blocks(blocked: readonly PeerId[]): void {
    this.connected
      ?.setBlocked(blocked)
      .catch(error => this.#options.log.debug('the block list was not told', { error: String(error) }))
  }

  /** What this peer tells of itself has changed. */
  introduceAgain(): void {
    this.#client?.introduceAgain()
  }

  async close(): Promise<void> {
    await this.#client?.close()
    this.#client = undefined
  }

  #open(address: Address, expect: PeerId | undefined): RegistryClient {
    const joinSecret = this.#secrets.get(address.text)
    const known = { ...(expect ? { expect } : {}), ...(joinSecret ? { joinSecret } : {}) }
    const client = this.#options.connect(address, known, status => {
      if (this.#client !== client) return
      this.#set(status)
      if (status.state === 'connected' && status.id) void this.#pin(address.text, status.id)
    })
    this.#client = client
    client.announce(this.#announced)
    this.#set({ state: 'connecting', address: address.text })
    return client
  }

  async #drop(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    this.#set({ state: 'none' })
    await client?.close()
  }

  #set(status: RegistryStatus): void {
    this.#status = status
    this.#options.onState(status)
  }

  /** '' forgets it. */
  async #keepSecret(address: string, secret: string): Promise<void> {
    if (secret.length > SECRET_CHARACTERS)
      throw new PeerError('BAD_INPUT', `A join secret has at most ${SECRET_CHARACTERS} characters.`)
    await this.#options.store.write(() =>
      secret === '' ? this.#secrets.remove(address) : this.#secrets.put(address, secret),
    )
  }

  async #pin(address: string, id: PeerId): Promise<void> {
    if (this.#pins.get(address) === id) return
    try {
      await this.#options.store.write(() => this.#pins.put(address, id))
    } catch (error) {
      this.#options.log.warn('the registry could not be pinned', { address, error: String(error) })
    }
  }
}
