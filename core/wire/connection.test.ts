import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, PeerError } from '../errors/index.js'
import { encodeCbor } from './codec.js'
import type { Handlers } from './connection.js'
import { encodeMessage, type SentEnvelope } from './envelope.js'
import { encodeFrame, FRAME } from './frames.js'
import { encodeHello } from './hello.js'
import { LIMITS } from './limits.js'
import {
  keepingLogger,
  message,
  messageHandler,
  type RawClient,
  TestNet,
  twoIdentities,
  within,
} from './test-sockets.js'

const [anna, ben] = await twoIdentities()
const STORED = { taken: 1 }
const HELLO = encodeHello({ role: 'peer', purpose: 'control' })

const test = suite<{ net: TestNet }>('connection')

test.before.each(context => {
  context.net = new TestNet()
})
test.after.each(({ net }) => net.close())

test('both sides ask and are answered, in whatever order the answers come', async ({ net }) => {
  const slowFirst = messageHandler(async ({ records: [record] }) => {
    await new Promise(resolve => setTimeout(resolve, record?.at === 0 ? 30 : 0))
    return { taken: record?.at ?? 0 }
  })
  const { client, server } = await net.pair([anna, ben], {
    server: { handlers: slowFirst },
    client: { handlers: slowFirst },
  })

  const answers = await Promise.all(
    [0, 1, 2].flatMap(n => [client.request('MESSAGE', message(n)), server.request('MESSAGE', message(n))]),
  )

  assert.equal(
    answers.map(({ taken }) => taken),
    [0, 0, 1, 1, 2, 2],
  )
  assert.is(client.hello.purpose, 'control')
  assert.is(server.remote.host, '127.0.0.1')
  assert.ok(client.idle && server.idle && client.dialled && !server.dialled)
})

test('an error with a code crosses with its sentence and details', async ({ net }) => {
  const refuse = messageHandler(() => {
    throw new PeerError('PENDING', 'Still hashing.', { details: { done: 5, total: 2 ** 40 } })
  })
  const { client } = await net.pair([anna, ben], { server: { handlers: refuse } })

  const failure = await client.request('MESSAGE', message(1)).catch(error => error)

  assert.equal(
    [failure.code, failure.message, failure.details],
    ['PENDING', 'Still hashing.', { done: 5, total: 2 ** 40 }],
  )
})

test('any other error is told as INTERNAL, without its text, and logged', async ({ net }) => {
  const { log, lines } = keepingLogger()
  const fail = messageHandler(() => {
    throw new TypeError('secret /home/ben/x')
  })
  const { client } = await net.pair([anna, ben], { server: { handlers: fail, log } })

  const failure = await client.request('MESSAGE', message(1)).catch(error => error)

  assert.is(failure.code, 'INTERNAL')
  assert.not.match(failure.message, 'secret')
  assert.match(lines.join(), 'secret')
})

test('an answer that its schema refuses is our fault, not the end of the connection', async ({ net }) => {
  const { log, lines } = keepingLogger()
  const wrong = { requests: { MESSAGE: () => ({ taken: 'yes' }) } } as unknown as Handlers
  const { client } = await net.pair([anna, ben], { server: { handlers: wrong, log } })

  const failure = await client.request('MESSAGE', message(1)).catch(error => error)

  assert.is(failure.code, 'INTERNAL')
  assert.match(lines.join(), 'taken is not number')
  assert.ok(await client.request('HEARTBEAT_REQUEST', {}))
})

test('a body that its schema refuses is not sent', async ({ net }) => {
  const { client } = await net.pair([anna, ben], { server: { handlers: messageHandler(() => STORED) } })

  const failure = await client.request('MESSAGE', message(1, '')).catch(error => error)

  assert.ok(hasCode(failure, 'BAD_INPUT'))
  assert.equal(await client.request('MESSAGE', message(1)), STORED)
})

test('what nobody handles is answered UNSUPPORTED; a heartbeat always is', async ({ net }) => {
  const { client, server } = await net.pair([anna, ben])

  const failure = await client.request('MESSAGE', message(1)).catch(error => error)

  assert.ok(hasCode(failure, 'UNSUPPORTED'))
  assert.ok((await server.request('HEARTBEAT_REQUEST', {})).time > 0)
})

