import { useComputed } from '@preact/signals'
import { type PeerId, type Person, visibleText } from '../../../../core/browser.js'
import { formatRoute, useApp } from '../../context/index.js'
import { Name } from '../../parts/index.js'
import type { Chat, People } from '../../stores/index.js'
import { t } from '../../text/index.js'

/** People offered for a first message; everyone is in People. */
const MOST_OTHERS = 50

/** Everyone written with, newest first; then everyone else. */
export function Threads({ current }: { readonly current: PeerId | undefined }) {
  const { people, chat } = useApp()
  const { known, others } = useComputed(() => threadsOf(people, chat)).value
  return (
    <div class="threads">
      {known.length > 0 && <ThreadList label={t.chat.threads} people={known} current={current} />}
      {others.length > 0 && (
        <>
          <h2>{t.chat.others}</h2>
          <ThreadList label={t.chat.others} people={others.slice(0, MOST_OTHERS)} current={current} />
        </>
      )}
    </div>
  )
}

function threadsOf(people: People, chat: Chat): { known: readonly Person[]; others: readonly Person[] } {
  const known: { readonly person: Person; readonly at: number }[] = []
  const others: Person[] = []
  for (const person of people.list.all()) {
    const last = chat.last(person.id)
    if (last || person.unread > 0) known.push({ person, at: last?.at ?? 0 })
    else others.push(person)
  }
  return { known: known.sort((a, b) => b.at - a.at).map(({ person }) => person), others }
}

interface ThreadListProps {
  readonly label: string
  readonly people: readonly Person[]
  readonly current: PeerId | undefined
}

function ThreadList({ label, people, current }: ThreadListProps) {
  return (
    <ul aria-label={label}>
      {people.map(person => (
        <li key={person.id}>
          <ThreadLink person={person} isCurrent={person.id === current} />
        </li>
      ))}
    </ul>
  )
}

function ThreadLink({ person, isCurrent }: { readonly person: Person; readonly isCurrent: boolean }) {
  const { people, chat } = useApp()
  const last = chat.last(person.id)
  const who = people.slug(person)
  return (
    <a class="thread" href={formatRoute({ pane: 'chat', who })} aria-current={isCurrent ? 'true' : undefined}>
      <span class={person.online ? `presence on ${person.status ?? 'available'}` : 'presence'}>
        <span class="dot" aria-hidden="true" />
        <span class="sr">
          {person.online ? t.people.statuses[person.status ?? 'available'] : t.people.offline}
        </span>
      </span>
      <Name text={who} />
      {last && <span class="muted when">{t.format.when(last.at)}</span>}
      {last && (
        <bdi class="muted snippet">
          {last.from === last.thread ? '' : `${t.chat.you}: `}
          {visibleText(last.text)}
        </bdi>
      )}
      {person.unread > 0 && <span class="badge">{t.format.count(person.unread)}</span>}
    </a>
  )
}
