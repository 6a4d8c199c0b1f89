import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { FoundFile, SearchQuery } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { type AskedSearch, askedKey, type SearchFilters } from './asked-search.js'
import { failureOf } from './failure.js'
import type { LoadState } from './load-state.js'
import { type Clock, createNewest, systemClock } from './newest.js'
import { PagedRows } from './paged-rows.js'

/** Queries go out at most this often. */
const GAP_MS = 250
const MIN_CHARACTERS = 2
export const MAX_CHARACTERS = 128

/** What the last finished search gave. */
export interface SearchResults {
  readonly asked: AskedSearch
  readonly rows: PagedRows<FoundFile>
  /** Whether there are no more than counted. */
  readonly isComplete: boolean
  /** When it was asked. */
  readonly at: number
}

export type SearchState = LoadState | { readonly kind: 'idle' }

export interface Search {
  /** As it is written. */
  readonly text: ReadonlySignal<string>
  readonly filters: ReadonlySignal<SearchFilters>
  /** The two together; too short to be asked while the state is idle. */
  readonly asked: ReadonlySignal<AskedSearch>
  /** Stay on the screen until newer ones come, also when those fail. */
  readonly results: ReadonlySignal<SearchResults | undefined>
  readonly state: ReadonlySignal<SearchState>
  /** Called for each key: searches from 2 characters, at most 4 times a second, the newest text wins. */
  setText(text: string): void
  setFilters(filters: SearchFilters): void
  /** Puts another search in place of this one, or asks the same again. */
  open(asked: AskedSearch): void
  /** The results of what is asked now, once they are here; none when that changes before, or fails. */
  shown(): Promise<SearchResults | undefined>
  /** The best of them. */
  best(): Promise<FoundFile | undefined>
  /** Asks again now. */
  again(): void
}

export function createSearch(peer: Pick<AppPeer, 'files'>, clock: Clock = systemClock): Search {
  const text = signal('')
  const filters = signal<SearchFilters>({})
  const asked = computed<AskedSearch>(() => ({ ...filters.value, query: text.value.trim() }))
  const key = computed(() => askedKey(asked.value))
  const results = signal<SearchResults | undefined>(undefined)
  const state = signal<SearchState>({ kind: 'idle' })
  let lastAsked = 0

  // What comes back says nothing of the state once something else is asked: that waits for its own turn.
  const settle = (of: AskedSearch, next: SearchState) => {
    if (askedKey(of) === key.value) state.value = next
  }
  const session = newSession()
  const ask = async (wanted: AskedSearch) => {
    const number = ++lastAsked
    let isComplete = true
    const rows = new PagedRows<FoundFile>(async (offset, limit) => {
      // What is no longer wanted stops at the peer, too; older results that are still looked at stop nothing.
      const isNewest = number === lastAsked
      const request: SearchQuery = { ...wanted, offset, limit, ...(isNewest && { session }) }
      const page = await peer.files.search(request)
      isComplete = page.complete
      return { total: page.total, rows: page.hits }
    })
    try {
      await rows.open()
      if (number !== lastAsked) return
      results.value = { asked: wanted, rows, isComplete, at: Date.now() }
      settle(wanted, { kind: 'ready' })
    } catch (error) {
      if (number === lastAsked) settle(wanted, { kind: 'failed', failure: failureOf(error) })
    }
  }
  const askSoon = createNewest<AskedSearch>(
    wanted => {
      if (wanted.query.length >= MIN_CHARACTERS) void ask(wanted)
    },
    GAP_MS,
    clock,
  )

  const start = () => {
    const wanted = asked.value
    if (wanted.query.length < MIN_CHARACTERS) {
      lastAsked++
      results.value = undefined
      state.value = { kind: 'idle' }
    } else {
      state.value = { kind: 'loading' }
    }
    askSoon(wanted)
  }
  const write = (words: string, beside: SearchFilters) =>
    batch(() => {
      text.value = words.slice(0, MAX_CHARACTERS)
      filters.value = beside
    })
  const change = (words: string, beside: SearchFilters) => {
    const before = key.value
    write(words, beside)
    if (key.value !== before) start()
  }
  const shown = () => shownOf({ key, results, state })
  return {
    text,
    filters,
    asked,
    results,
    state,
    setText: words => change(words, filters.value),
    setFilters: beside => change(text.value, beside),
    open({ query, ...beside }) {
      write(query, beside)
      start()
    },
    shown,
    best: async () => (await shown())?.rows.at(0),
    again: start,
  }
}

/** Names the searches of this page apart from those of another. */
function newSession(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16)).join('')
}

function shownOf({
  key,
  results,
  state,
}: Pick<Search, 'results' | 'state'> & { readonly key: ReadonlySignal<string> }): Promise<
  SearchResults | undefined
> {
  const wanted = key.value
  return new Promise(resolve => {
    const stop = effect(() => {
      const isSame = key.value === wanted
      if (isSame && state.value.kind === 'loading') return
      const here = results.value
      const isHere = isSame && state.value.kind === 'ready' && here && askedKey(here.asked) === wanted
      resolve(isHere ? here : undefined)
      queueMicrotask(() => stop()) // the first run is before `stop` is there
    })
  })
}
