import type { SearchFilters } from '../stores/index.js'
import { formatFilters, parseFilters } from './search-address.js'

/** The panes in the order of the rail, which is also that of Ctrl+1, Ctrl+2 … */
export const PANES = ['people', 'search', 'browse', 'transfers', 'chat', 'share', 'settings'] as const

export type PaneName = (typeof PANES)[number]

/** A place in the app; each has an address. `who` is a person's slug. */
export type Route =
  | { readonly pane: 'share' | 'settings' | 'more' }
  /** With `who`: that person alone. */
  | { readonly pane: 'people'; readonly who?: string }
  | { readonly pane: 'transfers'; readonly part?: 'followed' }
  | { readonly pane: 'search'; readonly text: string; readonly filters?: SearchFilters }
  | { readonly pane: 'browse'; readonly who: string; readonly path: string }
  | { readonly pane: 'chat'; readonly who: string }

/** Reads an address such as `#/browse/anna/Films`; what is unknown leads to People. */
export function parseRoute(hash: string): Route {
  const [pane = '', first = '', ...rest] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode)
  switch (pane) {
    case 'transfers':
      return first === 'followed' ? { pane, part: first } : { pane }
    case 'share':
    case 'settings':
    case 'more':
      return { pane }
    case 'search':
      return searchRoute(hash)
    case 'browse':
      return { pane, who: first, path: rest.join('/') }
    case 'chat':
      return { pane, who: first }
    case 'people':
      return first === '' ? { pane } : { pane, who: first }
    default:
      return pane.startsWith('search?') ? searchRoute(hash) : { pane: 'people' }
  }
}

/** The address of a place. */
export function formatRoute(route: Route): string {
  switch (route.pane) {
    case 'people':
      return address('people', route.who ?? '')
    case 'transfers':
      return address('transfers', route.part ?? '')
    case 'search':
      return `${address('search', route.text)}${formatFilters(route.filters ?? {})}`
    case 'browse':
      return address('browse', route.who, ...(route.path === '' ? [] : route.path.split('/')))
    case 'chat':
      return address('chat', route.who)
    default:
      return address(route.pane)
  }
}

/** Words that hold a ? have it written as %3F; after a plain one come the filters. */
function searchRoute(hash: string): Route {
  const [place = '', ...beside] = hash.split('?')
  const text = place.replace(/^#?\/?search\/?/, '')
  const filters = parseFilters(beside.join('?'))
  return { pane: 'search', text: decode(text), ...(filters && { filters }) }
}

function address(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`.replace(/\/+$/, '')
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // typed by hand, with a lone %
  }
}
