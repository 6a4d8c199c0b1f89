import { useComputed } from '@preact/signals'
import { useApp } from '../../context/index.js'
import { Empty } from '../../parts/index.js'
import { t } from '../../text/index.js'
import { Conversation } from './conversation.js'
import { Threads } from './threads.js'

/** Conversations at the left, the open one at the right; narrow windows show one of the two. */
export function ChatPane({ who }: { readonly who: string }) {
  const { people } = useApp()
  const person = useComputed(() => (who === '' ? undefined : people.bySlug(who))).value
  const isNoOne = people.list.count() === 0
  return (
    <div class={person ? 'chat has-thread' : 'chat'}>
      <div class="chat-list">
        <h1 tabIndex={-1}>{t.panes.chat}</h1>
        <Threads current={person?.id} />
      </div>
      {person ? (
        <Conversation key={person.id} person={person} />
      ) : (
        <Empty icon="chat" title={t.chat.empty} hint={isNoOne ? t.chat.noPeople : t.chat.emptyHint} />
      )}
    </div>
  )
}
