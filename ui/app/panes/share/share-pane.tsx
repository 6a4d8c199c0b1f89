import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { type Import, visibleName } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import {
  Button,
  Empty,
  FileCount,
  FileIcon,
  IconButton,
  Loading,
  Name,
  Problem,
  Progress,
} from '../../parts/index.js'
import { t } from '../../text/index.js'

const id = (item: Import) => item.name

/** What I share: add, look, take away. */
export function SharePane() {
  const app = useApp()
  const { share, status } = app
  const state = share.state.value
  const imports = share.imports.value
  const folder = status.me.value?.folders.share
  return (
    <>
      <h1 tabIndex={-1}>
        {t.panes.share}{' '}
        {imports.length > 0 && (
          <span class="total">{t.share.total(share.progress.value.files, share.progress.value.bytes)}</span>
        )}
      </h1>
      <AddForm />
      <ShareState />
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void share.load()} />}
      {state.kind === 'loading' && <Loading from={t.load.peer} />}
      {state.kind === 'ready' && imports.length === 0 && (
        <Empty icon="share" title={t.share.empty} hint={t.share.emptyHint} />
      )}
      {imports.length > 0 && (
        <List
          label={t.panes.share}
          name="share"
          columns={columnsFor(app)}
          rows={share.rows}
          id={id}
          onKey={(event, item) => {
            if (event.key === 'Delete' && item?.original) void remove(app, item)
          }}
        />
      )}
      <Problems />
      {folder && <p class="muted note">{t.share.folder(folder)}</p>}
    </>
  )
}

function AddForm() {
  const { share, platform } = useApp()
  const path = useSignal('')
  const field = useId()
  const pick = platform.pickFolder
  const add = async (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = path.value.trim()
    if (wanted && (await share.add(wanted))) path.value = ''
  }
  const choose = async () => {
    const folder = await pick?.()
    if (folder) await share.add(folder)
  }
  return (
    <form class="line add-form" onSubmit={event => void add(event)}>
      <label class="sr" for={field}>
        {t.share.path}
      </label>
      <input
        id={field}
        type="text"
        autocomplete="off"
        spellcheck={false}
        placeholder={t.share.path}
        value={path}
        onInput={event => {
          path.value = event.currentTarget.value
        }}
      />
      <button type="submit" class="button primary" disabled={share.adding.value || path.value.trim() === ''}>
        {t.share.add}
      </button>
      {pick && <Button icon="addFolder" label={t.share.choose} onPress={() => void choose()} />}
      <Button icon="rescan" label={t.share.rescan} onPress={() => void share.rescan()} />
    </form>
  )
}

/** How far the share is looked through and read. */
function ShareState() {
  const { share, status } = useApp()
  const progress = share.progress.value
  const { scanning, files, paused, unwatched } = progress
  if (files === 0 && !scanning) return null
  const isHashing = share.hashed.value < 1
  const text = scanning ? t.share.scanning : isHashing ? t.share.hashing(progress) : t.share.ready
  return (
    <div class="share-state">
      <div class="line">
        <span class={isHashing || scanning ? 'muted' : 'ok'}>{text}</span>
        {(isHashing || paused) && (
          <Button
            icon={paused ? 'resume' : 'pause'}
            label={paused ? t.share.goOn : t.share.pause}
            onPress={() => void status.set('hashPaused', !paused)}
          />
        )}
      </div>
      {isHashing && <Progress part={share.hashed.value} label={text} />}
      {unwatched && <p class="warn">{t.share.unwatched}</p>}
    </div>
  )
}

/** What is listed in imports with a reason why nobody can have it. */
function Problems() {
  const problems = useApp().share.problems.value
  if (problems.length === 0) return null
  return (
    <details class="note">
      <summary>{t.share.problems(problems.length)}</summary>
      <ul>
        {problems.map(({ path, reason }) => (
          <li key={path}>
            {visibleName(path)} {reason && <span class="warn">{t.browse.reasons[reason]}</span>}
          </li>
        ))}
      </ul>
    </details>
  )
}

function columnsFor(app: App): readonly Column<Import>[] {
  return [
    {
      key: 'name',
      head: t.share.name,
      cell: item => (
        <>
          <FileIcon type={item.type} name={item.name} />
          <Name text={item.name} />
          {item.reason && <span class="warn">{t.browse.reasons[item.reason]}</span>}
        </>
      ),
    },
    {
      key: 'original',
      head: t.share.original,
      cell: item =>
        item.original ? <Name text={item.original} /> : <span class="muted">{t.share.inside}</span>,
    },
    { key: 'files', head: t.share.files, cell: item => <FileCount count={item.files} /> },
    { key: 'size', head: t.share.size, cell: item => t.format.bytes(item.bytes) },
    { key: 'who', head: t.share.who, cell: whoSees },
    {
      key: 'actions',
      head: t.people.actions,
      cell: (item, isActive) =>
        item.original ? (
          <IconButton
            icon="close"
            label={t.share.remove}
            isInTabOrder={isActive}
            onPress={() => void remove(app, item)}
          />
        ) : null,
    },
  ]
}

function whoSees({ visibility }: Import): string {
  if (visibility === 'everyone') return t.share.everyone
  return visibility === 'verified' ? t.share.verified : t.share.some(visibility.length)
}

/** Takes the link away at once; the notice brings it back. */
async function remove({ share, notices }: App, item: Import): Promise<void> {
  if (!(await share.remove(item.name))) return
  const { original } = item
  const undo =
    original === undefined ? undefined : { label: t.share.undo, run: () => void share.add(original) }
  notices.tell(t.share.removed(visibleName(item.name)), undo)
}
