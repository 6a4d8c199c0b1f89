import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { FoundFile, SearchQuery } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
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
  readonly query: string
  readonly rows: PagedRows<FoundFile>
  /** Whether there are no more than counted. */
  readonly isComplete: boolean
  /** When it was asked. */
  readonly at: number
}

export type SearchState = LoadState | { readonly kind: 'idle' }

export interface Search {
  readonly text: ReadonlySignal<string>
  /** Stay on the screen until newer ones come, also when those fail. */
  readonly results: ReadonlySignal<SearchResults | undefined>
  readonly state: ReadonlySignal<SearchState>
  /** Called for each key: searches from 2 characters, at most 4 times a second, the newest text wins. */
  setText(text: string): void
  /** The best result of the text as it is now, once it is here; none when the text changes before. */
  best(): Promise<FoundFile | undefined>
  /** Asks again now. */
  again(): void
}

export function createSearch(peer: Pick<AppPeer, 'files'>, clock: Clock = systemClock): Search {
  const text = signal('')
  const results = signal<SearchResults | undefined>(undefined)
  const state = signal<SearchState>({ kind: 'idle' })
  let lastAsked = 0

  // What comes back says nothing of the state once more has been typed: that text waits for its own turn.
  const settle = (query: string, next: SearchState) => {
    if (query === text.value.trim()) state.value = next
  }
  const ask = async (query: string) => {
    const asked = ++lastAsked
    let isComplete = true
    const rows = new PagedRows<FoundFile>(async (offset, limit) => {
      const request: SearchQuery = { query, offset, limit }
      const page = await peer.files.search(request)
      isComplete = page.complete
      return { total: page.total, rows: page.hits }
    })
    try {
      await rows.open()
      if (asked !== lastAsked) return
      results.value = { query, rows, isComplete, at: Date.now() }
      settle(query, { kind: 'ready' })
    } catch (error) {
      if (asked === lastAsked) settle(query, { kind: 'failed', failure: failureOf(error) })
    }
  }
  const askSoon = createNewest<string>(
    query => {
      if (query.length >= MIN_CHARACTERS) void ask(query)
    },
    GAP_MS,
    clock,
  )

  const start = (query: string) => {
    if (query.length < MIN_CHARACTERS) {
      lastAsked++
      results.value = undefined
      state.value = { kind: 'idle' }
    } else {
      state.value = { kind: 'loading' }
    }
    askSoon(query)
  }
  return {
    text,
    results,
    state,
    setText(next) {
      const before = text.value.trim()
      text.value = next.slice(0, MAX_CHARACTERS)
      if (text.value.trim() !== before) start(text.value.trim())
    },
    best: () => bestOf({ text, results, state }),
    again: () => start(text.value.trim()),
  }
}

function bestOf({
  text,
  results,
  state,
}: Pick<Search, 'text' | 'results' | 'state'>): Promise<FoundFile | undefined> {
  const query = text.value.trim()
  return new Promise(resolve => {
    const stop = effect(() => {
      const isWaiting = text.value.trim() === query && state.value.kind === 'loading'
      if (isWaiting) return
      const isHere = state.value.kind === 'ready' && results.value?.query === query
      resolve(isHere && text.value.trim() === query ? results.value?.rows.at(0) : undefined)
      queueMicrotask(() => stop()) // the first run is before `stop` is there
    })
  })
}
