import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { nameKey, type PeerId, type Person, type PersonLimits } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'

export interface People {
  /** Those online first, then by name. */
  readonly list: Collection<Person>
  readonly state: ReadonlySignal<LoadState>
  readonly online: ReadonlySignal<number>
  readonly unread: ReadonlySignal<number>
  load(): Promise<void>
  apply(person: Person): void
  /** How an address names this person: by name, with the short id where names clash. */
  slug(person: Person): string
  /** Whom an address names. */
  bySlug(slug: string): Person | undefined
  name(id: PeerId): string
  /** Limits how fast files go to and come from someone. */
  setLimits(id: PeerId, limits: Partial<PersonLimits>): Promise<boolean>
}

const SHORT_ID = 8

export function createPeople(peer: Pick<AppPeer, 'people'>, notices: Notices): People {
  const list = new Collection<Person>({ id: person => person.id, compare: comparePeople })
  const state = signal<LoadState>(LOADING)
  const byName = computed(() => groupByName(list.all()))
  const slug = (person: Person) => {
    const isAlone = (byName.value.get(nameKey(person.name))?.length ?? 0) < 2
    return isAlone ? person.name : `${person.name}#${person.id.slice(0, SHORT_ID)}`
  }
  return {
    list,
    state,
    online: computed(() => countOnline(list.all())),
    unread: computed(() => sumUnread(list.all())),
    async load() {
      list.begin()
      try {
        list.finish(await peer.people.list())
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    apply: person => list.put(person),
    slug,
    bySlug(text) {
      const hash = text.lastIndexOf('#')
      const named = byName.value.get(nameKey(hash < 0 ? text : text.slice(0, hash))) ?? []
      if (hash < 0) return named.length === 1 ? named[0] : list.get(text)
      return named.find(person => person.id.startsWith(text.slice(hash + 1)))
    },
    name: id => list.get(id)?.name ?? id.slice(0, SHORT_ID),
    setLimits: (id, limits) => notices.attempt(async () => list.put(await peer.people.setLimits(id, limits))),
  }
}

/** Online before offline, then by name, then by id. */
export function comparePeople(a: Person, b: Person): number {
  if (a.online !== b.online) return a.online ? -1 : 1
  return compareText(nameKey(a.name), nameKey(b.name)) || compareText(a.id, b.id)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function groupByName(people: readonly Person[]): ReadonlyMap<string, readonly Person[]> {
  const groups = new Map<string, Person[]>()
  for (const person of people) {
    const key = nameKey(person.name)
    const group = groups.get(key)
    if (group) group.push(person)
    else groups.set(key, [person])
  }
  return groups
}

function countOnline(people: readonly Person[]): number {
  const firstOffline = people.findIndex(person => !person.online)
  return firstOffline < 0 ? people.length : firstOffline
}

function sumUnread(people: readonly Person[]): number {
  return people.reduce((sum, person) => sum + person.unread, 0)
}
