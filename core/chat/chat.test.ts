import { EventEmitter, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ChatMessage } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import { openStore, type Store } from '../store/index.js'
import type { Connection, MessageBody } from '../wire/index.js'
import { type Chat, createChat } from './index.js'

const ANNA = 'a'.repeat(52) as PeerId
const BEN = `b${'a'.repeat(51)}` as PeerId

interface Side {
  readonly chat: Chat
  readonly store: Store
  readonly folder: string
  readonly told: ChatMessage[]
  readonly events: EventEmitter
}

/** Delivers to the other side as the wire would; `fault` may refuse, or lose the answer after storing. */
interface Link {
  fault: (n: number) => 'none' | 'lost' | 'answer-lost' | PeerError
  delivered: number
}

const test = suite<{ anna: Side; ben: Side; link: Link }>('chat')

test.before.each(async context => {
  context.link = { fault: () => 'none', delivered: 0 }
  context.ben = await side(BEN, () => Promise.reject(new PeerError('OFFLINE', 'Anna is not here.')))
  context.anna = await side(ANNA, async () => connectionTo(context.ben.chat, ANNA, context.link))
})

test.after.each(async ({ anna, ben }) => {
  for (const { chat, store, folder } of [anna, ben]) {
    await chat.close()
    await store.close()
    await rm(folder, { recursive: true })
  }
})

test('a message is delivered when the other side has stored it, and is in both histories', async ({
  anna,
  ben,
}) => {
  const sent = await anna.chat.send(BEN, 'Hello\nBen ✓')
  await until(anna, message => message.state === 'delivered')

  assert.is(sent.state, 'waiting')
  assert.equal(states(anna), ['waiting', 'sent', 'delivered'])
  assert.equal(
    ben.chat.history({ thread: ANNA }).map(({ text, from, state }) => ({ text, from, state })),
    [{ text: 'Hello\nBen ✓', from: ANNA, state: 'delivered' }],
  )
  assert.is(ben.chat.unread(ANNA), 1)
  assert.is(anna.chat.unread(BEN), 0)
  await ben.chat.markRead(ANNA)
  assert.is(ben.chat.unread(ANNA), 0)
})

test('500 messages over a link that keeps breaking arrive in order, each once', async ({
  anna,
  ben,
  link,
}) => {
  link.fault = n => (n % 7 === 3 ? 'lost' : n % 11 === 5 ? 'answer-lost' : 'none')
  const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`)
  for (const text of texts) await anna.chat.send(BEN, text)

  while (anna.chat.history({ thread: BEN, limit: 300 }).some(message => message.state !== 'delivered')) {
    anna.chat.wake(BEN)
    await Promise.race([once(anna.events, 'message'), once(anna.events, 'idle')])
  }

  assert.equal(all(ben.chat, ANNA), texts)
  assert.equal(all(anna.chat, BEN), texts)
})

test('what is written to someone offline waits, also over a restart, and goes when they are back', async ctx => {
  let online = false
  const connect = async () => {
    if (!online) throw new PeerError('OFFLINE', 'Ben is not here.')
    return connectionTo(ctx.ben.chat, ANNA, ctx.link)
  }
  const first = createChat({ ...optionsOf(ctx.anna), connect })
  for (const text of ['one', 'two', 'three']) await first.send(BEN, text)
  await first.close()
  assert.equal(all(ctx.ben.chat, ANNA), [])

  online = true
  const second = createChat({ ...optionsOf(ctx.anna), connect })
  second.wake(BEN)
  await until(ctx.anna, message => message.text === 'three' && message.state === 'delivered')

  assert.equal(all(ctx.ben.chat, ANNA), ['one', 'two', 'three'])
  await second.close()
})

test('a message refused for good fails with the reason and does not hold up the next', async ({
  anna,
  link,
}) => {
  link.fault = n => (n === 0 ? new PeerError('BANNED', 'Ben does not take messages from you.') : 'none')
  await anna.chat.send(BEN, 'first')
  await until(anna, message => message.state === 'failed')
  await anna.chat.send(BEN, 'second')
  await until(anna, message => message.state === 'delivered')

  assert.equal(
    anna.chat.history({ thread: BEN }).map(({ text, state, error }) => [text, state, error?.code]),
    [
      ['first', 'failed', 'BANNED'],
      ['second', 'delivered', undefined],
    ],
  )
})

test('history is paged backwards from any message', async ({ anna, ben }) => {
  for (let i = 0; i < 25; i++) await anna.chat.send(BEN, `${i}`)
  await until(anna, message => message.text === '24' && message.state === 'delivered')

  const last = ben.chat.history({ thread: ANNA, limit: 10 })
  const before = ben.chat.history({ thread: ANNA, limit: 10, before: last[0]?.id ?? '' })
  const first = ben.chat.history({ thread: ANNA, limit: 10, before: before[0]?.id ?? '' })

  const texts = [...first, ...before, ...last].map(({ text }) => text)
  assert.equal(
    texts,
    Array.from({ length: 25 }, (_, i) => `${i}`),
  )
})

const refused = [
  { what: 'an empty text', text: '' },
  { what: 'a text over 16 KiB', text: 'é'.repeat(8193) },
  { what: 'half a character', text: '\ud800' },
]
for (const { what, text } of refused) {
  test(`${what} is refused and changes nothing`, async ({ anna }) => {
    const failure = await anna.chat.send(BEN, text).catch(error => error)

    assert.is(failure.code, 'BAD_INPUT')
    assert.equal(anna.chat.history({ thread: BEN }), [])
  })
}

async function side(self: PeerId, connect: () => Promise<Pick<Connection, 'request'>>): Promise<Side> {
  const folder = await mkdtemp(join(tmpdir(), 'tspeer-chat-'))
  const store = openStore(folder)
  const told: ChatMessage[] = []
  const events = new EventEmitter()
  const onMessage = (message: ChatMessage) => {
    told.push(message)
    events.emit('message', message)
  }
  const log = { ...silentLogger, debug: () => void events.emit('idle') }
  const chat = createChat({ self, store, log, connect, onMessage })
  return { chat, store, folder, told, events }
}

function optionsOf({ store, told, events }: Side) {
  const onMessage = (message: ChatMessage) => {
    told.push(message)
    events.emit('message', message)
  }
  return { self: ANNA, store, log: silentLogger, onMessage }
}

function connectionTo(chat: Chat, from: PeerId, link: Link): Pick<Connection, 'request'> {
  let broken = false
  return {
    async request(type, body) {
      const lost = new PeerError('CONNECTION_LOST', 'The connection was lost.')
      if (broken) throw lost
      if (type !== 'MESSAGE') throw new PeerError('UNSUPPORTED', 'Not asked here.')
      const fault = link.fault(link.delivered++)
      if (fault instanceof PeerError) throw fault
      broken = fault !== 'none'
      if (fault === 'lost') throw lost
      await chat.receive(from, body as MessageBody)
      if (fault === 'answer-lost') throw lost
      return { stored: true } as never
    },
  }
}

function states({ told }: Side): string[] {
  return told.map(({ state }) => state)
}

function all(chat: Chat, thread: PeerId): string[] {
  const texts: string[] = []
  for (let before: string | undefined; ; ) {
    const page = chat.history(before ? { thread, before, limit: 300 } : { thread, limit: 300 })
    texts.unshift(...page.map(({ text }) => text))
    before = page[0]?.id
    if (!before) return texts
  }
}

async function until({ told, events }: Side, holds: (message: ChatMessage) => boolean): Promise<void> {
  const signal = AbortSignal.timeout(10_000)
  while (!told.some(holds)) await once(events, 'message', { signal })
}

test.run()
