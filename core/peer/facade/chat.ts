import type { Peer } from '../../api/index.js'
import { parsePeerId } from '../../identity/index.js'
import type { Parts } from '../parts.js'
import { textOf } from './given.js'

export function chatOf({ chat, people }: Parts): Peer['chat'] {
  return {
    send: (to, text) => chat.send(parsePeerId(textOf(to, 'Say to whom.')), textOf(text, 'Say what.')),
    history: async query =>
      chat.history({ ...query, thread: parsePeerId(textOf(query.thread, 'Say with whom.')) }),
    async markRead(thread) {
      const id = parsePeerId(textOf(thread, 'Say with whom.'))
      await chat.markRead(id)
      people.announce(id)
    },
  }
}
