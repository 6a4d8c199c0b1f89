import type { SavedSearch } from '../../../core/browser.js'

/** What is searched for: words, and the filters beside them. */
export type AskedSearch = SavedSearch['query']

export type SearchFilters = Omit<AskedSearch, 'query'>

/** The same for two searches that ask for the same. */
export function askedKey({ query, ...filters }: AskedSearch): string {
  const { kind, extensions, minSize, maxSize, owner, online } = filters
  return JSON.stringify([
    query.trim(),
    kind ?? '',
    [...(extensions ?? [])].sort(),
    minSize ?? 0,
    maxSize ?? '',
    owner ?? '',
    online === true,
  ])
}

export function hasFilters(filters: SearchFilters): boolean {
  return askedKey({ query: '', ...filters }) !== askedKey({ query: '' })
}
