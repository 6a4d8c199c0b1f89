import type { NewMessage, Peer } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { isPeerId, parseThreadId, type ThreadId } from '../../identity/index.js'
import type { Parts } from '../parts.js'
import { pageSize, textOf } from './given.js'

/** The methods of chat; what comes in is checked here. */
export function chatOf({ chat, trust }: Parts): Peer['chat'] {
  return {
    threads: async () => chat.threads(),
    async send(given, message) {
      const thread = threadOf(given)
      if (isPeerId(thread)) trust.check(thread)
      return chat.send(thread, newMessage(message))
    },
    edit: async (thread, id, text) => chat.edit(threadOf(thread), idOf(id), textOf(text, 'Say what.')),
    remove: async (thread, id) => chat.remove(threadOf(thread), idOf(id)),
    react: async (thread, id, reaction) =>
      chat.react(threadOf(thread), idOf(id), textOf(reaction, 'Name a reaction.')),
    retry: async (thread, id) => chat.retry(threadOf(thread), idOf(id)),
    history: async ({ thread, before, limit }) =>
      chat.history({
        thread: threadOf(thread),
        ...(before !== undefined && { before: idOf(before) }),
        ...(limit !== undefined && { limit: pageSize(limit) }),
      }),
    markRead: async thread => chat.markRead(threadOf(thread)),
    typing: async thread => chat.typing(threadOf(thread)),
    setDraft: async (thread, text) => chat.setDraft(threadOf(thread), textOf(text, 'Say what is written.')),
    setMuted: async (thread, muted) => chat.setMuted(threadOf(thread), muted === true),
    clear: async thread => chat.clear(thread === 'all' ? 'all' : threadOf(thread)),
  }
}

function threadOf(thread: unknown): ThreadId {
  return parseThreadId(textOf(thread, 'Say with whom.'))
}

function idOf(id: unknown): string {
  return textOf(id, 'Name a message by its id.').toLowerCase()
}

function newMessage(message: string | NewMessage): NewMessage {
  if (typeof message === 'string') return { text: message }
  if (typeof message !== 'object' || message === null) throw new PeerError('BAD_INPUT', 'Say what.')
  const { text, replyTo } = message
  return { text: textOf(text, 'Say what.'), ...(replyTo !== undefined && { replyTo: idOf(replyTo) }) }
}
