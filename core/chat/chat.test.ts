import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../errors/index.js'
import {
  ANNA,
  BEN,
  type ChatPair,
  delivered,
  startChatPair,
  texts,
  told,
  whole,
} from './testing/chat-pair.js'

const test = suite<ChatPair>('chat')

test.before.each(async context => {
  Object.assign(context, await startChatPair())
})
test.after.each(({ close }) => close())

test('a message is delivered when the other side has stored it, and is in both histories', async ({
  anna,
  ben,
}) => {
  const sent = await anna.chat.send(BEN, { text: 'Hello\nBen ✓' })
  await told(anna, ({ state }) => state === 'delivered')

  assert.is(sent.state, 'waiting')
  assert.equal(
    anna.told.map(({ state }) => state),
    ['waiting', 'sent', 'delivered'],
  )
  assert.equal(
    whole(ben.chat, ANNA).map(({ text, from, state }) => ({ text, from, state })),
    [{ text: 'Hello\nBen ✓', from: ANNA, state: 'delivered' }],
  )
  assert.is(ben.chat.unread(ANNA), 1)
  assert.is(anna.chat.unread(BEN), 0)
  await ben.chat.markRead(ANNA)
  assert.is(ben.chat.unread(ANNA), 0)
})

test('what was read is told, up to the newest that was', async ({ anna, ben }) => {
  for (const text of ['one', 'two', 'three']) await anna.chat.send(BEN, { text })
  await told(anna, ({ text, state }) => text === 'three' && state === 'delivered')

  await ben.chat.markRead(ANNA)
  await told(anna, ({ text, state }) => text === 'three' && state === 'read')
  await anna.chat.send(BEN, { text: 'four' })
  await told(anna, ({ text, state }) => text === 'four' && state === 'delivered')

  assert.equal(
    whole(anna.chat, BEN).map(({ state }) => state),
    ['read', 'read', 'read', 'delivered'],
  )
})

test('without reading receipts nobody learns what was read, also not later', async ({
  anna,
  ben,
  restart,
}) => {
  ben.receipts = false
  await anna.chat.send(BEN, { text: 'one' })
  await told(anna, ({ state }) => state === 'delivered')
  await ben.chat.markRead(ANNA)

  ben.receipts = true
  await restart(ben)
  await ben.chat.send(ANNA, { text: 'two' })
  await told(ben, ({ text, state }) => text === 'two' && state === 'delivered')

  assert.is(anna.told.filter(({ state }) => state === 'read').length, 0)
})

test('500 messages over a link that keeps breaking arrive in order, each once', async ({ anna, ben }) => {
  anna.fault = n => (n % 3 === 1 ? 'lost' : n % 5 === 2 ? 'answer-lost' : 'none')
  const all = Array.from({ length: 500 }, (_, i) => `message ${i}`)
  for (const text of all) await anna.chat.send(BEN, { text })

  await delivered(anna, BEN)

  assert.equal(texts(ben.chat, ANNA), all)
  assert.equal(texts(anna.chat, BEN), all)
})

test('both write while apart, and both see the same order', async ({ anna, ben }) => {
  anna.online = ben.online = false
  ben.ahead = 60_000
  for (let i = 0; i < 20; i++) {
    await anna.chat.send(BEN, { text: `anna ${i}` })
    await ben.chat.send(ANNA, { text: `ben ${i}` })
  }

  anna.online = ben.online = true
  await delivered(anna, BEN)
  await delivered(ben, ANNA)
  await anna.chat.send(BEN, { text: 'last of all' })
  await delivered(anna, BEN)

  assert.equal(texts(anna.chat, BEN), texts(ben.chat, ANNA))
  assert.is(texts(anna.chat, BEN).length, 41)
  assert.is(texts(anna.chat, BEN).at(-1), 'last of all')
})

