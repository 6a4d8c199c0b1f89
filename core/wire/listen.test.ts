import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, PeerError } from '../errors/index.js'
import { makeIdentity } from '../identity/index.js'
import { LIMITS } from './limits.js'
import { message, messageHandler, TestNet, twoIdentities, within } from './test-sockets.js'

const [anna, ben] = await twoIdentities()

const test = suite<{ net: TestNet }>('listen')

test.before.each(context => {
  context.net = new TestNet()
})
test.after.each(({ net }) => net.close())

test('a busy port is PORT_BUSY, an address that is not ours BAD_INPUT', async ({ net }) => {
  const { port } = await net.listen(ben)

  const busy = await net.listen(ben, { port }).catch(error => error)
  const foreign = await net.listen(ben, { host: '192.0.2.1' }).catch(error => error)

  assert.ok(hasCode(busy, 'PORT_BUSY'))
  assert.match(busy.message, String(port))
  assert.ok(hasCode(foreign, 'BAD_INPUT'))
})

test('one that connects and says nothing is cut off when the time for its handshake is over', async ({
  net,
}) => {
  const { port } = await net.listen(ben, { limits: { handshakeMs: 50 } })

  const silent = tcp(net, port)

  await within(once(silent, 'close'), 'the end of a silent client', 3_000)
})

test('one that says no hello is cut off when the time for it is over', async ({ net }) => {
  const { port } = await net.listen(ben, { limits: { helloMs: 50 } })

  const silent = await net.tls(anna, port)

  await within(silent.closed, 'the end of a silent client', 3_000)
  assert.is(silent.bytes, 0)
})

test('security: connection floods: an address has 4 connections before hello, and more once they are through', async ({
  net,
}) => {
  const { port } = await net.listen(ben, { exempt: () => false })
  const first = Array.from({ length: LIMITS.connectionsBeforeHello }, () => tcp(net, port))
  await Promise.all(first.map(socket => once(socket, 'connect')))

  const fifth = tcp(net, port)
  await within(once(fifth, 'close'), 'the fifth to be turned away')
  assert.ok(first.every(socket => !socket.closed))
  const [one, ...others] = first
  one?.destroy()
  const through = await retry(() => net.dial(anna, port))
  for (const socket of others) socket.destroy()
  const more = await retry(() => Promise.all(Array.from({ length: 3 }, () => net.dial(anna, port))))

  assert.ok(through.open && more.every(({ open }) => open))
})

test('security: connection floods: loopback is exempt from that cap', async ({ net }) => {
  const { port } = await net.listen(ben)
  const many = Array.from({ length: 40 }, () => tcp(net, port))
  await Promise.all(many.map(socket => once(socket, 'connect')))

  const connection = await net.dial(anna, port)

  assert.ok(connection.open)
  assert.ok(many.every(socket => !socket.closed))
})

test('security: connection floods: a peer id has 12 connections', async ({ net }) => {
  const { port, connections } = await net.listen(ben)
  const twelve = await Promise.all(
    Array.from({ length: LIMITS.connectionsAPeer }, () => net.dial(anna, port)),
  )

  const thirteenth = await net.dial(anna, port).catch(error => error)
  const other = await net.dial(await makeIdentity(), port)
  await twelve[0]?.close()
  const again = await retry(() => net.dial(anna, port))

  assert.ok(hasCode(thirteenth, 'TOO_BUSY'))
  assert.ok(other.open && again.open)
  assert.is(connections.size, 13)
})

test('security: connection floods: beyond the cap in all they are turned away, and there is room again after it', async ({
  net,
}) => {
  const { port } = await net.listen(ben, { limits: { connectionsOfPeer: 3 } })
  const three = await Promise.all(Array.from({ length: 3 }, () => net.dial(anna, port)))

  const fourth = await net.dial(anna, port).catch(error => error)
  await three[0]?.close()
  const again = await retry(() => net.dial(anna, port))

  assert.ok(hasCode(fourth, 'UNREACHABLE'))
  assert.ok(again.open)
})

test('security: connection floods: a listener out of file descriptors recovers without a restart', async ({
  net,
}) => {
  const program = `
    const { listen } = await import(${JSON.stringify(new URL('./index.js', import.meta.url).href)})
    const { makeIdentity } = await import(${JSON.stringify(new URL('../identity/index.js', import.meta.url).href)})
    const { silentLogger: log } = await import(${JSON.stringify(new URL('../log/index.js', import.meta.url).href)})
    const handlers = { requests: { MESSAGE: () => ({ taken: 1 }) } }
    const limits = { handshakeMs: 60_000 }
    const { port } = await listen({ identity: await makeIdentity(), host: '127.0.0.1', port: 0, role: 'peer', handlers, limits, log })
    console.log(port)`
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n 100; exec "$0" --input-type=module -e "$1"', process.execPath, program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  net.defer(() => child.kill('SIGKILL'))
  const [line] = await within(once(child.stdout, 'data'), 'the listener')
  const port = Number(line)
  const flood = Array.from({ length: 250 }, () => tcp(net, port))
  await Promise.all(flood.map(socket => Promise.race([once(socket, 'connect'), once(socket, 'close')])))

  const during = await net.dial(anna, port, { limits: { handshakeMs: 300 } }).catch(error => error)
  for (const socket of flood) socket.destroy()
  const after = await retry(() => net.dial(anna, port))

  assert.ok(during instanceof Error)
  assert.equal(await after.request('MESSAGE', message(1)), { taken: 1 })
  assert.is(child.exitCode, null)
})

