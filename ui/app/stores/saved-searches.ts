import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { type Failure, type FoundFile, PeerError, type SavedSearch } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { t } from '../text/index.js'
import { type AskedSearch, askedKey } from './asked-search.js'
import { Collection } from './collection.js'
import { failureOf } from './failure.js'
import { hitId } from './hit-id.js'
import { LOADING, type LoadState, READY } from './load-state.js'
import type { Notices } from './notices.js'
import type { Search } from './search.js'

/** How much a saved search has just found. */
export interface Found {
  readonly id: string
  readonly count: number
}

/** Searches that a person keeps, and what they find by themselves. */
export interface SavedSearches {
  /** Oldest first. */
  readonly list: Collection<SavedSearch>
  readonly state: ReadonlySignal<LoadState>
  /** New hits of all of them. */
  readonly fresh: ReadonlySignal<number>
  /** What was found and is to be told. */
  readonly untold: ReadonlySignal<readonly Found[]>
  /** The one that asks what is asked now. */
  readonly current: ReadonlySignal<SavedSearch | undefined>
  /** What it found that is new, also once it is seen, until another one is opened. */
  readonly news: ReadonlySignal<readonly FoundFile[]>
  isNew(hit: FoundFile): boolean
  /** Whether of the current one only what is new is wanted. */
  readonly isOnlyNew: ReadonlySignal<boolean>
  showOnlyNew(isWanted: boolean): void
  load(): Promise<void>
  apply(search: SavedSearch): void
  applyRemoved(id: string): void
  /** All of `untold` has been told. */
  told(): void
  /** Saves a search under a name of its own; what is wrong, if it could not be. */
  save(name: string, query: AskedSearch): Promise<Failure | undefined>
  /** Asks it, and what is new for it is seen once its results are here. */
  open(id: string): Promise<void>
  forget(id: string): Promise<boolean>
}

export function createSavedSearches(
  peer: Pick<AppPeer, 'searches'>,
  search: Search,
  notices: Notices,
): SavedSearches {
  const list = new Collection<SavedSearch>({ id: ({ id }) => id, compare: compareAge })
  const state = signal<LoadState>(LOADING)
  const untold = signal<readonly Found[]>([])
  const opened = signal<{ readonly id: string; readonly fresh: readonly FoundFile[] } | undefined>(undefined)
  const current = computed(() => {
    const key = askedKey(search.asked.value)
    return list.all().find(({ query }) => askedKey(query) === key)
  })
  const news = computed(() => {
    const shown = current.value
    if (!shown) return []
    const seen = opened.value?.id === shown.id ? opened.value.fresh : []
    return [...new Map([...shown.fresh, ...seen].map(hit => [hitId(hit), hit])).values()]
  })
  const onlyNewOf = signal<string | undefined>(undefined)
  const newIds = computed(() => new Set(news.value.map(hitId)))

  return {
    list,
    state,
    fresh: computed(() => list.all().reduce((sum, { fresh }) => sum + fresh.length, 0)),
    untold,
    current,
    news,
    isNew: hit => newIds.value.has(hitId(hit)),
    isOnlyNew: computed(() => news.value.length > 0 && onlyNewOf.value === current.value?.id),
    showOnlyNew(isWanted) {
      onlyNewOf.value = isWanted ? current.value?.id : undefined
    },
    async load() {
      list.begin()
      try {
        list.finish(await peer.searches.list())
        state.value = READY
      } catch (error) {
        state.value = { kind: 'failed', failure: failureOf(error) }
      }
    },
    apply(changed) {
      // Of several events only the newest may come: what is new is told by what has changed.
      const count = freshSince(list.get(changed.id), changed)
      list.put(changed)
      const others = untold.value.filter(({ id }) => id !== changed.id)
      const before = untold.value.find(({ id }) => id === changed.id)?.count ?? 0
      if (count > 0) untold.value = [...others, { id: changed.id, count: before + count }]
    },
    applyRemoved: id => list.remove(id),
    told() {
      untold.value = []
    },
    async save(name, query) {
      try {
        // The peer would put it in place of the other one.
        if (list.all().some(one => one.name === name.trim()))
          throw new PeerError('BAD_INPUT', t.saved.taken(name.trim()))
        const saved = await peer.searches.save(name.trim(), query)
        // An event may have told more since.
        if (!list.get(saved.id)) list.put(saved)
        return undefined
      } catch (error) {
        return failureOf(error)
      }
    },
    async open(id) {
      const saved = list.get(id)
      if (!saved) return
      opened.value = { id, fresh: saved.fresh }
      onlyNewOf.value = undefined
      search.open(saved.query)
      if (!(await search.shown())) return
      const fresh = list.get(id)?.fresh ?? []
      if (fresh.length === 0) return
      opened.value = { id, fresh }
      await notices.attempt(() => peer.searches.markSeen(id))
    },
    forget: id =>
      notices.attempt(async () => {
        await peer.searches.remove(id)
        list.remove(id)
      }),
  }
}

/** How many hits are new that were not before. */
function freshSince(before: SavedSearch | undefined, now: SavedSearch): number {
  const known = new Set(before?.fresh.map(hitId))
  return now.fresh.filter(hit => !known.has(hitId(hit))).length
}

function compareAge(a: SavedSearch, b: SavedSearch): number {
  return a.addedAt - b.addedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