test('a message of 250 KB that packs well crosses, in order with small ones', async ({ net }) => {
  const seen: number[] = []
  const onPeople = ({ people }: { readonly people: readonly unknown[] }) => void seen.push(people.length)
  const { client, server } = await net.pair([anna, ben], {
    server: { handlers: { requests: {}, events: { PRESENCE: onPeople } } },
  })
  const person = {
    id: anna.id,
    name: 'Anna',
    online: true,
    lastSeen: 1,
    statusText: 'x'.repeat(140),
    files: 1,
    bytes: 1,
    hashed: 1,
  }
  const sizes = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1000 + i : i))

  for (const size of sizes)
    void client.notify('PRESENCE', { people: Array.from({ length: size }, () => person) })
  await client.request('HEARTBEAT_REQUEST', {})

  assert.equal(seen, sizes)
  assert.ok(server.open)
})

test('a request without an answer in time rejects with TIMEOUT, and its handler is told', async ({ net }) => {
  let stopped: unknown
  const handlers = messageHandler(
    (_body, _from, signal) =>
      new Promise(resolve => {
        signal.addEventListener('abort', () => {
          stopped = signal.reason
          resolve(STORED)
        })
      }),
  )
  const { client, server } = await net.pair([anna, ben], { server: { handlers } })

  const failure = await client.request('MESSAGE', message(1), { timeoutMs: 20 }).catch(error => error)
  await client.request('HEARTBEAT_REQUEST', {})

  assert.ok(hasCode(failure, 'TIMEOUT'))
  assert.ok(hasCode(stopped, 'CLOSED'))
  assert.ok(client.open && server.idle)
})

test('a request that is given up rejects with the signal’s reason and is cancelled at the other side', async ({
  net,
}) => {
  let told: () => void = () => {}
  const cancelled = new Promise<void>(resolve => {
    told = resolve
  })
  const handlers = messageHandler(
    (_body, _from, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          told()
          reject(signal.reason)
        })
      }),
  )
  const { client } = await net.pair([anna, ben], { server: { handlers } })
  const stop = new AbortController()
  const reason = new Error('changed my mind')

  const asked = client.request('MESSAGE', message(1), { signal: stop.signal })
  stop.abort(reason)

  assert.is(await asked.catch(error => error), reason)
  await within(cancelled, 'the cancel')
  assert.is(
    await client.request('MESSAGE', message(2), { signal: stop.signal }).catch(error => error),
    reason,
  )
  assert.ok(client.open)
})

test('at most 64 requests run at once, the others wait and are answered too', async ({ net }) => {
  let running = 0
  let most = 0
  let full: () => void = () => {}
  const whenFull = new Promise<void>(resolve => {
    full = resolve
  })
  const handlers = messageHandler(async () => {
    most = Math.max(most, ++running)
    if (running === LIMITS.requestsInFlight) full()
    await whenFull
    running--
    return STORED
  })
  const { client } = await net.pair([anna, ben], { server: { handlers } })

  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, n) => client.request('MESSAGE', message(n))),
  )

  assert.is(answers.length, 500)
  assert.is(most, LIMITS.requestsInFlight)
})

test('one that asks on without waiting is read no further than 64 requests', async ({ net }) => {
  const open: (() => void)[] = []
  const handlers = messageHandler(() => new Promise(resolve => open.push(() => resolve(STORED))))
  const { port } = await net.listen(ben, { handlers })
  const client = await net.tls(anna, port)
  const requests = Array.from({ length: 200 }, (_, id) => request(id))

  client.socket.write(Buffer.concat([HELLO, ...requests]))
  await until(() => open.length === LIMITS.requestsInFlight)
  await new Promise(resolve => setTimeout(resolve, 20))
  assert.is(open.length, LIMITS.requestsInFlight)
  for (let answered = 0; answered < 200; answered++) {
    await until(() => open.length > 0)
    open.shift()?.()
  }

  await until(() => client.messages.filter(({ op }) => op === 'answer').length === 200)
})

