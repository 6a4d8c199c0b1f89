import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Offer, PeerId } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

export interface Offers {
  /** Those that wait for an answer, newest first. */
  readonly open: ReadonlySignal<readonly Offer[]>
  readonly state: ReadonlySignal<LoadState>
  /** The one that came last, to be told. */
  readonly arrived: ReadonlySignal<Offer | undefined>
  /** Whether something is being offered right now. */
  readonly sending: ReadonlySignal<boolean>
  load(): Promise<void>
  apply(offer: Offer): void
  applyRemoved(id: string): void
  accept(id: string): Promise<boolean>
  decline(id: string): Promise<boolean>
  later(id: string): Promise<boolean>
  /** Offers files to someone; whether they were there to be offered. */
  send(to: PeerId, paths: readonly string[]): Promise<boolean>
}

export function createOffers(peer: Pick<AppPeer, 'offers'>, notices: Notices): Offers {
  const list = new Collection<Offer>({ id: offer => offer.id, compare: compareOffers })
  const state = signal<LoadState>(LOADING)
  const arrived = signal<Offer | undefined>(undefined)
  const sending = signal(false)
  const act = (work: () => Promise<Offer>) => notices.attempt(async () => list.put(await work()))
  return {
    open: computed(() => list.all().filter(isOpen)),
    state,
    arrived,
    sending,
    async load() {
      list.begin()
      try {
        list.finish(await peer.offers.list())
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    apply(offer) {
      const isNew = offer.state === 'waiting' && !list.get(offer.id)
      list.put(offer)
      if (isNew) arrived.value = offer
    },
    applyRemoved: id => list.remove(id),
    accept: id => act(() => peer.offers.accept(id)),
    decline: id => act(() => peer.offers.decline(id)),
    later: id => act(() => peer.offers.later(id)),
    async send(to, paths) {
      sending.value = true
      const worked = await notices.attempt(() => peer.offers.send({ to: [to], paths }))
      sending.value = false
      return worked
    },
  }
}

function isOpen({ state }: Offer): boolean {
  return state === 'waiting' || state === 'later'
}

function compareOffers(a: Offer, b: Offer): number {
  return b.at - a.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
