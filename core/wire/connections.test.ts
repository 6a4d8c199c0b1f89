import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, PeerError } from '../errors/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import type { Connection } from './connection.js'
import { type Connections, type ConnectionsOptions, createConnections } from './connections.js'
import type { Listener } from './listen.js'
import { message, messageHandler, TestNet, twoIdentities, within } from './test-sockets.js'

const [lower, higher] = await twoIdentities()
const NEVER = new AbortController().signal
const STORED = { taken: 1 }

interface Side {
  readonly id: PeerId
  readonly all: Connections
  readonly listener: Listener
  readonly opened: Connection[]
  readonly ends: (string | undefined)[]
}

const test = suite<{ net: TestNet; a: Side; b: Side }>('connections')

test.before.each(async context => {
  context.net = new TestNet()
  context.a = await side(context.net, lower, () => context.b.listener.port)
  context.b = await side(context.net, higher, () => context.a.listener.port)
})
test.after.each(({ net }) => net.close())

test('several who ask at once share one connection, and the other side uses it too', async ({ a, b }) => {
  const many = await Promise.all(Array.from({ length: 10 }, () => a.all.to(b.id, NEVER)))
  const back = await b.all.to(a.id, NEVER)

  assert.is(new Set(many).size, 1)
  assert.is(back.dialled, false)
  assert.equal(await back.request('MESSAGE', message(1)), STORED)
  assert.equal([a.opened.length, b.opened.length], [1, 1])
  assert.equal([a.all.open().length, b.all.open().length], [1, 1])
  assert.is(a.all.find(b.id), many[0])
})

for (let round = 1; round <= 5; round++) {
  test(`when both dial at once the connection made by the lower id stays, and no request is lost (${round})`, async ({
    a,
    b,
  }) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const [from, to] = n % 2 === 0 ? [a, b] : [b, a]
        if (n % 4 > 1) await new Promise(resolve => setTimeout(resolve, n))
        return (await from.all.to(to.id, NEVER)).request('MESSAGE', message(n))
      }),
    )

    assert.is(answers.length, 20)
    await until(() => a.listener.connections.size + b.listener.connections.size === 1)
    const [atA, atB] = [a.all.find(b.id), b.all.find(a.id)]
    assert.ok(atA?.open && atB?.open)
    assert.is(atA.dialled, !atB.dialled)
    if (a.opened.length > 1) assert.ok(atA.dialled)
    assert.equal(await atA.request('MESSAGE', message(1)), STORED)
    assert.equal(await atB.request('MESSAGE', message(2)), STORED)
  })
}

test('a peer that starts anew replaces the connection it no longer knows of', async ({ net, a, b }) => {
  const old = await b.all.to(a.id, NEVER)
  const again = await side(net, higher, () => a.listener.port)

  const fresh = await again.all.to(a.id, NEVER)

  assert.ok(hasCode(await within(old.ended, 'the old one to end'), 'REPLACED'))
  assert.ok(fresh.open)
  assert.is(a.all.open().length, 1)
  assert.equal(await a.all.find(b.id)?.request('MESSAGE', message(1)), STORED)
  assert.equal(a.ends, [])
})

test('an end is told, and the next who asks dials anew', async ({ a, b }) => {
  const first = await a.all.to(b.id, NEVER)
  await b.all.close(new PeerError('CLOSED', 'Good night.'))
  await until(() => a.ends.length === 1)

  assert.equal(a.ends, ['CLOSED'])
  assert.not.ok(first.open)
  const refused = await a.all.to(b.id, NEVER).catch(error => error)
  assert.ok(hasCode(refused, 'CLOSED'))
})

test('an address that does not answer holds up the next one only a moment', async ({ net, b }) => {
  const black = createServer(socket => void socket.on('error', () => {}).resume())
  await new Promise<void>(resolve => black.listen(b.listener.port, '127.0.0.2', resolve))
  net.defer(() => new Promise(resolve => black.close(resolve)))
  const hosts = ['127.0.0.2', '127.0.0.1']
  const c = await side(net, lower, () => b.listener.port, {
    resolve: async () => ({ hosts, port: b.listener.port }),
  })

  const connection = await within(c.all.to(b.id, NEVER), 'the second address', 5_000)

  assert.is(connection.remote.host, '127.0.0.1')
})

test('whoever can’t be dialled is asked by another way to dial back', async ({ net, b }) => {
  const called: string[] = []
  const c: Side = await side(net, lower, () => 1, {
    callBack: async id => {
      called.push(id)
      void back.all.to(c.id, NEVER)
    },
  })
  const back = await side(net, higher, () => c.listener.port)

  const connection = await within(c.all.to(b.id, NEVER), 'them to dial back', 10_000)

  assert.equal(called, [b.id])
  assert.is(connection.dialled, false)
  assert.equal(await connection.request('MESSAGE', message(1)), STORED)
})