test('one that does not read its answers is not answered without end', async ({ net }) => {
  let handled = 0
  const entries = Array.from(
    { length: 300 },
    (_, i) => ({ type: 'file', path: `${i}${Math.random()}`.padEnd(250, 'x'), size: i, mtime: i }) as const,
  )
  const requests = { FILE_BROWSE: () => ({ total: ++handled, entries }) }
  const bytesInFlight = 1024 * 1024
  const { port } = await net.listen(ben, { handlers: { requests }, limits: { bytesInFlight } })
  const client = await net.tls(anna, port)
  client.socket.pause()
  const ask = (id: number) =>
    frame({ op: 'request', id, type: 'FILE_BROWSE', body: { path: '', offset: 0, limit: 300 } })
  // No feature 'deflate', so each answer has about 90 KB.
  client.socket.write(
    frame({
      op: 'event',
      type: 'HELLO',
      body: { role: 'peer', purpose: 'control', features: [], agent: '' },
    }),
  )

  client.socket.write(Buffer.concat(Array.from({ length: 1000 }, (_, id) => ask(id))))
  await until(() => handled > 20)
  await new Promise(resolve => setTimeout(resolve, 100))

  // The system itself takes some 20 MB of them.
  assert.ok(handled < 600, `${handled} answers for one that reads none`)
})

const violations: readonly { what: string; field: string; bytes: () => Buffer }[] = [
  {
    what: 'a bad field',
    field: 'body.records',
    bytes: () =>
      encodeFrame(
        FRAME.message,
        encodeCbor({ op: 'request', id: 1, type: 'MESSAGE', body: { records: 'now' } }),
      ),
  },
  {
    what: 'an answer to nothing',
    field: 'id',
    bytes: () => frame({ op: 'answer', id: 9, type: 'MESSAGE', body: STORED }),
  },
  { what: 'an id used twice', field: 'id', bytes: () => Buffer.concat([request(1), request(1)]) },
  { what: 'a second hello', field: 'type', bytes: () => HELLO },
  { what: 'a tag', field: 'cbor', bytes: () => encodeFrame(FRAME.message, Buffer.from('c0', 'hex')) },
  {
    what: 'a chunk that nobody asked for',
    field: 'frame.kind',
    bytes: () => Buffer.concat([Buffer.from('000000110100000001', 'hex'), Buffer.alloc(13)]),
  },
  { what: 'a frame that is too long', field: 'frame.length', bytes: () => Buffer.from('7fffffff00', 'hex') },
]
for (const { what, field, bytes } of violations) {
  test(`${what} ends the connection with a PROTOCOL_ERROR that names ${field}`, async ({ net }) => {
    const handlers = messageHandler(() => new Promise(() => {}))
    const { port, connections } = await net.listen(ben, { handlers })
    const client = await greet(net, port)

    client.socket.write(bytes())

    assert.is(await client.goodbye(), 'PROTOCOL_ERROR')
    assert.match(JSON.stringify(client.messages.at(-1)), field)
    await within(client.closed, 'the end')
    await until(() => connections.size === 0)
  })
}

test('a first message that is no hello ends the connection', async ({ net }) => {
  const { port } = await net.listen(ben)
  const client = await net.tls(anna, port)

  client.socket.write(request(1))

  assert.is(await client.goodbye(), 'PROTOCOL_ERROR')
})

test('an unknown event is ignored and an unknown request is answered UNSUPPORTED', async ({ net }) => {
  const { port } = await net.listen(ben)
  const client = await greet(net, port)

  client.socket.write(encodeFrame(FRAME.message, encodeCbor({ op: 'event', type: 'NEWER', body: 1 })))
  client.socket.write(
    encodeFrame(FRAME.message, encodeCbor({ op: 'request', id: 5, type: 'NEWER', body: 1 })),
  )

  const answer = await client.message('an answer', ({ op }) => op === 'error')
  assert.ok(answer.op === 'error')
  assert.equal([answer.id, answer.code], [5, 'UNSUPPORTED'])
})

test('an end with a reason rejects what the other side waits for with that code', async ({ net }) => {
  let stopped = false
  const handlers = messageHandler(
    (_body, _from, signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          stopped = true
        })
      }),
  )
  const { client, server } = await net.pair([anna, ben], { server: { handlers } })
  const asked = client.request('MESSAGE', message(1)).catch(error => error)
  await until(() => !server.idle)

  await server.close(new PeerError('REPLACED', 'Another one runs elsewhere.'))

  const failure = await asked
  assert.equal([failure.code, failure.message], ['REPLACED', 'Another one runs elsewhere.'])
  assert.ok(hasCode(await client.ended, 'REPLACED'))
  assert.ok(hasCode(await server.ended, 'REPLACED'))
  assert.ok(stopped)
  assert.ok(hasCode(await client.request('MESSAGE', message(2)).catch(error => error), 'REPLACED'))
})

