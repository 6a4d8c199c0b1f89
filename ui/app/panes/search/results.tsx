import { useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { type FoundFile, visibleName } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { type Column, List, type Rows } from '../../list/index.js'
import { Empty, FileIcon, IconButton, Loading, Name, Problem } from '../../parts/index.js'
import { hasFilters, hitId } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { download } from './download.js'

/** What was found, or only what is new of it. */
export function Results() {
  const app = useApp()
  const { search, saved } = app
  const state = search.state.value
  const results = search.results.value
  const count = useComputed(() => search.results.value?.rows.count() ?? 0).value
  const news = useMemo<Rows<FoundFile>>(
    () => ({ count: () => saved.news.value.length, at: index => saved.news.value[index] }),
    [saved],
  )
  // What is new lies here, so it is shown also while nobody can be asked.
  const rows = saved.isOnlyNew.value ? news : count > 0 ? results?.rows : undefined
  if (!rows && !results && state.kind === 'loading') return <Loading from={t.load.registry} />
  return (
    <>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={search.again} />}
      {state.kind === 'failed' && results && <p class="bar">{t.search.old(t.format.clock(results.at))}</p>}
      {results && !rows && state.kind === 'ready' && (
        <Empty
          icon="search"
          title={t.search.none(results.asked.query)}
          hint={hasFilters(results.asked) ? t.search.noneFiltered : t.search.noneHint}
        />
      )}
      {rows && (
        <List
          label={t.panes.search}
          name="search"
          columns={columnsFor(app)}
          rows={rows}
          id={hitId}
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
          {app.saved.isNew(file) && <span class="badge">{t.saved.new}</span>}
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

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
