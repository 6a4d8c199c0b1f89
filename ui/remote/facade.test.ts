import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, isPeerError, type Peer, PeerError, type PeerEvent } from '../../core/index.js'
import { type Channel, connectFacade, type RemotePeer, serveFacade } from './index.js'
import type { METHODS } from './methods.js'
import { ANNA, BEN, channelPair, createFakePeer, type FakePeer, ROOT } from './testing/index.js'

/** A call of every method with each kind of argument it takes, as its user writes it. */
const CALLS: { readonly [M in keyof typeof METHODS]: (peer: Peer) => Promise<unknown> } = {
  status: peer => peer.status(),
  doctor: peer => peer.doctor('Ben'),
  'people.list': peer => peer.people.list(),
  'people.find': peer => peer.people.find('Ben'),
  'people.setLimits': peer => peer.people.setLimits(BEN, { up: 5_000_000 }),
  'people.setContact': peer => peer.people.setContact(BEN, { blocked: true, note: 'x' }),
  'people.words': peer => peer.people.words(BEN),
  'people.setVerified': peer => peer.people.setVerified(BEN, true),
  'people.verifyCode': peer => peer.people.verifyCode('tspeer://verify/x/y'),
  'people.acceptKey': peer => peer.people.acceptKey(BEN),
  'files.browse': peer => peer.files.browse({ owner: BEN, path: '', sort: 'size', descending: true }),
  'files.search': peer => peer.files.search({ query: 'notes', extensions: ['txt'], online: true }),
  'transfers.list': peer => peer.transfers.list(),
  'transfers.download': peer => peer.transfers.download({ root: ROOT, size: 1 }),
  'transfers.pause': peer => peer.transfers.pause('1'),
  'transfers.resume': peer => peer.transfers.resume('1'),
  'transfers.cancel': peer => peer.transfers.cancel('1'),
  'transfers.each': peer => peer.transfers.each('pause', ['1']),
  'transfers.move': peer => peer.transfers.move('1', 'first'),
  'transfers.prioritise': peer => peer.transfers.prioritise(['1'], 'high'),
  'transfers.details': peer => peer.transfers.details('1'),
  'transfers.remove': peer => peer.transfers.remove('1'),
  'transfers.entries': peer => peer.transfers.entries('1', { offset: 2, limit: 3 }),
  'transfers.read': peer => peer.transfers.read({ id: '1', entry: 0, offset: 5, reader: 'r' }),
  'transfers.endRead': peer => peer.transfers.endRead('r'),
  'offers.list': peer => peer.offers.list(),
  'offers.entries': peer => peer.offers.entries('1', { offset: 1 }),
  'offers.send': peer => peer.offers.send({ to: [BEN], paths: ['/x'] }),
  'offers.accept': peer => peer.offers.accept('1', { entries: ['a'], rename: { a: 'b' } }),
  'offers.decline': peer => peer.offers.decline('1'),
  'offers.later': peer => peer.offers.later('1'),
  'offers.rules': peer => peer.offers.rules(),
  'offers.setRule': peer => peer.offers.setRule(BEN, { kind: 'up-to', bytes: 1 }),
  'searches.list': peer => peer.searches.list(),
  'searches.save': peer => peer.searches.save('films', { query: 'x' }),
  'searches.markSeen': peer => peer.searches.markSeen('1'),
  'searches.remove': peer => peer.searches.remove('1'),
  'subscriptions.list': peer => peer.subscriptions.list(),
  'subscriptions.add': peer => peer.subscriptions.add({ owner: BEN, path: 'x', target: '/y' }),
  'subscriptions.remove': peer => peer.subscriptions.remove('1'),
  'share.list': peer => peer.share.list(),
  'share.problems': peer => peer.share.problems(),
  'share.add': peer => peer.share.add('/x', { visibility: [BEN] }),
  'share.setVisibility': peer => peer.share.setVisibility('x', [BEN]),
  'share.remove': peer => peer.share.remove('x'),
  'share.rescan': peer => peer.share.rescan(),
  'chat.send': peer => peer.chat.send(BEN, 'hello'),
  'chat.threads': peer => peer.chat.threads(),
  'chat.edit': peer => peer.chat.edit(BEN, '1', 'hallo'),
  'chat.remove': peer => peer.chat.remove(BEN, '1'),
  'chat.react': peer => peer.chat.react(BEN, '1', '👍'),
  'chat.retry': peer => peer.chat.retry(BEN, '1'),
  'chat.typing': peer => peer.chat.typing(BEN),
  'chat.setDraft': peer => peer.chat.setDraft(BEN, 'hel'),
  'chat.setMuted': peer => peer.chat.setMuted(BEN, true),
  'chat.clear': peer => peer.chat.clear('all'),
  'chat.history': peer => peer.chat.history({ thread: BEN, limit: 3 }),
  'chat.markRead': peer => peer.chat.markRead(BEN),
  'settings.all': peer => peer.settings.all(),
  'settings.set': peer => peer.settings.set('downloadsAtOnce', 4),
  'registry.join': peer => peer.registry.join('localhost:1', { id: ANNA }),
  'registry.leave': peer => peer.registry.leave(),
  'registry.found': peer => peer.registry.found(),
}

