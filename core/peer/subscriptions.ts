import { createHash, randomBytes } from 'node:crypto'
import type { Failure, Subscription, Transfer } from '../api/index.js'
import { isPeerError, PeerError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Store, Table } from '../store/index.js'
import type { Clock, DownloadPlan, Transfers } from '../transfer/index.js'
import type { BrowseAnswer, BrowseRequest } from '../wire/index.js'
import { planDownload } from './facade/plan-download.js'

/** How often the owners of what is followed are asked, ms. They are asked when they come online, too. */
const CHECK_MS = 10 * 60_000
/** The states in which a download goes no further. */
const OVER: ReadonlySet<Transfer['state']> = new Set(['done', 'failed', 'cancelled'])

/** What subscriptions need of the peer. */
export interface SubscriptionsOptions {
  readonly store: Store
  readonly clock: Clock
  readonly transfers: Pick<Transfers, 'list' | 'start' | 'cancel' | 'remove'>
  readonly log: Logger
  nameOf(id: PeerId): string
  /** Asks the owner itself; rejects when it can't be reached. */
  browse(owner: PeerId, request: BrowseRequest): Promise<BrowseAnswer>
  onChange(subscription: Subscription): void
  onRemoved(id: string): void
}

/** What a folder was when it was listed: the share's version, and what its entries say. */
interface Listing {
  readonly version: string
  readonly digest: string
}

/** A subscription as it is kept. */
interface Kept {
  readonly id: string
  readonly owner: PeerId
  readonly path: string
  readonly target: string
  readonly addedAt: number
  readonly checkedAt?: number
  readonly updatedAt?: number
  readonly error?: Failure
  /** What is here. */
  readonly here?: Listing
  /** The last update, and what is here when it is done. */
  readonly transfer?: string
  readonly coming?: Listing
}

