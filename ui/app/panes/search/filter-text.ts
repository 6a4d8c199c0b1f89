import { visibleName } from '../../../../core/browser.js'
import type { App } from '../../context/index.js'
import type { SearchFilters } from '../../stores/index.js'
import { t } from '../../text/index.js'

/** One filter in words. */
export interface FilterText {
  readonly key: keyof SearchFilters
  readonly text: string
}

/** The filters of a search in words, in the order in which they are shown. */
export function filterTexts(filters: SearchFilters, people: App['people']): readonly FilterText[] {
  const { kind, extensions, minSize, maxSize, owner, online } = filters
  const texts: FilterText[] = []
  if (kind) texts.push({ key: 'kind', text: t.search.kinds[kind] })
  if (extensions?.length) texts.push({ key: 'extensions', text: t.search.endings(extensions) })
  if (minSize) texts.push({ key: 'minSize', text: t.search.atLeast(minSize) })
  if (maxSize !== undefined) texts.push({ key: 'maxSize', text: t.search.atMost(maxSize) })
  if (owner) {
    const name = people.list.get(owner)?.name ?? owner.slice(0, 8)
    texts.push({ key: 'owner', text: t.search.ownedBy(visibleName(name)) })
  }
  if (online) texts.push({ key: 'online', text: t.search.online })
  return texts
}