test('what is written to someone offline waits, also over a restart, and goes when they are back', async ({
  anna,
  ben,
  restart,
}) => {
  anna.online = false
  for (const text of ['one', 'two', 'three']) await anna.chat.send(BEN, { text })
  await restart(anna)
  assert.equal(texts(ben.chat, ANNA), [])

  anna.online = true
  anna.chat.wake(BEN)
  await told(anna, ({ text, state }) => text === 'three' && state === 'delivered')

  assert.equal(texts(ben.chat, ANNA), ['one', 'two', 'three'])
})

test('a message refused for good fails with the reason, holds up nothing, and can be sent again', async ({
  anna,
  ben,
}) => {
  anna.fault = n => (n === 0 ? new PeerError('BANNED', 'Ben does not take messages from you.') : 'none')
  const first = await anna.chat.send(BEN, { text: 'first' })
  await told(anna, ({ state }) => state === 'failed')
  await anna.chat.send(BEN, { text: 'second' })
  await told(anna, ({ state }) => state === 'delivered')

  const [failed] = whole(anna.chat, BEN)
  await anna.chat.retry(BEN, first.id)
  await told(anna, ({ id, state }) => id === first.id && state === 'delivered')

  assert.equal([failed?.state, failed?.error?.code], ['failed', 'BANNED'])
  assert.equal(texts(anna.chat, BEN), ['second', 'first'])
  assert.equal(texts(ben.chat, ANNA), ['second', 'first'])
})

test('a clock over five minutes ahead is refused; once it is right, the message can be sent', async ({
  anna,
  ben,
}) => {
  anna.ahead = 24 * 3600_000
  const sent = await anna.chat.send(BEN, { text: 'from tomorrow' })
  const failed = await told(anna, ({ state }) => state === 'failed')
  anna.ahead = 0

  await anna.chat.retry(BEN, sent.id)
  const done = await told(anna, ({ state }) => state === 'delivered')

  assert.is(failed.error?.code, 'CLOCK_AHEAD')
  assert.is(done.at, sent.at - 24 * 3600_000)
  assert.equal(texts(ben.chat, ANNA), ['from tomorrow'])
})

test('an edit, a reaction and a deletion follow their message; what was said before is gone', async ({
  anna,
  ben,
}) => {
  const { id } = await anna.chat.send(BEN, { text: 'helo' })
  await anna.chat.edit(BEN, id, 'hello')
  await delivered(anna, BEN)
  await told(ben, ({ text }) => text === 'hello')
  await ben.chat.react(ANNA, id, '👍')
  await told(anna, ({ reactions }) => reactions !== undefined)
  const [reacted] = whole(anna.chat, BEN)
  await ben.chat.react(ANNA, id, '👍')
  await told(anna, ({ reactions, editedAt }) => reactions === undefined && editedAt !== undefined)
  await anna.chat.remove(BEN, id)
  const gone = await told(ben, ({ deleted }) => deleted === true)

  assert.equal(reacted?.reactions, [{ reaction: '👍', by: [BEN] }])
  assert.ok(reacted?.editedAt)
  assert.equal([gone.text, gone.id], ['', id])
  assert.is(whole(ben.chat, ANNA).length, 1)
})

test('only the author changes a message, here and at the other side', async ({ anna, ben, clock }) => {
  const { id } = await anna.chat.send(BEN, { text: 'mine' })
  await delivered(anna, BEN)

  const failure = await ben.chat.edit(ANNA, id, 'not yours').catch(error => error)
  const stamp = { at: clock.now, tick: 9, id: 'e'.repeat(32), target: id }
  const answer = await anna.chat.receive(BEN, {
    records: [
      { kind: 'edit', ...stamp, text: 'forged' },
      { kind: 'delete', ...stamp },
    ],
  })

  assert.is(failure.code, 'NOT_ALLOWED')
  assert.equal(
    answer.refused?.map(({ code }) => code),
    ['NOT_ALLOWED', 'NOT_ALLOWED'],
  )
  assert.equal(texts(anna.chat, BEN), ['mine'])
})

test('a message under the id of another one is refused', async ({ anna, clock }) => {
  const { id } = await anna.chat.send(BEN, { text: 'mine' })

  const answer = await anna.chat.receive(BEN, {
    records: [{ kind: 'text', id, at: clock.now, tick: 0, text: 'forged' }],
  })

  assert.equal([answer.taken, answer.refused?.[0]?.code], [1, 'BAD_INPUT'])
  assert.equal(texts(anna.chat, BEN), ['mine'])
})