test('where they can’t be asked either, the reason is why they can’t be dialled', async ({ net, b }) => {
  const c = await side(net, lower, () => 1, {
    callBack: () => Promise.reject(new PeerError('NO_REGISTRY', 'No registry is set.')),
  })

  const refused = await within(
    c.all.to(b.id, NEVER).catch(error => error),
    'the refusal',
  )

  assert.ok(hasCode(refused, 'UNREACHABLE'))
})

const nowhere: readonly { what: string; code: string; resolve: ConnectionsOptions['resolve'] }[] = [
  {
    what: 'nobody knows where they are',
    code: 'OFFLINE',
    resolve: async () => {
      throw new PeerError('OFFLINE', 'Ben is not here.')
    },
  },
  { what: 'they have no address', code: 'UNREACHABLE', resolve: async () => ({ hosts: [], port: 1 }) },
  {
    what: 'nothing listens there',
    code: 'UNREACHABLE',
    resolve: async () => ({ hosts: ['127.0.0.1', '127.0.0.2'], port: 1 }),
  },
]
for (const { what, code, resolve } of nowhere) {
  test(`it is ${code} when ${what}, and tried again the next time`, async ({ net, b }) => {
    let asked = 0
    const counted: ConnectionsOptions['resolve'] = (id, signal) => {
      asked++
      return resolve(id, signal)
    }
    const c = await side(net, lower, () => 0, { resolve: counted })

    for (const _ of [1, 2])
      assert.ok(hasCode(await c.all.to(b.id, NEVER).catch(error => error), code as 'OFFLINE'))

    assert.is(asked, 2)
  })
}

test('security: reflection by discovery: a target with 1,000 addresses is tried at 5', async ({ net, b }) => {
  const hosts = Array.from({ length: 1_000 }, (_, i) => `127.1.${i >> 8}.${i & 255}`)
  const c = await side(net, lower, () => 0, { resolve: async () => ({ hosts, port: 1 }) })
  const started = performance.now()

  const failure = await c.all.to(b.id, NEVER).catch(error => error)

  assert.ok(hasCode(failure, 'UNREACHABLE'))
  assert.ok(performance.now() - started < 5_000)
})

test('one who gives up gets the reason, the other still gets the connection', async ({ a, b }) => {
  const stop = new AbortController()
  const reason = new Error('not now')
  const given = a.all.to(b.id, stop.signal).catch(error => error)
  const kept = a.all.to(b.id, NEVER)

  stop.abort(reason)

  assert.is(await given, reason)
  assert.ok((await kept).open)
})

test('close ends what is open and what is being dialled', async ({ net, a, b }) => {
  const open = await a.all.to(b.id, NEVER)
  const hanging = createServer(socket => void socket.on('error', () => {}).resume())
  await new Promise<void>(resolve => hanging.listen(0, '127.0.0.3', resolve))
  net.defer(() => new Promise(resolve => hanging.close(resolve)))
  const { port } = hanging.address() as { port: number }
  const c = await side(net, lower, () => 0, { resolve: async () => ({ hosts: ['127.0.0.3'], port }) })
  const dialling = c.all.to(b.id, NEVER).catch(error => error)

  await within(Promise.all([a.all.close(), a.all.close(), c.all.close()]), 'the close')

  assert.not.ok(open.open)
  assert.ok(hasCode(await dialling, 'CLOSED'))
  assert.ok(hasCode(await a.all.to(b.id, NEVER).catch(error => error), 'CLOSED'))
})

test('someone else at that address is refused', async ({ net, a, b }) => {
  const c = await side(net, lower, () => 0, {
    resolve: async () => ({ hosts: ['127.0.0.1'], port: a.listener.port }),
  })

  assert.ok(hasCode(await c.all.to(b.id, NEVER).catch(error => error), 'WRONG_PEER'))
})

async function side(
  net: TestNet,
  identity: Identity,
  port: () => number,
  options: Partial<ConnectionsOptions> = {},
): Promise<Side> {
  const opened: Connection[] = []
  const ends: (string | undefined)[] = []
  const handlers = messageHandler(async () => {
    await new Promise(resolve => setTimeout(resolve, 1))
    return STORED
  })
  const all = createConnections({
    identity,
    handlers,
    resolve: async () => ({ hosts: ['127.0.0.1'], port: port() }),
    onOpen: connection => void opened.push(connection),
    onEnd: (_id, why) => void ends.push(why?.code),
    log: silentLogger,
    ...options,
  })
  const listener = await net.listen(identity, {
    handlers,
    onConnection: connection => all.accept(connection),
  })
  net.defer(() => all.close())
  return { id: identity.id, all, listener, opened, ends }
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited for ${holds}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

test.run()
