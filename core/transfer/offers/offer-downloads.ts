import type { OfferedEntry, Transfer } from '../../api/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Logger } from '../../log/index.js'
import type { OfferProgressBody } from '../../wire/index.js'
import type { Transfers } from '../transfers.js'
import type { ReceivedOffer } from './offer-store.js'
import { chosenBits, plansOf } from './plan-offer.js'

/** How the downloads of an offer stand together. */
export type Standing =
  | { readonly kind: 'going'; readonly progress: OfferProgressBody }
  | { readonly kind: 'done'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'cancelled' }

/** What names and starts downloads. */
export interface OfferDownloadsOptions {
  readonly transfers: Pick<Transfers, 'start' | 'list' | 'entries' | 'cancel' | 'remove'>
  readonly log: Logger
  nameOf(person: PeerId): string
}

const OVER: readonly Transfer['state'][] = ['done', 'cancelled']

/** What goes on tells most; of what stands still, what hinders. */
const ORDER = ['downloading', 'checking', 'finding-sources', 'queued', 'failed', 'paused'] as const

/** The downloads that accepted offers became, and how far they are. */
export class OfferDownloads {
  readonly #options: OfferDownloadsOptions
  /** The last that was told of each, by offer and id. */
  readonly #known = new Map<string, Map<string, Transfer>>()
  readonly #starting = new Map<string, Promise<Transfer[]>>()

  constructor(options: OfferDownloadsOptions) {
    this.#options = options
  }

  /** Starts what an offer becomes, once; what was started before goes on. */
  start(offer: ReceivedOffer, entries: readonly OfferedEntry[]): Promise<Transfer[]> {
    const running =
      this.#starting.get(offer.id) ??
      this.#start(offer, entries).finally(() => this.#starting.delete(offer.id))
    this.#starting.set(offer.id, running)
    return running
  }

  /** Cancels downloads of an offer that is not there any more; what is over stays as it is. */
  async cancel(downloads: readonly Pick<Transfer, 'id'>[]): Promise<void> {
    const { transfers, log } = this.#options
    for (const { id } of downloads)
      await transfers.cancel(id).catch(error => log.debug('not cancelled', { error: String(error) }))
  }

  /** Those of offers that are not known any more: they were taken back as the program was stopped. */
  lost(isKnown: (offer: string) => boolean): Transfer[] {
    const { transfers } = this.#options
    return transfers
      .list()
      .filter(({ offer, state }) => offer !== undefined && !isKnown(offer) && !OVER.includes(state))
  }

  async #start(offer: ReceivedOffer, entries: readonly OfferedEntry[]): Promise<Transfer[]> {
    const { transfers, nameOf } = this.#options
    const { id, from, choice = {}, at } = offer
    const ownerName = nameOf(from)
    const plans = plansOf(entries, {
      bits: chosenBits(entries, choice.entries),
      rename: choice.rename,
      together: `From ${ownerName}`,
      at,
    })
    const before = transfers.list().filter(({ offer: of, state }) => of === id && state !== 'cancelled')
    const started: Transfer[] = []
    for (const plan of plans) {
      const same = before.find(({ name }) => name === plan.name)
      // One that was cut off while it was listed lacks some of its entries: it begins anew.
      const isListed = same && transfers.entries(same.id, 0, 1).total === plan.entries.length
      if (same && !isListed) await this.#drop(same)
      const target = choice.target === undefined ? {} : { target: choice.target }
      const asked = { ...plan, ...target, owner: from, ownerName, offer: id }
      started.push(isListed ? same : await transfers.start(asked))
    }
    return started
  }

  async #drop(download: Transfer): Promise<void> {
    await this.cancel([download])
    await this.#options.transfers.remove(download.id)
  }

  /** A download has changed; whether it is one of an offer. */
  changed(transfer: Transfer): boolean {
    if (transfer.offer === undefined) return false
    this.#all(transfer.offer).set(transfer.id, transfer)
    return true
  }

  /** One that was just started, unless more is known of it by now. */
  add(transfer: Transfer): void {
    if (!this.#known.get(transfer.offer ?? '')?.has(transfer.id)) this.changed(transfer)
  }

  removed(offer: string, id: string): void {
    this.#all(offer).delete(id)
  }

  forget(offer: string): void {
    this.#known.delete(offer)
  }

  /** One that was taken off the list counts as cancelled. */
  stand({ id, transfers }: ReceivedOffer): Standing {
    const known = this.#all(id)
    const all = transfers.flatMap(one => known.get(one) ?? [])
    const files = all.reduce((sum, one) => sum + one.filesDone, 0)
    const bytes = all.reduce((sum, one) => sum + one.bytes, 0)
    const going = ORDER.flatMap(state => all.find(one => one.state === state) ?? [])[0]
    if (!going) {
      const isDone = transfers.length === 0 || all.some(({ state }) => state === 'done')
      return isDone ? { kind: 'done', files, bytes } : { kind: 'cancelled' }
    }
    const { reason, error } = going
    const state = ORDER.find(one => one === going.state) ?? 'queued'
    const why = { ...(reason && { reason }), ...(state === 'failed' && error && { code: error.code }) }
    return { kind: 'going', progress: { id, state, ...why, files, bytes } }
  }

  /** Those of an offer, looked up where nothing was told of them since the start. */
  #all(offer: string): Map<string, Transfer> {
    const known = this.#known.get(offer)
    if (known) return known
    const listed = this.#options.transfers.list().filter(transfer => transfer.offer === offer)
    const all = new Map(listed.map(transfer => [transfer.id, transfer]))
    this.#known.set(offer, all)
    return all
  }
}