test('a reply shows what it answers as it is now', async ({ anna, ben }) => {
  const { id } = await anna.chat.send(BEN, { text: 'Tea?' })
  await delivered(anna, BEN)
  await ben.chat.send(ANNA, { text: 'Yes!', replyTo: id })
  await delivered(ben, ANNA)
  await anna.chat.edit(BEN, id, 'Coffee?')

  const reply = whole(anna.chat, BEN).at(-1)

  assert.equal(reply?.quote, { id, from: ANNA, text: 'Coffee?' })
})

test('history is paged backwards from any message, also with one that came late', async ({
  anna,
  ben,
  clock,
}) => {
  for (let i = 0; i < 25; i++) await anna.chat.send(BEN, { text: `${i}` })
  await delivered(anna, BEN)
  await ben.chat.receive(ANNA, {
    records: [{ kind: 'text', id: 'f'.repeat(32), at: clock.now - 1, tick: 0, text: 'late' }],
  })

  const last = ben.chat.history({ thread: ANNA, limit: 10 })
  const before = ben.chat.history({ thread: ANNA, limit: 10, before: last[0]?.id ?? '' })
  const first = ben.chat.history({ thread: ANNA, limit: 10, before: before[0]?.id ?? '' })

  assert.equal(
    [...first, ...before, ...last].map(({ text }) => text),
    ['late', ...Array.from({ length: 25 }, (_, i) => `${i}`)],
  )
})

test('a cleared thread is empty here only, and what waits is not sent any more', async ({ anna, ben }) => {
  await anna.chat.send(BEN, { text: 'there' })
  await delivered(anna, BEN)
  anna.online = false
  await anna.chat.send(BEN, { text: 'never' })

  await anna.chat.clear('all')
  anna.online = true
  await anna.chat.send(BEN, { text: 'anew' })
  await delivered(anna, BEN)

  assert.equal(texts(anna.chat, BEN), ['anew'])
  assert.equal(texts(ben.chat, ANNA), ['there', 'anew'])
})

test('threads are listed newest first, with their draft, unread count and rule', async ({ anna, ben }) => {
  await anna.chat.send(BEN, { text: 'hi' })
  await delivered(anna, BEN)
  await ben.chat.setDraft(ANNA, 'I am')
  await ben.chat.setMuted(ANNA, true)

  const [thread, ...others] = ben.chat.threads()

  assert.equal(others, [])
  assert.equal(
    [thread?.id, thread?.last?.text, thread?.unread, thread?.draft, thread?.muted],
    [ANNA, 'hi', 1, 'I am', true],
  )
})

test('a hint of typing is told every few seconds, and anew after a message', async ({ anna, ben, clock }) => {
  for (let i = 0; i < 10; i++) anna.chat.typing(BEN)
  assert.equal(ben.typed, [ANNA])

  clock.now += 5_000
  anna.chat.typing(BEN)
  assert.equal(ben.typed, [ANNA, ANNA])
})

const refused = [
  { what: 'an empty text', text: '' },
  { what: 'a text over 16 KiB', text: 'é'.repeat(8193) },
  { what: 'half a character', text: '\ud800' },
]
for (const { what, text } of refused) {
  test(`${what} is refused and changes nothing`, async ({ anna }) => {
    const failure = await anna.chat.send(BEN, { text }).catch(error => error)

    assert.is(failure.code, 'BAD_INPUT')
    assert.equal(whole(anna.chat, BEN), [])
  })
}

test('a reaction is short and no text', async ({ anna }) => {
  const { id } = await anna.chat.send(BEN, { text: 'hi' })

  for (const reaction of ['', '👍'.repeat(9), 'a\nb']) {
    const failure = await anna.chat.react(BEN, id, reaction).catch(error => error)
    assert.is(failure.code, 'BAD_INPUT')
  }
})

test.run()
