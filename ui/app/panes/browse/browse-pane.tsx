import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Person, visibleName } from '../../../../core/browser.js'
import { useApp } from '../../context/index.js'
import { Empty, Loading, Name, Presence, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { Crumbs } from './crumbs.js'
import { FolderView } from './folder-view.js'

/** What one person shares. */
export function BrowsePane({ who, path }: { readonly who: string; readonly path: string }) {
  const { people } = useApp()
  const person = useComputed(() => (who === '' ? undefined : people.bySlug(who)))
  if (who === '') return <ChoosePerson />
  if (!person.value) return <Unknown who={who} />
  return <Place person={person.value} path={path} />
}

function Place({ person, path }: { readonly person: Person; readonly path: string }) {
  const { browse } = useApp()
  const owner = person.id
  useEffect(() => void browse.open({ owner, path }), [owner, path, browse])
  const folder = browse.folder.value
  const state = browse.state.value
  return (
    <>
      <h1 tabIndex={-1}>
        <Name text={person.name} /> <Presence person={person} />
      </h1>
      <Crumbs person={person} path={path} />
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void browse.reload()} />}
      {folder?.from === 'registry' && (
        <p class="bar">{t.browse.fromRegistry(visibleName(person.name), t.format.clock(folder.at))}</p>
      )}
      {!folder && state.kind === 'loading' && <Loading from={visibleName(person.name)} />}
      {folder && <FolderView folder={folder} person={person} />}
    </>
  )
}

function Unknown({ who }: { readonly who: string }) {
  const { people } = useApp()
  return (
    <>
      <h1 tabIndex={-1}>{t.panes.browse}</h1>
      {people.state.value.kind === 'loading' ? (
        <Loading from={t.load.peer} />
      ) : (
        <Empty icon="browse" title={t.browse.unknown(visibleName(who))} />
      )}
    </>
  )
}

function ChoosePerson() {
  const { people, router } = useApp()
  const everyone = people.list.all()
  return (
    <>
      <h1 tabIndex={-1}>{t.panes.browse}</h1>
      {everyone.length === 0 ? (
        <Empty icon="browse" title={t.browse.whose} hint={t.browse.noPeople} />
      ) : (
        <>
          <p class="muted">{t.browse.whoseHint}</p>
          <ul class="menu">
            {everyone.slice(0, MOST_OFFERED).map(person => (
              <li key={person.id}>
                <button
                  type="button"
                  onClick={() => router.go({ pane: 'browse', who: people.slug(person), path: '' })}
                >
                  <Name text={people.slug(person)} />
                  <span class="muted">{t.share.total(person.files, person.bytes)}</span>
                  <Presence person={person} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

/** People offered here; People has them all. */
const MOST_OFFERED = 50
