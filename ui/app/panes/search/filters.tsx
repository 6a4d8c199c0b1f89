import { useComputed } from '@preact/signals'
import { useApp } from '../../context/index.js'
import { Icon } from '../../parts/index.js'
import type { SearchFilters } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { filterTexts } from './filter-text.js'

/** What narrows the results beside the words: only what is new, and the filters, each to be taken away. */
export function Filters() {
  const { search, router, people, saved } = useApp()
  const filters = search.filters.value
  const texts = filterTexts(filters, people)
  const news = useComputed(() => saved.news.value.length).value
  const isOnlyNew = saved.isOnlyNew.value
  if (texts.length === 0 && news === 0) return null
  const set = (next: SearchFilters) => {
    search.setFilters(next)
    router.replace({ pane: 'search', text: search.text.value, filters: next })
  }
  return (
    <ul class="chips" aria-label={t.search.filters}>
      {news > 0 && (
        <li>
          <button
            type="button"
            class="chip"
            aria-pressed={isOnlyNew}
            onClick={() => saved.showOnlyNew(!isOnlyNew)}
          >
            {isOnlyNew && <Icon name="check" />}
            {t.saved.onlyNew(news)}
          </button>
        </li>
      )}
      {texts.map(({ key, text }) => (
        <li key={key}>
          <button
            type="button"
            class="chip"
            aria-label={t.search.dropFilter(text)}
            onClick={() => set(without(filters, key))}
          >
            <span>{text}</span>
            <Icon name="close" />
          </button>
        </li>
      ))}
      {texts.length > 1 && (
        <li>
          <button type="button" class="chip plain" onClick={() => set({})}>
            {t.search.dropAll}
          </button>
        </li>
      )}
    </ul>
  )
}

function without(filters: SearchFilters, key: keyof SearchFilters): SearchFilters {
  const { [key]: _, ...rest } = filters
  return rest
}
