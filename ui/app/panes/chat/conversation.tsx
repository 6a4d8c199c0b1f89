import { useSignalEffect } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { type ChatMessage, type Person, visibleName } from '../../../../core/browser.js'
import { formatRoute, useApp } from '../../context/index.js'
import { Button, Icon, Loading, Name, Presence, Problem } from '../../parts/index.js'
import type { Thread } from '../../stores/index.js'
import { t } from '../../text/index.js'
import { Composer } from './composer.js'
import { Message } from './message.js'

/** How near to the end one must be for new messages to be followed. */
const NEAR_END_PX = 80

/** The thread with one person. */
export function Conversation({ person }: { readonly person: Person }) {
  const { chat, people } = useApp()
  const id = person.id
  useEffect(() => void chat.openThread(id), [id, chat])
  // What is on the screen of a window in use is read.
  useSignalEffect(() => {
    const unread = people.list.get(id)?.unread ?? 0
    if (unread > 0 && document.hasFocus()) chat.markRead(id)
  })
  const thread = chat.open.value?.id === id ? chat.open.value : undefined
  return (
    <section class="conversation" aria-label={t.chat.messages(visibleName(person.name))}>
      <header>
        <a class="back" href={formatRoute({ pane: 'chat', who: '' })} aria-label={t.chat.back}>
          <Icon name="back" />
        </a>
        <h2>
          <Name text={person.name} />
        </h2>
        <Presence person={person} />
      </header>
      {thread && <Messages thread={thread} person={person} />}
      {!person.online && <p class="muted note">{t.chat.offline(visibleName(person.name))}</p>}
      <Composer person={person} />
    </section>
  )
}

function Messages({ thread, person }: { readonly thread: Thread; readonly person: Person }) {
  const { chat } = useApp()
  const box = useRef<HTMLDivElement>(null)
  const held = useRef({ isAtEnd: true, fromEnd: 0, first: '' })
  const messages = thread.messages.all()
  const state = thread.state.value
  const first = messages[0]?.id ?? ''

  // The end stays in sight while one is there; older messages above move nothing.
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const { isAtEnd, fromEnd } = held.current
    if (isAtEnd) element.scrollTop = element.scrollHeight
    else if (held.current.first !== first) element.scrollTop = element.scrollHeight - fromEnd
    held.current.first = first
  })
  const onScroll = () => {
    const element = box.current
    if (!element) return
    const fromEnd = element.scrollHeight - element.scrollTop
    held.current = { ...held.current, fromEnd, isAtEnd: fromEnd - element.clientHeight < NEAR_END_PX }
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <div ref={box} class="messages" role="log" aria-live="polite" tabIndex={0} onScroll={onScroll}>
      {state.kind === 'loading' && <Loading from={t.load.peer} />}
      {state.kind === 'failed' && <Problem failure={state.failure} onRetry={() => void chat.reload()} />}
      {thread.hasOlder.value && <Button label={t.chat.older} onPress={() => void chat.loadOlder()} />}
      {state.kind === 'ready' && messages.length === 0 && (
        <p class="hello">{t.chat.hello(visibleName(person.name))}</p>
      )}
      {messages.map((message, index) => (
        <MessageAndDay key={message.id} message={message} before={messages[index - 1]} person={person} />
      ))}
    </div>
  )
}

interface MessageAndDayProps {
  readonly message: ChatMessage
  readonly before: ChatMessage | undefined
  readonly person: Person
}

function MessageAndDay({ message, before, person }: MessageAndDayProps) {
  const day = t.format.day(message.at)
  const isNewDay = !before || t.format.day(before.at) !== day
  return (
    <>
      {isNewDay && <p class="day muted">{day}</p>}
      <Message message={message} name={visibleName(person.name)} />
    </>
  )
}
