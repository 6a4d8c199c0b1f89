import { type ReadonlySignal, signal } from '@preact/signals'
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
  /** Asks again now. */
  again(): void
}

export function createSearch(peer: Pick<AppPeer, 'files'>, clock: Clock = systemClock): Search {
  const text = signal('')
  const results = signal<SearchResults | undefined>(undefined)
  const state = signal<SearchState>({ kind: 'idle' })
  let lastAsked = 0

  const ask = async (query: string) => {
    const asked = ++lastAsked
    const rows = new PagedRows<FoundFile>(async (offset, limit) => {
      const request: SearchQuery = { query, offset, limit }
      const page = await peer.files.search(request)
      return { total: page.total, rows: page.hits }
    })
    try {
      await rows.open()
      if (asked !== lastAsked) return
      results.value = { query, rows, at: Date.now() }
      state.value = { kind: 'ready' }
    } catch (error) {
      if (asked === lastAsked) state.value = { kind: 'failed', failure: failureOf(error) }
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
    again: () => start(text.value.trim()),
  }
}
