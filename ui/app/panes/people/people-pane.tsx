import { useComputed, useSignal } from '@preact/signals'
import type { Person } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import { Button, Empty, Icon, IconButton, Loading, Name, Presence, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { FoundRegistries } from '../settings/found-registries.js'
import { JoinForm } from '../settings/join-form.js'
import { PersonView } from './person-view.js'
import { SendForm } from './send-form.js'

const id = (person: Person) => person.id

/** Who is here, and what one can do with them; or one of them. */
export function PeoplePane({ who }: { readonly who: string | undefined }) {
  return who === undefined ? <Everyone /> : <PersonView who={who} />
}

function Everyone() {
  const app = useApp()
  const { people, status } = app
  const state = people.state.value
  const total = useComputed(() => people.list.count()).value
  const sendTo = useSignal<Person | undefined>(undefined)
  const columns = columnsFor(app, person => {
    sendTo.value = person
  })
  const receiver = sendTo.value
  return (
    <>
      <h1 tabIndex={-1}>
        {t.panes.people} {total > 0 && <span class="total">{t.people.total(total)}</span>}
      </h1>
      <Banners />
      {receiver && (
        <SendForm
          key={receiver.id}
          person={receiver}
          onClose={() => {
            sendTo.value = undefined
          }}
        />
      )}
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void people.load()} />}
      {state.kind === 'loading' && total === 0 && <Loading from={t.load.peer} />}
      {state.kind === 'ready' && total === 0 && <NoOne />}
      {total > 0 && (
        <List
          label={t.panes.people}
          name="people"
          columns={columns}
          rows={people.list}
          id={id}
          onActivate={person => browse(app, person)}
          onKey={(event, person) => {
            if (!person || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'i') return
            event.preventDefault()
            show(app, person)
          }}
        />
      )}
      {status.state.value.kind === 'failed' && <Problem failure={status.state.value.failure} />}
    </>
  )
}

function columnsFor(app: App, send: (person: Person) => void): readonly Column<Person>[] {
  return [
    { key: 'name', head: t.people.name, cell: person => <PersonName person={person} /> },
    { key: 'state', head: t.people.state, cell: person => <Presence person={person} /> },
    { key: 'files', head: t.people.files, cell: person => t.format.count(person.files) },
    { key: 'bytes', head: t.people.shared, cell: person => t.format.bytes(person.bytes) },
    { key: 'seen', head: t.people.lastSeen, cell: person => lastSeen(person) },
    {
      key: 'actions',
      head: t.people.actions,
      cell: (person, isActive) => (
        <>
          <IconButton
            icon="send"
            label={t.offers.sendFiles}
            isInTabOrder={isActive}
            onPress={() => send(person)}
          />
          <IconButton
            icon="chat"
            label={t.people.message}
            isInTabOrder={isActive}
            onPress={() => app.router.go({ pane: 'chat', who: app.people.slug(person) })}
          />
          <IconButton
            icon="browse"
            label={t.people.browse}
            isInTabOrder={isActive}
            onPress={() => browse(app, person)}
          />
          <IconButton
            icon="person"
            label={t.people.details}
            isInTabOrder={isActive}
            onPress={() => show(app, person)}
          />
        </>
      ),
    },
  ]
}

function PersonName({ person }: { readonly person: Person }) {
  const { people } = useApp()
  return (
    <>
      <Name text={people.slug(person)} />
      {person.verified && (
        <span class="ok mark" title={t.people.verified}>
          <Icon name="verified" />
          <span class="sr">{t.people.verified}</span>
        </span>
      )}
      {person.unread > 0 && <span class="badge">{t.people.unread(person.unread)}</span>}
    </>
  )
}

function lastSeen(person: Person): string {
  if (person.online) return t.people.now
  return person.lastSeen > 0 ? t.format.when(person.lastSeen) : ''
}

function show(app: App, person: Person): void {
  app.router.go({ pane: 'people', who: app.people.slug(person) })
}

function browse(app: App, person: Person): void {
  app.router.go({ pane: 'browse', who: app.people.slug(person), path: '' })
}

/** What the person should know or do first: warnings, and that nothing is shared yet. */
function Banners() {
  const { status, share, router } = useApp()
  const isEmpty =
    share.state.value.kind === 'ready' && share.progress.value.files === 0 && share.imports.value.length === 0
  const { state } = status.registry.value
  return (
    <>
      {(state === 'none' || state === 'waiting') && <FoundRegistries />}
      {status.me.value?.warnings.map(warning => (
        <p key={warning} class="bar warn">
          {warning}
        </p>
      ))}
      {isEmpty && (
        <div class="bar">
          <p>{t.people.shareNothing}</p>
          <Button
            icon="addFolder"
            label={t.people.shareFolder}
            onPress={() => router.go({ pane: 'share' })}
          />
        </div>
      )}
    </>
  )
}

function NoOne() {
  const { status } = useApp()
  const registry = status.registry.value
  const isConnected = registry.state === 'connected'
  const hint = isConnected ? t.people.emptyConnected(registry.address ?? '') : t.people.emptyAlone
  return (
    <Empty icon="people" title={t.people.empty} hint={hint}>
      {!isConnected && <JoinForm />}
    </Empty>
  )
}
