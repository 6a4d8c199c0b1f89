import { createSocket } from 'node:dgram'
import multicastDns from 'multicast-dns'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeIdentity, type PeerId } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import { until } from '../testing/index.js'
import { createDiscovery, type Discovery, type DiscoveryOptions, type Sighting } from './index.js'

interface Context {
  open: Discovery[]
  port: number
}

const test = suite<Context>('discovery')

test.before.each(async context => {
  context.open = []
  context.port = await freePort()
})
test.after.each(async ({ open }) => {
  await Promise.all(open.map(one => one.close()))
})

/** On loopback, at a port of the test's own. */
function discover({ open, port }: Context, options: Partial<DiscoveryOptions>): Discovery {
  const one = createDiscovery({ services: [], log: silentLogger, internal: true, port, ...options })
  open.push(one)
  return one
}

async function someId(): Promise<PeerId> {
  return (await makeIdentity()).id
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return port
}

test('who comes is seen by who is there, and who is there by who comes', async context => {
  const [anna, ben] = [await someId(), await someId()]
  const first = discover(context, { services: [{ kind: 'peer', id: anna, port: 7471 }], look: ['peer'] })
  await until('Anna to see herself', () => first.seen('peer').length === 1)
  const second = discover(context, { services: [{ kind: 'peer', id: ben, port: 7481 }], look: ['peer'] })
  const ids = (one: Discovery) =>
    one
      .seen('peer')
      .map(({ id }) => id)
      .sort()
  await until('both to see both', () => [first, second].every(one => ids(one).length === 2))
  assert.equal(ids(first), [anna, ben].sort())
  assert.equal(ids(second), [anna, ben].sort())
  const seen = first.seen('peer').find(({ id }) => id === ben)
  assert.equal(seen?.places[0], { host: '127.0.0.1', port: 7481 })
})

test('who goes says so', async context => {
  const id = await someId()
  const told: Sighting[] = []
  const watcher = discover(context, { look: ['registry'], onChange: one => void told.push(one) })
  const registry = discover(context, { services: [{ kind: 'registry', id, port: 7470 }] })
  await until('it to be seen', () => watcher.seen('registry').length === 1)
  assert.equal(watcher.seen('peer'), [])
  await registry.close()
  await until('it to be gone', () => watcher.seen('registry').length === 0)
  assert.is(told.at(-1)?.id, id)
  assert.equal(told.at(-1)?.places, [])
})

test('a service on another interface, or none, is followed', async context => {
  const id = await someId()
  const { networkInterfaces } = await import('node:os')
  let isUp = false
  const watcher = discover(context, { look: ['peer'] })
  discover(context, {
    services: [{ kind: 'peer', id, port: 7471 }],
    interfaces: () => (isUp ? networkInterfaces() : {}),
  })
  await until('the watcher to look', () => watcher.seen('peer').length === 0)
  isUp = true
  await until('it to be seen', () => watcher.seen('peer').length === 1)
  isUp = false
  await until('it to be gone', () => watcher.seen('peer').length === 0)
})

test('security: reflection by discovery: what a packet says of addresses is not believed', async context => {
  const id = await someId()
  const watcher = discover(context, { look: ['peer'] })
  const name = `${id}._tspeer._tcp.local`
  await say(context, {
    answers: [{ name: '_tspeer._tcp.local', type: 'PTR', ttl: 120, data: name }],
    additionals: [
      { name, type: 'SRV', ttl: 120, data: { port: 7471, target: 'victim.local' } },
      { name: 'victim.local', type: 'A', ttl: 120, data: '10.9.8.7' },
      { name: 'victim.local', type: 'AAAA', ttl: 120, data: 'fd00::1' },
    ],
  })
  await until('it to be seen', () => watcher.seen('peer').length === 1)
  assert.equal(watcher.seen('peer')[0]?.places, [{ host: '127.0.0.1', port: 7471 }])
})

test('security: reflection by discovery: one sender can’t make it remember without end', async context => {
  const watcher = discover(context, { look: ['peer'] })
  for (let i = 0; i < 200; i++) {
    const id = `${'a'.repeat(48)}${'abcdefgh'[i >> 5]}${'abcdefghijklmnopqrstuvwxyz234567'[i & 31]}aa`
    const name = `${id}._tspeer._tcp.local`
    await say(context, {
      answers: [{ name, type: 'SRV', ttl: 120, data: { port: 7471, target: 'x.local' } }],
    })
  }
  await until('many to be seen', () => watcher.seen('peer').length >= 64)
  assert.is(watcher.seen('peer').length, 64)
})

test('packets that are none, or say nonsense, are dropped', async context => {
  const watcher = discover(context, { look: ['peer'] })
  const id = await someId()
  const bad = ['x._tspeer._tcp.local', '_tspeer._tcp.local', '.', `${id}.local`, `${id}x._tspeer._tcp.local`]
  for (const name of bad) {
    const data = { port: 7471, target: '.' }
    await say(context, { answers: [{ name, type: 'SRV', ttl: 120, data }] })
  }
  await say(context, {
    answers: [{ name: `${id}._tspeer._tcp.local`, type: 'SRV', ttl: 120, data: { port: 0, target: '.' } }],
  })
  await send(context, Buffer.from('not a packet at all'))
  await send(context, Buffer.alloc(3_000, 0xc0))
  discover(context, { services: [{ kind: 'peer', id, port: 7471 }] })
  await until('the right one to be seen', () => watcher.seen('peer').length > 0)
  assert.equal(
    watcher.seen('peer').map(one => one.id),
    [id],
  )
})

/** Says something to all, as a service would, from loopback. */
async function say({ port }: Context, packet: multicastDns.ResponseOutgoingPacket): Promise<void> {
  const mdns = multicastDns({ port, interface: '127.0.0.1', bind: '0.0.0.0' })
  await new Promise(resolve => mdns.respond(packet, resolve))
  await new Promise<void>(resolve => mdns.destroy(resolve))
}

async function send({ port }: Context, bytes: Buffer): Promise<void> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  await new Promise<void>(resolve => socket.bind(port, '0.0.0.0', resolve))
  socket.setMulticastInterface('127.0.0.1')
  await new Promise(resolve => socket.send(bytes, port, '224.0.0.251', resolve))
  await new Promise<void>(resolve => socket.close(() => resolve()))
}

test.run()
