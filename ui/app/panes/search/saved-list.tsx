import { useComputed } from '@preact/signals'
import { type SavedSearch, visibleName } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import { Empty, Icon, IconButton, Loading, Name, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { filterTexts } from './filter-text.js'
import { forgetSaved, openSaved } from './saved-acts.js'

const id = (search: SavedSearch) => search.id

/** What stands in the pane while nothing is searched for: the saved searches. */
export function SavedList() {
  const app = useApp()
  const { saved } = app
  const state = saved.state.value
  const total = useComputed(() => saved.list.count()).value
  return (
    <>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void saved.load()} />}
      {state.kind === 'loading' && total === 0 && <Loading from={t.load.peer} />}
      {state.kind !== 'loading' && total === 0 && (
        <Empty
          icon="search"
          title={t.search.label}
          hint={
            <>
              {t.search.hint} {t.saved.hint}
            </>
          }
        />
      )}
      {total > 0 && (
        <>
          <h2>{t.saved.title}</h2>
          <List
            label={t.saved.title}
            name="saved"
            columns={columnsFor(app)}
            rows={saved.list}
            id={id}
            onActivate={search => {
              openSaved(app, search.id)
              // This list goes now, and the focus with it.
              document.querySelector<HTMLElement>('main input[type=search]')?.focus()
            }}
            onKey={(event, search) => {
              if (event.key === 'Delete' && search) void forgetSaved(app, search)
            }}
          />
        </>
      )}
    </>
  )
}

function columnsFor(app: App): readonly Column<SavedSearch>[] {
  return [
    {
      key: 'name',
      head: t.search.name,
      cell: (search, isActive) => (
        <>
          <Icon name="saved" />
          <button
            type="button"
            class="link"
            tabIndex={isActive ? 0 : -1}
            onClick={() => openSaved(app, search.id)}
          >
            <Name text={search.name} />
          </button>
          {search.fresh.length > 0 && <span class="badge">{t.saved.fresh(search.fresh.length)}</span>}
        </>
      ),
    },
    {
      key: 'words',
      head: t.saved.words,
      cell: ({ query: { query, ...filters } }) => (
        <span title={[query, ...textsOf(app, filters)].map(visibleName).join(', ')}>
          <bdi>{visibleName(query)}</bdi>
          {textsOf(app, filters).map(text => (
            <span key={text} class="muted">
              , {text}
            </span>
          ))}
        </span>
      ),
    },
    {
      key: 'updated',
      head: t.saved.looked,
      cell: ({ lookedAt }) => (lookedAt === undefined ? t.saved.notYet : t.format.when(lookedAt)),
    },
    {
      key: 'actions',
      head: t.people.actions,
      cell: (search, isActive) => (
        <IconButton
          icon="forget"
          label={t.saved.forgetThis(visibleName(search.name))}
          isInTabOrder={isActive}
          onPress={() => void forgetSaved(app, search)}
        />
      ),
    },
  ]
}

function textsOf({ people }: App, filters: Parameters<typeof filterTexts>[0]): readonly string[] {
  return filterTexts(filters, people).map(({ text }) => text)
}
