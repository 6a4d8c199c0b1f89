import { useApp } from '../../context/index.js'
import { Icon } from '../../parts/index.js'
import type { SearchFilters } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { filterTexts } from './filter-text.js'

/** What narrows the search beside its words, each to be taken away. */
export function Filters() {
  const { search, router, people } = useApp()
  const filters = search.filters.value
  const texts = filterTexts(filters, people)
  if (texts.length === 0) return null
  const set = (next: SearchFilters) => {
    search.setFilters(next)
    router.replace({ pane: 'search', text: search.text.value, filters: next })
  }
  return (
    <ul class="chips" aria-label={t.search.filters}>
      {texts.map(({ key, text }) => (
        <li key={key}>
          <button
            type="button"
            class="chip"
            aria-label={t.search.dropFilter(text)}
            onClick={() => set({ ...filters, [key]: undefined })}
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
