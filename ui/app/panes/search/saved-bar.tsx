import { useComputed } from '@preact/signals'
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
        {t.saved.title}
      </a>
      <ul>
        {saved.list.all().map(({ id, name, fresh }) => (
          <li key={id}>
            <button
              type="button"
              class="chip"
              aria-current={id === current?.id ? 'true' : undefined}
              onClick={() => openSaved(app, id)}
            >
              <Name text={name} />
              {fresh.length > 0 && <span class="badge">{t.saved.fresh(fresh.length)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