test('a refusal is told to who dials, in place of a hello', async ({ net }) => {
  const banned = new PeerError('BANNED', 'You are not welcome here.')
  const { port, connections } = await net.listen(ben, { onConnection: () => banned })

  const failure = await net.dial(anna, port).catch(error => error)

  assert.equal([failure.code, failure.message], ['BANNED', 'You are not welcome here.'])
  assert.is(connections.size, 0)
})

test('a port takes only what it is for', async ({ net }) => {
  const control = await net.listen(ben)
  const data = await net.listen(ben, { purposes: ['data'] })

  const failure = await net.dial(anna, control.port, { purpose: 'data' }).catch(error => error)
  const connection = await net.dial(anna, data.port, { purpose: 'data' })

  assert.ok(hasCode(failure, 'UNSUPPORTED'))
  assert.is(connection.hello.purpose, 'data')
})

test('who dials may say what must answer', async ({ net }) => {
  const { port } = await net.listen(ben, { role: 'registry' })

  const failure = await net.dial(anna, port, { expectRole: 'peer' }).catch(error => error)
  const connection = await net.dial(anna, port, { expectRole: 'registry' })

  assert.ok(hasCode(failure, 'NOT_A_PEER'))
  assert.is(connection.hello.role, 'registry')
})

test('what is asked while a connection is looked at follows our hello', async ({ net }) => {
  const asked: Promise<unknown>[] = []
  const { port } = await net.listen(ben, {
    onConnection: connection => {
      asked.push(connection.notify('PRESENCE', { people: [] }), connection.request('MESSAGE', message(1)))
      return undefined
    },
  })

  await net.dial(anna, port, { handlers: messageHandler(() => ({ taken: 1 })) })

  assert.equal(await within(Promise.all(asked), 'the answer'), [undefined, { taken: 1 }])
})

test('close ends what is open with the reason, what is half open, and twice is once', async ({ net }) => {
  const listener = await net.listen(ben)
  const open = await net.dial(anna, listener.port)
  const silent = tcp(net, listener.port)
  const half = await net.tls(anna, listener.port)
  const reason = new PeerError('CLOSED', 'Going to sleep.')

  await within(Promise.all([listener.close(reason), listener.close()]), 'the close')

  const why = await open.ended
  assert.equal([why?.code, why?.message], ['CLOSED', 'Going to sleep.'])
  await within(Promise.all([half.closed, silent.closed || once(silent, 'close')]), 'the others to end')
  assert.is(listener.connections.size, 0)
  assert.ok(hasCode(await net.dial(anna, listener.port).catch(error => error), 'UNREACHABLE'))
})

test('a listener and a dialler that are closed keep no process alive', async () => {
  const program = `
    const { dial, listen } = await import(${JSON.stringify(new URL('./index.js', import.meta.url).href)})
    const { makeIdentity } = await import(${JSON.stringify(new URL('../identity/index.js', import.meta.url).href)})
    const { silentLogger: log } = await import(${JSON.stringify(new URL('../log/index.js', import.meta.url).href)})
    const base = { identity: await makeIdentity(), host: '127.0.0.1', role: 'peer', handlers: { requests: {} }, log }
    const listener = await listen({ ...base, port: 0 })
    const connection = await dial({ ...base, port: listener.port, purpose: 'control' })
    await connection.request('HEARTBEAT_REQUEST', {})
    await connection.close()
    await listener.close()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })

  const [code] = await within(once(child, 'exit'), 'the process to end')

  assert.is(code, 0)
})

test('200 peers that come at once are all let in', async ({ net }) => {
  const { port, connections } = await net.listen(ben, { limits: { connectionsAPeer: 1000 } })

  const all = await Promise.all(Array.from({ length: 200 }, () => net.dial(anna, port)))

  assert.is(connections.size, 200)
  assert.ok(all.every(({ open }) => open))
})

function tcp(net: TestNet, port: number): Socket {
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  net.defer(() => socket.destroy())
  return socket
}

/** The other side notices an end a moment after this one. */
async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + 10_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}

test.run()
