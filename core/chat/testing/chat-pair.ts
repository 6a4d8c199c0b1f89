import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChatMessage } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import type { PeerId, ThreadId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import { openStore, type Store } from '../../store/index.js'
import type { Connection, MessageAnswer, MessageBody } from '../../wire/index.js'
import { type Chat, type ChatOptions, createChat } from '../index.js'

export const ANNA = 'a'.repeat(52) as PeerId
export const BEN = `b${'a'.repeat(51)}` as PeerId

/** What happens to one message of the wire: it may be refused, or be lost before or after it is stored. */
export type Fault = 'none' | 'lost' | 'answer-lost' | PeerError

/** One person's chat over a store of its own. */
export interface Side {
  readonly id: PeerId
  chat: Chat
  readonly store: Store
  readonly told: ChatMessage[]
  readonly typed: PeerId[]
  readonly events: EventEmitter
  /** Whether the other side can be reached. */
  online: boolean
  receipts: boolean
  /** ms that its clock is ahead. */
  ahead: number
  fault: (n: number) => Fault
  /** Messages of the wire so far. */
  sent: number
}

/** Two people, each the other's only contact, without a network between them. */
export interface ChatPair {
  readonly anna: Side
  readonly ben: Side
  /** The wall clock of both. */
  readonly clock: { now: number }
  /** Ends the chat of a side and starts it again over its store. */
  restart(side: Side): Promise<void>
  close(): Promise<void>
}

export async function startChatPair(): Promise<ChatPair> {
  const folders: string[] = []
  const clock = { now: 1_700_000_000_000 }
  const open = async (id: PeerId): Promise<Side> => {
    const folder = await mkdtemp(join(tmpdir(), 'tspeer-chat-'))
    folders.push(folder)
    return {
      id,
      // Set below, once both sides are there.
      chat: undefined as unknown as Chat,
      store: openStore(folder),
      told: [],
      typed: [],
      events: new EventEmitter(),
      online: true,
      receipts: true,
      ahead: 0,
      fault: () => 'none',
      sent: 0,
    }
  }
  const [anna, ben] = [await open(ANNA), await open(BEN)]
  const start = (side: Side) => {
    const other = side === anna ? ben : anna
    side.chat = createChat(optionsOf(side, other, () => clock.now))
  }
  const pair: ChatPair = {
    anna,
    ben,
    clock,
    async restart(side) {
      await side.chat.close()
      start(side)
    },
    async close() {
      for (const { chat, store } of [anna, ben]) {
        await chat.close()
        await store.close()
      }
      for (const folder of folders) await rm(folder, { recursive: true })
    },
  }
  start(anna)
  start(ben)
  return pair
}

function optionsOf(side: Side, other: Side, now: () => number): ChatOptions {
  const { id, store, told, typed, events } = side
  return {
    self: id,
    store,
    log: { ...silentLogger, debug: () => void events.emit('idle') },
    now: () => now() + side.ahead,
    receipts: () => side.receipts,
    connected: () => (side.online ? { notify: async () => other.chat.typed(id) } : undefined),
    async connect() {
      if (!side.online) throw new PeerError('OFFLINE', 'They are not here.')
      return connectionTo(side, other)
    },
    onMessage(message) {
      told.push(message)
      events.emit('message', message)
    },
    onTyping: (_thread, from) => void typed.push(from),
  }
}

/** Delivers to the other side as the wire would; a connection that lost something is of no more use. */
function connectionTo(side: Side, other: Side): Pick<Connection, 'request'> {
  let broken = false
  const request = async (_type: string, body: unknown): Promise<MessageAnswer> => {
    const lost = new PeerError('CONNECTION_LOST', 'The connection was lost.')
    if (broken) throw lost
    const fault = side.fault(side.sent++)
    if (fault instanceof PeerError) throw fault
    broken = fault !== 'none'
    if (fault === 'lost') throw lost
    const answer = await other.chat.receive(side.id, body as MessageBody)
    if (fault === 'answer-lost') throw lost
    return answer
  }
  return { request: request as Connection['request'] }
}

/** Waits until a message was told that is as wanted. */
export async function told(
  { told, events }: Side,
  holds: (message: ChatMessage) => boolean,
): Promise<ChatMessage> {
  const signal = AbortSignal.timeout(20_000)
  for (;;) {
    const found = told.findLast(holds)
    if (found) return found
    await once(events, 'message', { signal })
  }
}

/** Wakes a side again and again until all that it wrote is delivered. */
export async function delivered({ chat, events, id }: Side, thread: ThreadId): Promise<void> {
  const isWaiting = () =>
    whole(chat, thread).some(message => message.from === id && message.state === 'waiting')
  while (isWaiting()) {
    chat.wake(thread as PeerId)
    await Promise.race([once(events, 'message'), once(events, 'idle')])
  }
}

/** All of a thread, oldest first. */
export function whole(chat: Chat, thread: ThreadId): readonly ChatMessage[] {
  const all: ChatMessage[] = []
  for (let before: string | undefined; ; ) {
    const page = chat.history(before ? { thread, before, limit: 300 } : { thread, limit: 300 })
    all.unshift(...page)
    before = page[0]?.id
    if (!before) return all
  }
}

export function texts(chat: Chat, thread: ThreadId): string[] {
  return whole(chat, thread).map(({ text }) => text)
}