test('a clean end is no error, and may be asked for twice', async ({ net }) => {
  const { client, server } = await net.pair([anna, ben])
  const asked = client.notify('PRESENCE', { people: [] })

  await Promise.all([client.close(), client.close(), asked])

  assert.is(await client.ended, undefined)
  assert.is(await server.ended, undefined)
  assert.not.ok(client.open || server.open)
})

test('what was said before the end arrives before it', async ({ net }) => {
  const seen: number[] = []
  const events = {
    PRESENCE: ({ people }: { readonly people: readonly unknown[] }) => void seen.push(people.length),
  }
  const { client, server } = await net.pair([anna, ben], { server: { handlers: { requests: {}, events } } })
  for (let i = 0; i < 2000; i++) void client.notify('PRESENCE', { people: [] })

  await client.close()
  await server.ended

  assert.is(seen.length, 2000)
})

test('a cut connection rejects what waits with CONNECTION_LOST and stops the handlers', async ({ net }) => {
  let stopped = false
  const handlers = messageHandler(
    (_body, _from, signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          stopped = true
        })
      }),
  )
  const { port, connections } = await net.listen(ben, { handlers })
  const client = await greet(net, port)
  const [server] = connections
  client.socket.write(request(1))
  const asked = server?.request('MESSAGE', message(1)).catch(error => error)
  await until(() => server?.idle === false && client.messages.length > 1)

  client.socket.destroy()

  assert.ok(hasCode(await asked, 'CONNECTION_LOST'))
  assert.ok(hasCode(await server?.ended, 'CONNECTION_LOST'))
  assert.ok(stopped)
})

test('one that goes silent is gone after the time for it, and pings alone keep the others', async ({
  net,
}) => {
  const limits = { pingEveryMs: 40, silenceMs: 160 }
  const { client, server, listener } = await net.pair([anna, ben], { server: { limits }, client: { limits } })
  const silent = await greet(net, listener.port)
  const [, other] = listener.connections
  silent.socket.pause()

  const why = await within(other?.ended ?? Promise.reject(new Error('it is not there')), 'the silence')

  assert.ok(hasCode(why, 'CONNECTION_LOST'))
  await new Promise(resolve => setTimeout(resolve, 2 * limits.silenceMs))
  assert.ok(client.open && server.open)
})

test('one that never reads what it is told is cut off', async ({ net }) => {
  const limits = { bytesInFlight: 256 * 1024 }
  const { port, connections } = await net.listen(ben, { limits })
  const client = await greet(net, port)
  client.socket.pause()
  const [server] = connections
  const statusText = Array.from({ length: 140 }, () =>
    String.fromCharCode(0x4e00 + Math.random() * 20_000),
  ).join('')
  const person = {
    id: anna.id,
    name: 'Anna',
    online: true,
    lastSeen: 1,
    statusText,
    files: 1,
    bytes: 1,
    hashed: 1,
  }
  const people = Array.from({ length: 300 }, () => person)

  for (let i = 0; i < 20_000 && server?.open; i++) {
    void server.notify('PRESENCE', { people })
    if (i % 20 === 0) await new Promise(setImmediate)
  }

  assert.ok(hasCode(await server?.ended, 'TOO_BUSY'))
})

test('a handler that fails on an event ends nothing', async ({ net }) => {
  const { log, lines } = keepingLogger()
  const events = {
    PRESENCE: () => {
      throw new Error('bug')
    },
  }
  const { client } = await net.pair([anna, ben], { server: { handlers: { requests: {}, events }, log } })

  await client.notify('PRESENCE', { people: [] })
  await client.request('HEARTBEAT_REQUEST', {})

  assert.match(lines.join(), 'bug')
})

/** A bare client after both hellos. */
async function greet(net: TestNet, port: number): Promise<RawClient> {
  const client = await net.tls(anna, port)
  client.socket.write(HELLO)
  await client.message('a hello', ({ op }) => op === 'event')
  return client
}

function frame(envelope: SentEnvelope): Buffer {
  return encodeMessage(envelope)
}

function request(id: number): Buffer {
  return frame({ op: 'request', id, type: 'MESSAGE', body: message(id) })
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited for ${holds}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

test.run()
