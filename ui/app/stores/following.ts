import { type ReadonlySignal, signal } from '@preact/signals'
import { PeerError, type Subscription, type SubscriptionRequest } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

/** Folders of others that are kept here as they are there. */
export interface Following {
  /** Oldest first. */
  readonly list: Collection<Subscription>
  readonly state: ReadonlySignal<LoadState>
  load(): Promise<void>
  apply(subscription: Subscription): void
  applyRemoved(id: string): void
  /** What follows this folder; the first, where it goes to several places. */
  find(folder: Pick<Subscription, 'owner' | 'path'>): Subscription | undefined
  /** Follows a folder; whether it does from now on. */
  follow(request: SubscriptionRequest): Promise<boolean>
  stop(id: string): Promise<boolean>
}

export function createFollowing(peer: Pick<AppPeer, 'subscriptions'>, notices: Notices): Following {
  const list = new Collection<Subscription>({ id: ({ id }) => id, compare: compareAge })
  const state = signal<LoadState>(LOADING)
  return {
    list,
    state,
    async load() {
      list.begin()
      try {
        list.finish(await peer.subscriptions.list())
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    apply: subscription => list.put(subscription),
    applyRemoved: id => list.remove(id),
    find: ({ owner, path }) => list.all().find(one => one.owner === owner && one.path === path),
    follow: request =>
      notices.attempt(async () => {
        const added = await peer.subscriptions.add(request)
        // An event may have told more since.
        if (!list.get(added.id)) list.put(added)
        if (added.error) throw new PeerError(added.error.code, added.error.message)
      }),
    stop: id =>
      notices.attempt(async () => {
        await peer.subscriptions.remove(id)
        list.remove(id)
      }),
  }
}

function compareAge(a: Subscription, b: Subscription): number {
  return a.addedAt - b.addedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
