import { useComputed, useSignal } from '@preact/signals'
import { type Subscription, visibleName } from '../../../../core/browser.js'
import { type App, useApp } from '../../context/index.js'
import { type Column, List } from '../../list/index.js'
import { Empty, FileIcon, IconButton, Loading, Name, Problem } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { stopFollowing } from './follow.js'
import { FollowedDetails } from './followed-details.js'
import { FollowedState } from './followed-state.js'
import { placeOf } from './place-of.js'

const id = (subscription: Subscription) => subscription.id

/** The folders that are followed. */
export function FollowedList() {
  const app = useApp()
  const { following } = app
  const state = following.state.value
  const total = useComputed(() => following.list.count()).value
  const chosen = useSignal<string | undefined>(undefined)
  return (
    <>
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void following.load()} />}
      {state.kind === 'loading' && total === 0 && <Loading from={t.load.peer} />}
      {state.kind === 'ready' && total === 0 && (
        <Empty icon="follow" title={t.following.empty} hint={t.following.emptyHint} />
      )}
      {total > 0 && (
        <List
          label={t.following.title}
          name="followed"
          columns={columnsFor(app)}
          rows={following.list}
          id={id}
          onActivate={subscription => browse(app, subscription)}
          onMove={next => {
            chosen.value = next
          }}
          onKey={(event, subscription) => {
            if (event.key === 'Delete' && subscription) void stopFollowing(app, subscription)
          }}
        />
      )}
      <FollowedDetails id={chosen.value} />
    </>
  )
}

function columnsFor(app: App): readonly Column<Subscription>[] {
  return [
    {
      key: 'name',
      head: t.following.folder,
      cell: ({ path }) => (
        <>
          <FileIcon type="folder" name={path} />
          <Name text={path} />
        </>
      ),
    },
    { key: 'owner', head: t.search.owners, cell: ({ ownerName }) => <Name text={ownerName} /> },
    {
      key: 'target',
      head: t.transfers.target,
      cell: subscription => <Name text={placeOf(subscription)} />,
    },
    {
      key: 'updated',
      head: t.following.updated,
      cell: ({ updatedAt }) => (updatedAt === undefined ? t.following.notYet : t.format.when(updatedAt)),
    },
    {
      key: 'state',
      head: t.people.state,
      cell: subscription => <FollowedState subscription={subscription} />,
    },
    {
      key: 'actions',
      head: t.people.actions,
      cell: (subscription, isActive) => (
        <>
          <IconButton
            icon="browse"
            label={t.people.browse}
            isInTabOrder={isActive}
            onPress={() => browse(app, subscription)}
          />
          <IconButton
            icon="unfollow"
            label={t.following.stop}
            isInTabOrder={isActive}
            onPress={() => void stopFollowing(app, subscription)}
          />
        </>
      ),
    },
  ]
}

/** At its owner. */
function browse({ router, people, notices }: App, { owner, ownerName, path }: Subscription): void {
  const person = people.list.get(owner)
  if (person) router.go({ pane: 'browse', who: people.slug(person), path })
  else notices.tell(t.browse.unknown(visibleName(ownerName)))
}
