import {
  type ChatApi,
  type ChatMessage,
  PeerError,
  type PeerEvent,
  type PeerId,
  type Person,
  type ThreadId,
} from '../../../core/browser.js'

/** What a chat needs of the fake peer around it. */
export interface FakeChatOptions {
  readonly me: PeerId
  readonly people: readonly Person[]
  readonly emit: (event: PeerEvent) => void
  readonly called: (method: string) => void
  readonly setUnread: (id: string, unread: number) => void
}

/** A chat in memory, with what others write in it. */
export interface FakeChat {
  readonly api: ChatApi
  fill(thread: ThreadId, messages: readonly ChatMessage[]): void
  receive(from: Person, text: string): void
}

export function fakeChat({ me, people, emit, called, setUnread }: FakeChatOptions): FakeChat {
  const messages = new Map<ThreadId, ChatMessage[]>()
  const drafts = new Map<ThreadId, string>()
  let lastId = 5000

  const all = (thread: ThreadId) => messages.get(thread) ?? []
  const find = (thread: ThreadId, id: string): ChatMessage => {
    const found = all(thread).find(message => message.id === id)
    if (!found) throw new PeerError('NOT_FOUND', 'That message is not in this thread.')
    return found
  }
  const put = (message: ChatMessage): ChatMessage => {
    const others = all(message.thread)
    const at = others.findIndex(({ id }) => id === message.id)
    messages.set(message.thread, at < 0 ? [...others, message] : others.with(at, message))
    emit({ kind: 'message', message })
    return message
  }
  const written = (thread: ThreadId, from: PeerId, text: string) => ({
    id: (++lastId).toString(16).padStart(32, '0'),
    thread,
    from,
    text,
    at: Date.now(),
    tick: 0,
  })

  const api: ChatApi = {
    threads: async () =>
      [...messages].map(([id, list]) => {
        const last = list.at(-1)
        const draft = drafts.get(id)
        return { id, unread: 0, muted: false, ...(last && { last }), ...(draft && { draft }) }
      }),
    async send(thread, given) {
      const { text, replyTo } = typeof given === 'string' ? { text: given } : given
      const isHere = people.find(one => one.id === thread)?.online
      const quoted = replyTo === undefined ? undefined : find(thread, replyTo)
      return put({
        ...written(thread, me, text),
        state: isHere ? 'delivered' : 'waiting',
        ...(quoted && { quote: { id: quoted.id, from: quoted.from, text: quoted.text } }),
      })
    },
    edit: async (thread, id, text) => put({ ...find(thread, id), text, editedAt: Date.now() }),
    async remove(thread, id) {
      const { reactions: _reactions, file: _file, ...rest } = find(thread, id)
      return put({ ...rest, text: '', deleted: true })
    },
    async react(thread, id, reaction) {
      const message = find(thread, id)
      const others = (message.reactions ?? []).flatMap(one => {
        const by = one.by.filter(who => who !== me)
        return by.length > 0 ? [{ ...one, by }] : []
      })
      const isBack = message.reactions?.some(one => one.reaction === reaction && one.by.includes(me))
      const reactions = isBack ? others : [...others, { reaction, by: [me] }]
      return put({ ...message, reactions })
    },
    async retry(thread, id) {
      const { error: _error, ...rest } = find(thread, id)
      return put({ ...rest, state: 'delivered', at: Date.now() })
    },
    async history({ thread, before, limit = 100 }) {
      const list = all(thread)
      const end = before === undefined ? list.length : list.findIndex(message => message.id === before)
      return list.slice(Math.max(0, end - limit), Math.max(0, end))
    },
    async markRead(thread) {
      called('chat.markRead')
      setUnread(thread, 0)
    },
    typing: async () => called('chat.typing'),
    async setDraft(thread, text) {
      drafts.set(thread, text)
    },
    async setMuted(thread, muted) {
      emit({ kind: 'thread', thread: { id: thread, unread: 0, muted } })
    },
    async clear(thread) {
      for (const id of thread === 'all' ? [...messages.keys()] : [thread]) {
        messages.delete(id)
        emit({ kind: 'thread', thread: { id, unread: 0, muted: false } })
      }
    },
  }
  return {
    api,
    fill: (thread, list) => void messages.set(thread, [...list]),
    receive: (from, text) => void put({ ...written(from.id, from.id, text), state: 'delivered' }),
  }
}
