import { useComputed } from '@preact/signals'
import { type Listed, type Person, visibleName } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import { Button, Empty, FileCount, FileIcon, IconButton, Name } from '../../parts/index.js'
import { type Folder, type SortKey, selectedCount } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { FollowButton, FollowedMark, RowFollowButton } from './follow-buttons.js'

const id = (entry: Listed) => entry.path
const SORT_KEYS: readonly { readonly key: SortKey; readonly head: string }[] = [
  { key: 'name', head: t.browse.name },
  { key: 'size', head: t.browse.size },
  { key: 'mtime', head: t.browse.changed },
]

/** The rows of a folder, and what to do with them. */
export function FolderView({ folder, person }: { readonly folder: Folder; readonly person: Person }) {
  const app = useApp()
  const { browse } = app
  const total = useComputed(() => folder.rows.count()).value
  if (total === 0) {
    const title = folder.path === '' ? t.browse.emptyShare(visibleName(person.name)) : t.browse.emptyFolder
    return <Empty icon="browse" title={title} />
  }
  const open = (entry: Listed) => {
    if (entry.type === 'folder')
      app.router.go({ pane: 'browse', who: app.people.slug(person), path: entry.path })
    else void download(app, () => browse.download(entry), entry.name)
  }
  const up = () =>
    app.router.go({ pane: 'browse', who: app.people.slug(person), path: parentOf(folder.path) })
  const onKey = (event: KeyboardEvent, entry: Listed | undefined) => {
    if (event.key === 'Backspace' && folder.path !== '') up()
    else if (event.key === 'ArrowLeft' && folder.path !== '') up()
    else if (event.key === 'ArrowRight' && entry?.type === 'folder') open(entry)
    else return
    event.preventDefault()
  }
  const { by, descending } = browse.sort.value
  return (
    <>
      <Toolbar total={total} folder={folder} person={person} />
      <List
        label={folder.path === '' ? visibleName(person.name) : visibleName(folder.path)}
        name="browse"
        columns={columnsFor(app, person, open)}
        rows={folder.rows}
        id={id}
        sort={{ by, descending, onSort: key => sortBy(app, key) }}
        select={{ selection: browse.selection, onSelect: browse.select }}
        onActivate={open}
        onKey={onKey}
      />
    </>
  )
}

interface ToolbarProps {
  readonly total: number
  readonly folder: Folder
  readonly person: Person
}

function Toolbar({ total, folder, person }: ToolbarProps) {
  const app = useApp()
  const { browse } = app
  const chosen = selectedCount(browse.selection.value)
  const { by, descending } = browse.sort.value
  return (
    <div class="toolbar">
      <span class="muted" role="status">
        {t.browse.items(total)}
        {chosen > 0 && `, ${t.browse.selected(chosen)}`}
      </span>
      <span class="space" />
      <span class="sort-select">
        <select
          aria-label={t.list.sortBy}
          value={by}
          onChange={event => sortBy(app, event.currentTarget.value)}
        >
          {SORT_KEYS.map(({ key, head }) => (
            <option key={key} value={key}>
              {head}
            </option>
          ))}
        </select>
        <IconButton
          icon={descending ? 'down' : 'up'}
          label={t.list.sortDown}
          onPress={() => void browse.sortBy(by)}
        />
      </span>
      {chosen > 0 && (
        <Button
          icon="transfers"
          kind="primary"
          label={t.browse.download}
          onPress={() => void download(app, browse.downloadSelected, t.browse.items(chosen))}
        />
      )}
      <Button
        icon="transfers"
        label={t.browse.downloadAll}
        onPress={() => void download(app, browse.downloadFolder, t.browse.items(total))}
      />
      {folder.path !== '' && <FollowButton owner={person} path={folder.path} />}
    </div>
  )
}

function columnsFor(app: App, person: Person, open: (entry: Listed) => void): readonly Column<Listed>[] {
  return [
    {
      key: 'name',
      head: t.browse.name,
      isSortable: true,
      cell: entry => <EntryName entry={entry} owner={person} open={open} />,
    },
    { key: 'size', head: t.browse.size, isSortable: true, cell: entry => t.format.bytes(entry.size) },
    {
      key: 'files',
      head: t.browse.files,
      cell: entry => (entry.type === 'folder' ? <FileCount count={entry.files} /> : ''),
    },
    { key: 'mtime', head: t.browse.changed, isSortable: true, cell: entry => t.format.when(entry.mtime) },
    {
      key: 'actions',
      head: t.people.actions,
      cell: (entry, isActive) =>
        entry.reason ? null : (
          <>
            {entry.type === 'folder' && (
              <RowFollowButton owner={person} path={entry.path} isActive={isActive} />
            )}
            <IconButton
              icon="transfers"
              label={t.browse.download}
              isInTabOrder={isActive}
              onPress={() => void download(app, () => app.browse.download(entry), entry.name)}
            />
          </>
        ),
    },
  ]
}

interface EntryNameProps {
  readonly entry: Listed
  readonly owner: Person
  readonly open: (entry: Listed) => void
}

/** A folder's name is also a button that opens it, for the mouse; the keys have Enter. */
function EntryName({ entry, owner, open }: EntryNameProps) {
  return (
    <>
      <FileIcon type={entry.type} name={entry.name} />
      {entry.type === 'folder' ? (
        <button type="button" class="link" tabIndex={-1} onClick={() => open(entry)}>
          <Name text={entry.name} />
        </button>
      ) : (
        <Name text={entry.name} />
      )}
      {entry.type === 'folder' && <FollowedMark owner={owner} path={entry.path} />}
      {entry.reason && <span class="warn">{t.browse.reasons[entry.reason]}</span>}
    </>
  )
}

async function download(app: App, work: () => Promise<boolean>, what: string): Promise<void> {
  if (!(await work())) return
  app.notices.tell(t.search.started(visibleName(what)), {
    label: t.search.showTransfers,
    run: () => app.router.go({ pane: 'transfers' }),
  })
}

function sortBy(app: App, key: string): void {
  const known = SORT_KEYS.find(sort => sort.key === key)
  if (known) void app.browse.sortBy(known.key)
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