interface Pair {
  readonly fake: FakePeer
  readonly remote: RemotePeer
  /** Both ends, for tests that cut. */
  readonly served: Channel
  readonly used: Channel
}

async function connected(): Promise<Pair> {
  const fake = createFakePeer()
  const [served, used] = channelPair()
  serveFacade(fake.peer, served)
  return { fake, served, used, remote: await connectFacade(used) }
}

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} does the same across a channel`, async () => {
    const { fake, remote } = await connected()

    const there = await call(fake.peer)
    const here = await call(remote)

    assert.equal(here, there)
    assert.equal(fake.calls[1], fake.calls[0], 'with the same arguments')
  })
}

test('the id is at hand', async () => {
  const { remote } = await connected()

  assert.is(remote.id, ANNA)
})

test('an argument left out stays left out', async () => {
  const { fake, remote } = await connected()

  await remote.share.add('/x', undefined)

  assert.equal(fake.calls, [['share.add', '/x', undefined]])
})

test('an error keeps its code, sentence and details', async () => {
  const { fake, remote } = await connected()
  fake.answer('status', new PeerError('NAME_TAKEN', 'Taken.', { details: { name: 'Anna' } }))

  const error = await caught(remote.status())

  assert.ok(isPeerError(error))
  assert.equal([error.code, error.message, error.details], ['NAME_TAKEN', 'Taken.', { name: 'Anna' }])
})

test('bytes arrive as they are, none and many', async () => {
  const { fake, remote } = await connected()
  for (const bytes of [new Uint8Array(0), Uint8Array.from({ length: 100_000 }, (_, at) => at)]) {
    fake.answer('transfers.read', bytes)

    assert.equal(await remote.transfers.read({ id: '1', entry: 0, offset: 0 }), bytes)
  }
})

test('an address for media is asked of who serves the peer; without one it is UNSUPPORTED', async () => {
  const { fake, remote } = await connected()
  const [served, used] = channelPair()
  serveFacade(fake.peer, served, { mediaUrl: async (transfer, entry) => `/media/${transfer}-${entry}` })

  assert.is(await (await connectFacade(used)).mediaUrl('a', 1), '/media/a-1')
  assert.ok(hasCode(await caught(remote.mediaUrl('a', 1)), 'UNSUPPORTED'))
})

test('an error of another kind is INTERNAL', async () => {
  const { fake, remote } = await connected()
  fake.answer('status', new TypeError('x is not a function'))

  assert.ok(hasCode(await caught(remote.status()), 'INTERNAL'))
})

test('events come only while somebody listens', async () => {
  const { fake, remote } = await connected()
  const seen: PeerEvent[] = []
  const event: PeerEvent = { kind: 'transfer-removed', id: '1' }

  fake.emit(event)
  const stop = remote.subscribe(e => seen.push(e))
  await remote.status()
  fake.emit(event)
  await remote.status()
  stop()
  await remote.status()
  fake.emit(event)
  await remote.status()

  assert.equal(seen, [event])
})

test('a peer that closes is told, and later calls reject with CLOSED', async () => {
  const { fake, remote } = await connected()
  const seen: PeerEvent[] = []
  remote.subscribe(event => seen.push(event))
  await remote.status()

  await fake.peer.close()

  assert.ok(hasCode(await caught(remote.status()), 'CLOSED'))
  assert.equal(seen, [{ kind: 'closed' }])
  assert.is(fake.listeners, 0)
})

test('a channel that breaks rejects what waits with CONNECTION_LOST', async () => {
  const { fake, remote, served } = await connected()
  const seen: PeerEvent[] = []
  fake.answer('status', new Promise(() => {}))
  remote.subscribe(event => seen.push(event))

  const waiting = caught(remote.status())
  served.close()

  assert.ok(hasCode(await waiting, 'CONNECTION_LOST'))
  assert.ok(hasCode(await caught(remote.status()), 'CONNECTION_LOST'))
  assert.equal(
    seen.map(({ kind }) => kind),
    ['closed'],
  )
  assert.is(fake.listeners, 0)
})

test('closing the facade leaves the peer alone', async () => {
  const { fake, remote } = await connected()

  await remote.close()
  await remote.close()

  assert.ok(hasCode(await caught(remote.status()), 'CLOSED'))
  assert.not(fake.calls.some(([name]) => name === 'close'))
})

test('a channel that ends before the greeting rejects', async () => {
  const [served, used] = channelPair()
  served.close()

  assert.ok(hasCode(await caught(connectFacade(used)), 'CONNECTION_LOST'))
})

for (const value of [() => 1, 1n, Number.NaN, new Map(), Symbol('x'), new Date()]) {
  test(`what is not JSON is refused before it is sent: ${Object.prototype.toString.call(value)}`, async () => {
    const { fake, remote } = await connected()

    const error = await caught(remote.people.find({ deep: [value] } as never))

    assert.ok(hasCode(error, 'BAD_INPUT'))
    assert.equal(fake.calls, [])
  })
}

const unknown = [
  'close',
  'subscribe',
  'constructor',
  '__proto__',
  'people',
  'people.constructor',
  'people.list.call',
]
for (const name of unknown) {
  test(`security: only listed methods can be called, not ${name}`, async () => {
    const { fake, answer } = await rawCall({ t: 'q', i: '1', m: name, a: [] })

    assert.is(answer.e?.code, 'UNSUPPORTED')
    assert.equal(fake.calls, [])
  })
}

test('security: input with a __proto__ key or deep nesting is refused', async () => {
  const deep = '['.repeat(5_000) + ']'.repeat(5_000)
  for (const input of ['{"__proto__":{"x":1}}', deep]) {
    const { fake, answer } = await rawCall(`{"t":"q","i":"1","m":"people.find","a":[${input}]}`)

    assert.is(answer.e?.code, 'BAD_INPUT')
    assert.equal(fake.calls, [])
  }
})

for (const text of [
  '',
  'x',
  '[]',
  'null',
  '{}',
  '{"t":"s","i":"1"}',
  '{"t":"q","m":1,"a":[]}',
  '{"t":"q","m":"status"}',
]) {
  test(`security: what is no call ends the channel: ${text || 'nothing'}`, async () => {
    const fake = createFakePeer()
    const [served, used] = channelPair()
    serveFacade(fake.peer, served)

    const closed = new Promise<void>(resolve => used.onClose(resolve))
    used.send(text)

    await closed
    assert.is(fake.listeners, 0)
  })
}

async function rawCall(
  message: object | string,
): Promise<{ fake: FakePeer; answer: { e?: { code: string } } }> {
  const fake = createFakePeer()
  const [served, used] = channelPair()
  serveFacade(fake.peer, served)
  const answer = new Promise<string>(resolve => used.onMessage(resolve))
  used.send(typeof message === 'string' ? message : JSON.stringify(message))
  return { fake, answer: JSON.parse(await answer) }
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it should have rejected')
}

test.run()
