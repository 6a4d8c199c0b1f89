import { type ReadonlySignal, signal } from '@preact/signals'
import type { ConsentRule, PeerId, PersonRule } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

/** What happens to offers of people without asking. */
export interface Rules {
  readonly state: ReadonlySignal<LoadState>
  /** Another program may have changed them, which no event tells: load when they are looked at. */
  load(): Promise<void>
  of(person: PeerId): ConsentRule
  set(person: PeerId, rule: ConsentRule): Promise<boolean>
}

const ASK: ConsentRule = { kind: 'ask' }

export function createRules(peer: Pick<AppPeer, 'offers'>, notices: Notices): Rules {
  const list = new Collection<PersonRule>({
    id: ({ person }) => person,
    compare: (a, b) => (a.person < b.person ? -1 : a.person > b.person ? 1 : 0),
  })
  const state = signal<LoadState>(LOADING)
  return {
    state,
    async load() {
      list.begin()
      try {
        list.finish(await peer.offers.rules())
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    of: person => list.get(person)?.rule ?? ASK,
    set: (person, rule) => notices.attempt(async () => list.put(await peer.offers.setRule(person, rule))),
  }
}
