import type { OfferedEntry, Transfer } from '../../api/index.js'
import type { PeerId } from '../../identity/index.js'
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
  readonly transfers: Pick<Transfers, 'start' | 'list'>
  nameOf(person: PeerId): string
}

/** What goes on tells most; of what stands still, what hinders. */
const ORDER = ['downloading', 'checking', 'finding-sources', 'queued', 'failed', 'paused'] as const

/** The downloads that accepted offers became, and how far they are. */
export class OfferDownloads {
  readonly #options: OfferDownloadsOptions
  /** The last that was told of each, by offer and id. */
  readonly #known = new Map<string, Map<string, Transfer>>()

  constructor(options: OfferDownloadsOptions) {
    this.#options = options
  }

  /** Starts what an offer becomes; what was started before goes on. */
  async start(offer: ReceivedOffer, entries: readonly OfferedEntry[]): Promise<Transfer[]> {
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
      const target = choice.target === undefined ? {} : { target: choice.target }
      started.push(same ?? (await transfers.start({ ...plan, ...target, owner: from, ownerName, offer: id })))
    }
    return started
  }

  /** A download has changed; whether it is one of an offer. */
  changed(transfer: Transfer): boolean {
    if (transfer.offer === undefined) return false
    const known = this.#known.get(transfer.offer) ?? new Map<string, Transfer>()
    this.#known.set(transfer.offer, known.set(transfer.id, transfer))
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
    for (const transfer of this.#options.transfers.list()) {
      if (transfer.offer === offer) this.changed(transfer)
    }
    return this.#known.get(offer) ?? new Map()
  }
}