/** Folders of others that are followed: asked for when their owner may have changed them, and then updated. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions
  readonly #table: Table<Kept>
  /** Being checked; true where it is to be checked again after that. */
  readonly #checking = new Map<string, { again: boolean; readonly ended: Promise<void> }>()
  #stopTimer: (() => void) | undefined
  #closed = false

  constructor(options: SubscriptionsOptions) {
    this.#options = options
    this.#table = options.store.table('subscriptions')
  }

  /** Takes up what the last run left, and looks from now on. */
  start(): void {
    const transfers = new Map(this.#options.transfers.list().map(transfer => [transfer.id, transfer]))
    for (const { coming, transfer } of this.#all()) {
      const update = coming && transfer !== undefined ? transfers.get(transfer) : undefined
      if (update) this.transferChanged(update)
    }
    this.#wait()
  }

  list(): Subscription[] {
    return this.#all()
      .sort((a, b) => a.addedAt - b.addedAt)
      .map(kept => this.#shown(kept))
  }

  /** Follows a folder; resolves when its owner was asked, or could not be reached and will be later. */
  async add(wanted: Pick<Kept, 'owner' | 'path' | 'target'>): Promise<Subscription> {
    const { owner, path, target } = wanted
    const same = this.#all().find(
      kept => kept.owner === owner && kept.path === path && kept.target === target,
    )
    const kept = same ?? { id: randomBytes(16).toString('hex'), owner, path, target, addedAt: Date.now() }
    if (!same) {
      await this.#refuseFile(kept)
      await this.#put(kept)
    }
    await this.#check(kept.id)
    return this.#shown(this.#get(kept.id) ?? kept)
  }

  async remove(id: string): Promise<void> {
    if (!this.#get(id)) throw new PeerError('NOT_FOUND', 'There is no such subscription.')
    await this.#options.store.write(() => this.#table.remove(id))
    this.#options.onRemoved(id)
  }

  /** Someone is online, or has changed what they share. */
  ownerOnline(owner: PeerId): void {
    for (const kept of this.#all()) if (kept.owner === owner) void this.#check(kept.id)
  }

  /** Takes how a download goes: it may be an update. */
  transferChanged(transfer: Transfer): void {
    if (!OVER.has(transfer.state)) return
    const kept = this.#all().find(one => one.transfer === transfer.id && one.coming)
    if (!kept) return
    const { coming, error: _, ...rest } = kept
    const ended: Kept =
      transfer.state === 'done' && coming
        ? { ...rest, here: coming, updatedAt: Date.now() }
        : { ...rest, ...(transfer.error && { error: transfer.error }) }
    this.#change(ended)
      // What changed while it ran was not asked for.
      .then(() => (transfer.state === 'done' ? this.#check(kept.id) : undefined))
      .catch(error => this.#notNoted(error))
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopTimer?.()
    await Promise.all([...this.#checking.values()].map(({ ended }) => ended))
  }

  #wait(): void {
    this.#stopTimer = this.#options.clock.after(CHECK_MS, () => {
      for (const { id } of this.#all()) void this.#check(id)
      this.#wait()
    })
  }

  /** Asks its owner, once for all who want that while it goes on. */
  #check(id: string): Promise<void> {
    const running = this.#checking.get(id)
    if (running) {
      running.again = true
      return running.ended
    }
    if (this.#closed) return Promise.resolve()
    const check = { again: true, ended: Promise.resolve() }
    this.#checking.set(id, check)
    const goOn = async () => {
      while (check.again && !this.#closed) {
        check.again = false
        await this.#ask(id).catch(error => this.#failed(id, error))
      }
    }
    check.ended = goOn()
      .catch(error => this.#notNoted(error))
      .finally(() => this.#checking.delete(id))
    return check.ended
  }

  async #ask(id: string): Promise<void> {
    const kept = this.#get(id)
    if (!kept) return
    const update = this.#updateOf(kept)
    // Its list is of what was there before: it is made anew.
    if (update?.reason === 'source-changed') await this.#options.transfers.cancel(update.id)
    else if (update) return
    const { owner, path, target } = kept
    const { version } = await this.#options.browse(owner, { path, self: true, offset: 0, limit: 1 })
    const versionText = version ? `${version.epoch} ${version.n}` : ''
    if (version && kept.here?.version === versionText) return this.#current(id, kept.here)
    const digest = await this.#digest(await this.#plan(kept))
    const listing = { version: versionText, digest }
    if (kept.here?.digest === digest) return this.#current(id, listing)
    const plan = await this.#plan(kept)
    if (!this.#get(id) || this.#closed) return
    const ownerName = this.#options.nameOf(owner)
    const { id: transfer } = await this.#options.transfers.start({ ...plan, owner, ownerName, target })
    // The list of downloads shows one for each subscription, the newest.
    if (kept.transfer !== undefined && kept.transfer !== transfer)
      await this.#options.transfers.remove(kept.transfer).catch(() => {}) // taken off by the person
    const { error: _, ...rest } = kept
    await this.#change({ ...rest, transfer, coming: listing, checkedAt: Date.now() })
    const now = this.#options.transfers.list().find(one => one.id === transfer)
    if (now) this.transferChanged(now)
  }

  async #refuseFile({ owner, path }: Kept): Promise<void> {
    const request = { path, self: true, offset: 0, limit: 1 }
    const found = await this.#options.browse(owner, request).catch(error => {
      if (isPeerError(error) && AWAY.has(error.code)) return undefined
      throw error
    })
    if (found?.entries[0]?.type === 'file')
      throw new PeerError('BAD_INPUT', `"${path}" is a file. A folder can be followed.`)
  }

  #plan({ owner, path }: Kept): Promise<DownloadPlan> {
    return planDownload(request => this.#options.browse(owner, request), this.#options.nameOf(owner), path)
  }

  /** What all entries say, so that a change of any of them shows. */
  async #digest({ entries }: DownloadPlan): Promise<string> {
    const hash = createHash('sha256')
    const groups = Symbol.iterator in entries ? [[...entries]] : entries
    for await (const group of groups) {
      for (const { type, path, size, mtime, root = '', exec = false } of group)
        hash.update(`${JSON.stringify([type, path, size, mtime, root, exec])}\n`)
    }
    return hash.digest('hex')
  }

  /** The update that is under way. */
  #updateOf({ transfer, coming }: Kept): Transfer | undefined {
    const update = coming && this.#options.transfers.list().find(one => one.id === transfer)
    return update && !OVER.has(update.state) ? update : undefined
  }

  #current(id: string, here: Listing): Promise<void> {
    const kept = this.#get(id)
    if (!kept) return Promise.resolve()
    const { error: _, ...rest } = kept
    return this.#change({ ...rest, here, checkedAt: Date.now() })
  }

  /** That its owner is away is no failure: it is asked when it is back. */
  async #failed(id: string, error: unknown): Promise<void> {
    const { code, message } = toPlainError(error)
    const kept = this.#get(id)
    if (!kept || this.#closed || AWAY.has(code)) return
    await this.#change({ ...kept, error: { code, message } })
  }

  /** Keeps a change of one that was not removed meanwhile: what is being removed is still there until it is written. */
  async #change(kept: Kept): Promise<void> {
    let isThere = false
    await this.#options.store.write(() => {
      isThere = this.#get(kept.id) !== undefined
      if (isThere) this.#table.put(kept.id, kept)
    })
    if (isThere) this.#options.onChange(this.#shown(kept))
  }

  async #put(kept: Kept): Promise<void> {
    await this.#options.store.write(() => this.#table.put(kept.id, kept))
    this.#options.onChange(this.#shown(kept))
  }

  #get(id: string): Kept | undefined {
    return this.#table.get(id)
  }

  #all(): Kept[] {
    return [...this.#table.range()].map(({ value }) => value)
  }

  #notNoted(error: unknown): void {
    this.#options.log.warn('a subscription could not be noted', { error: String(error) })
  }

  #shown({ here: _here, coming: _coming, ...kept }: Kept): Subscription {
    return { ...kept, ownerName: this.#options.nameOf(kept.owner) }
  }
}

/** How an owner can be out of reach. */
const AWAY: ReadonlySet<string> = new Set(['OFFLINE', 'UNREACHABLE', 'TIMEOUT', 'CONNECTION_LOST', 'CLOSED'])
