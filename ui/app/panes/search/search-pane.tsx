import { useComputed } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { type FoundFile, visibleName } from '../../../../core/browser.js'
import { type App, type Route, useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import { Empty, FileIcon, IconButton, Loading, Name, Problem } from '../../parts/index.js'
import { askedKey, hasFilters, MAX_CHARACTERS } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { Filters } from './filters.js'

const id = (file: FoundFile) => file.root ?? `${file.owners[0]?.id} ${file.path}`

/** Search over everyone's files, as one types. */
export function SearchPane({ text, filters }: Pick<Extract<Route, { pane: 'search' }>, 'text' | 'filters'>) {
  const app = useApp()
  const { search, router } = app
  const field = useRef<HTMLInputElement>(null)
  // The address leads: Back and a link show its search. The address of now, not of this drawing: more may have
  // been typed since, and an older text would come back over it.
  useEffect(() => {
    const now = router.route.peek()
    if (now.pane !== 'search') return
    const asked = { ...now.filters, query: now.text }
    if (askedKey(asked) !== askedKey(search.asked.peek())) search.open(asked)
  }, [text, filters, search, router])
  useLayoutEffect(() => field.current?.focus(), [])
  const onInput = (next: string) => {
    search.setText(next)
    router.replace({ pane: 'search', text: next, filters: search.filters.value })
  }
  const intoList = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    document.querySelector<HTMLElement>('.list.search')?.focus()
  }
  return (
    <>
      <h1 tabIndex={-1}>
        {t.panes.search} <ResultCount />
      </h1>
      <search>
        <form class="search-form" onSubmit={event => void downloadBest(event, app)}>
          <input
            ref={field}
            type="search"
            aria-label={t.search.label}
            placeholder={t.search.placeholder}
            maxLength={MAX_CHARACTERS}
            autocomplete="off"
            spellcheck={false}
            value={search.text}
            onInput={event => onInput(event.currentTarget.value)}
            onKeyDown={intoList}
          />
        </form>
        <Filters />
      </search>
      <Results />
    </>
  )
}

/** Enter downloads the best result of what is written, also when it was pressed before that came. */
async function downloadBest(event: SubmitEvent, app: App): Promise<void> {
  event.preventDefault()
  const best = await app.search.best()
  if (best) await download(app, best)
}

function ResultCount() {
  const { search } = useApp()
  const results = search.results.value
  const count = useComputed(() => search.results.value?.rows.count() ?? 0).value
  return (
    <span class="total" role="status">
      {results && count > 0 ? t.search.results(count, results.isComplete) : ''}
    </span>
  )
}

function Results() {
  const app = useApp()
  const { search } = app
  const state = search.state.value
  const results = search.results.value
  const count = useComputed(() => search.results.value?.rows.count() ?? 0).value
  if (state.kind === 'idle') return <Empty icon="search" title={t.search.label} hint={t.search.hint} />
  if (!results && state.kind === 'loading') return <Loading from={t.load.registry} />
  return (
    <>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={search.again} />}
      {state.kind === 'failed' && results && <p class="bar">{t.search.old(t.format.clock(results.at))}</p>}
      {results && count === 0 && state.kind === 'ready' && (
        <Empty
          icon="search"
          title={t.search.none(results.asked.query)}
          hint={hasFilters(results.asked) ? t.search.noneFiltered : t.search.noneHint}
        />
      )}
      {results && count > 0 && (
        <List
          label={t.panes.search}
          name="search"
          columns={columnsFor(app)}
          rows={results.rows}
          id={id}
          onActivate={file => void download(app, file)}
        />
      )}
    </>
  )
}

function columnsFor(app: App): readonly Column<FoundFile>[] {
  return [
    {
      key: 'name',
      head: t.search.name,
      cell: file => (
        <>
          <FileIcon type={file.type} name={file.name} />
          <Name text={file.name} />
        </>
      ),
    },
    { key: 'size', head: t.search.size, cell: file => t.format.bytes(file.size) },
    { key: 'owners', head: t.search.owners, cell: file => <Owners file={file} /> },
    { key: 'path', head: t.search.path, cell: file => <Name text={parentOf(file.path)} /> },
    {
      key: 'actions',
      head: t.people.actions,
      cell: (file, isActive) => (
        <IconButton
          icon="transfers"
          label={t.search.download}
          isInTabOrder={isActive}
          onPress={() => void download(app, file)}
        />
      ),
    },
  ]
}

/** The one who has it, or how many do. */
function Owners({ file }: { readonly file: FoundFile }) {
  const names = file.owners.map(owner => visibleName(owner.name))
  const isOnline = file.owners.some(owner => owner.online)
  return (
    <span class={isOnline ? '' : 'muted'} title={names.join(', ')}>
      <bdi>{file.ownerCount === 1 ? names[0] : t.search.people(file.ownerCount)}</bdi>
      {!isOnline && ` (${t.search.offline})`}
    </span>
  )
}

/** By its root from everyone who has it; else from the first owner that is online. */
async function download(app: App, file: FoundFile): Promise<void> {
  const owner = file.owners.find(one => one.online) ?? file.owners[0]
  const request =
    file.root !== undefined
      ? { root: file.root, size: file.size, name: file.name }
      : owner && { owner: owner.id, paths: [owner.path] }
  if (!request || !(await app.transfers.download(request))) return
  app.notices.tell(t.search.started(visibleName(file.name)), {
    label: t.search.showTransfers,
    run: () => app.router.go({ pane: 'transfers' }),
  })
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
