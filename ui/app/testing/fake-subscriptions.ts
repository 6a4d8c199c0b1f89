import {
  type Peer,
  PeerError,
  type PeerEvent,
  type Person,
  type Subscription,
  type Transfer,
} from '../../../core/browser.js'
import { SAMPLE_NOW } from './samples.js'

const FOLDER_BYTES = 48_000_000
const HOUR_MS = 3_600_000
const PATHS = ['Lectures/Distributed Systems', 'Music', 'Talks 2025', 'Photos/Summer']

/** What the subscriptions of a fake peer need of it. */
export interface FakeSubscriptionsOptions {
  readonly people: readonly Person[]
  /** Folders that are followed from the start. */
  readonly followed: number
  readonly name: (text: string) => string
  readonly downloads: () => string
  called(method: string): void
  emit(event: PeerEvent): void
  /** Starts a download. */
  start(what: string, total: number, owner: Person): Transfer
}

/** The subscriptions of a fake peer; `done` tells that a download is. */
export function fakeSubscriptions(
  options: FakeSubscriptionsOptions,
): Peer['subscriptions'] & { done(transfer: string): void } {
  const { people, name, downloads, called, emit, start } = options
  const all = new Map<string, Subscription>()
  let made = 0
  const put = (subscription: Subscription) => {
    all.set(subscription.id, subscription)
    emit({ kind: 'subscription', subscription })
    return subscription
  }
  const make = (owner: Person, path: string, target: string): Subscription => ({
    id: `f0110${(++made).toString(16)}`.padEnd(32, '0'),
    owner: owner.id,
    ownerName: owner.name,
    path,
    target,
    addedAt: SAMPLE_NOW - 48 * HOUR_MS + made,
  })
  for (let n = 0; n < options.followed; n++) {
    const owner = people[n % people.length]
    if (owner)
      put({ ...make(owner, name(PATHS[n % PATHS.length] ?? 'Music'), downloads()), ...sampleState(n) })
  }
  return {
    list: async () => [...all.values()],
    async add({ owner, path, target = downloads() }) {
      called('subscriptions.add')
      const person = people.find(({ id }) => id === owner)
      if (!person) throw new PeerError('NOT_FOUND', 'Nobody with that id is known.')
      const same = [...all.values()].find(one => one.owner === owner && one.path === path)
      const subscription = same ?? make(person, path, target)
      if (!person.online || same) return put(subscription)
      const transfer = start(path.slice(path.lastIndexOf('/') + 1), FOLDER_BYTES, person).id
      return put({ ...subscription, transfer, checkedAt: Date.now() })
    },
    async remove(id) {
      called('subscriptions.remove')
      if (!all.delete(id)) throw new PeerError('NOT_FOUND', 'There is no such subscription.')
      emit({ kind: 'subscription-removed', id })
    },
    done(transfer) {
      const updated = [...all.values()].find(one => one.transfer === transfer)
      if (updated) put({ ...updated, updatedAt: Date.now() })
    },
  }
}

/** Up to date, without its owner so far, and one that could not be fetched. */
function sampleState(n: number): Partial<Subscription> {
  const checkedAt = SAMPLE_NOW - 0.2 * HOUR_MS
  if (n % 3 === 1)
    return { checkedAt, error: { code: 'NOT_FOUND', message: 'This folder is not there any more.' } }
  return n % 3 === 0 ? { checkedAt, updatedAt: SAMPLE_NOW - 5 * HOUR_MS } : {}
}
