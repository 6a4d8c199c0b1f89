import { useComputed } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { SavedSearch } from '../../../../core/browser.js'
import { formatRoute, useApp } from '../../context/index.js'
import { Icon, Name } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { openSaved } from './saved-acts.js'

/** The saved searches in one line above the results, to go from one to the next. */
export function SavedBar() {
  const app = useApp()
  const { saved } = app
  const total = useComputed(() => saved.list.count()).value
  const current = saved.current.value
  if (total === 0) return null
  return (
    <nav class="saved-bar" aria-label={t.saved.title}>
      <a class="all" href={formatRoute({ pane: 'search', text: '' })}>
        <Icon name="saved" />
        <span>{t.saved.title}</span>
      </a>
      <ul>
        {saved.list.all().map(search => (
          <Chip
            key={search.id}
            search={search}
            isCurrent={search.id === current?.id}
            onPress={() => openSaved(app, search.id)}
          />
        ))}
      </ul>
    </nav>
  )
}

interface ChipProps {
  readonly search: SavedSearch
  readonly isCurrent: boolean
  readonly onPress: () => void
}

function Chip({ search: { name, fresh }, isCurrent, onPress }: ChipProps) {
  const item = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => {
    if (isCurrent) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isCurrent])
  return (
    <li ref={item}>
      <button type="button" class="chip" aria-current={isCurrent ? 'true' : undefined} onClick={onPress}>
        <Name text={name} />
        {fresh.length > 0 && <span class="badge">{t.saved.fresh(fresh.length)}</span>}
      </button>
    </li>
  )
}
