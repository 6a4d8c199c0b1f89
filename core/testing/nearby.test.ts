import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Registry, startRegistry } from '../../server/registry.js'
import type { Peer, PeerOptions } from '../api/index.js'
import { hasCode } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import { createPeer } from '../peer/index.js'
import { makeTestFolder, type TestFolder, writeSample } from './files.js'
import { until } from './wait.js'

const HOST = '127.0.0.1'

/** A network on loopback, at a port of multicast DNS of its own. */
class Network {
  readonly #ends: (() => Promise<unknown>)[] = []

  readonly folder: TestFolder
  readonly port: number

  private constructor(folder: TestFolder, port: number) {
    this.folder = folder
    this.port = port
  }

  static async make(): Promise<Network> {
    return new Network(await makeTestFolder('nearby'), await freePort())
  }

  async peer(name: string, options: Partial<PeerOptions> = {}): Promise<Peer> {
    const home = this.folder.at(name)
    const discovery = { internal: true, port: this.port }
    const peer = await createPeer({ home, name, host: HOST, port: 0, discovery, ...options })
    this.#ends.push(() => peer.close())
    return peer
  }

  async registry(port = 0): Promise<Registry> {
    const announce = { internal: true, port: this.port }
    const home = this.folder.at('registry')
    const registry = await startRegistry({ home, host: HOST, port, log: silentLogger, announce })
    this.#ends.push(() => registry.close())
    return registry
  }

  async close(): Promise<void> {
    for (const end of this.#ends.reverse()) await end()
    await this.folder.remove()
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, HOST, resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return port
}

const test = suite<{ network: Network }>('nearby')

test.before.each(async context => {
  context.network = await Network.make()
})
test.after.each(async ({ network }) => {
  await network.close()
})

const isOnline = async (viewer: Peer, { id }: Peer) =>
  (await viewer.people.list()).some(person => person.id === id && person.online)

test('with no registry, two peers see each other come and go, browse, search, download and chat', async ({
  network,
}) => {
  await writeSample(network.folder.at('anna', 'share', 'films', 'one.bin'), 3_000_000)
  const anna = await network.peer('anna')
  const ben = await network.peer('ben')
  await until('each to see the other', async () => (await isOnline(anna, ben)) && (await isOnline(ben, anna)))
  assert.is((await ben.people.find('anna')).id, anna.id)
  await until('her file to be counted', async () => {
    ben.registry.found()
    const { entries } = await ben.files.browse({ owner: anna.id, path: 'films' })
    return entries[0]?.root !== undefined
  })

  const { hits } = await ben.files.search({ query: 'one.bin' })
  assert.equal(
    hits.map(({ path, owners }) => [path, owners[0]?.id]),
    [['films/one.bin', anna.id]],
  )

  const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['films/one.bin'] })
  const done = await until('the download', async () =>
    (await ben.transfers.list()).find(({ id, state }) => id === transfer?.id && state === 'done'),
  )
  const message = await ben.chat.send(anna.id, 'thank you')
  await until('the message to arrive', async () =>
    (await anna.chat.history({ thread: ben.id })).some(({ id }) => id === message.id),
  )

  assert.ok(
    readFileSync(done.target).equals(readFileSync(network.folder.at('anna', 'share', 'films', 'one.bin'))),
  )
  await ben.close()
  await until('Ben to be gone', async () => !(await isOnline(anna, ben)))
})

test('a registry on the network is found, joined by one press, and followed when it moves', async ({
  network,
}) => {
  const anna = await network.peer('anna')
  const registry = await network.registry()
  const [found] = await until('it to be found', async () => {
    const all = await anna.registry.found()
    return all.length > 0 && all
  })
  assert.equal(found, { id: registry.id, address: `${HOST}:${registry.port}` })
  assert.is((await anna.status()).registry.state, 'none', 'it is not joined by itself')

  const joined = await anna.registry.join(found?.address ?? '', { id: registry.id })
  assert.equal([joined.state, joined.id], ['connected', registry.id])
  await registry.close()
  const moved = await network.registry()
  await until('it to be joined where it is now', async () => {
    const now = (await anna.status()).registry
    return now.state === 'connected' && now.address === `${HOST}:${moved.port}`
  })
  assert.is((await anna.settings.all()).registry, `${HOST}:${moved.port}`)
})

test('a registry that goes changes nothing for those nearby', async ({ network }) => {
  const registry = await network.registry()
  const options = { registry: `${HOST}:${registry.port}` }
  const anna = await network.peer('anna', options)
  const ben = await network.peer('ben', options)
  const both = async () => (await isOnline(anna, ben)) && (await isOnline(ben, anna))
  await until('each to see the other', both)

  const gone: string[] = []
  anna.subscribe(event => {
    if (event.kind === 'person' && !event.person.online) gone.push(event.person.name)
  })
  await registry.close()
  await until('it to be gone', async () => (await anna.status()).registry.state === 'waiting')
  const message = await ben.chat.send(anna.id, 'still here')
  await until('the message to arrive', async () =>
    (await anna.chat.history({ thread: ben.id })).some(({ id }) => id === message.id),
  )

  assert.ok(await both())
  assert.equal(gone, [])
})

test('security: rogue registry: one with the name of another is not joined by itself, and gets no list', async ({
  network,
}) => {
  await writeSample(network.folder.at('anna', 'share', 'private.bin'), 1_000)
  const registry = await network.registry()
  const anna = await network.peer('anna', { registry: `${HOST}:${registry.port}` })
  await until('it to be joined', async () => (await anna.status()).registry.state === 'connected')
  await registry.close()
  const home = network.folder.at('rogue')
  const announce = { internal: true, port: network.port }
  const rogue = await startRegistry({
    ...{ home, host: HOST, port: registry.port, log: silentLogger, announce },
    name: registry.name,
  })
  try {
    await until('it to be found', async () => (await anna.registry.found()).some(({ id }) => id === rogue.id))
    const refused = await anna.registry.join(`${HOST}:${rogue.port}`).catch(error => error)
    assert.ok(hasCode(refused, 'WRONG_REGISTRY'), String(refused))
    assert.is(rogue.stats().people, 0)
    assert.is(rogue.stats().entries, 0)
  } finally {
    await rogue.close()
  }
})

test('security: blocked people are told nothing by who is near, and hear of them again when they are blocked no more', async ({
  network,
}) => {
  const anna = await network.peer('anna')
  const ben = await network.peer('ben')
  await until('each to see the other', async () => (await isOnline(anna, ben)) && (await isOnline(ben, anna)))
  await anna.people.setContact(ben.id, { blocked: true })
  await until('her to be gone', async () => !(await isOnline(ben, anna)))

  const message = await ben.chat.send(anna.id, 'still there?')
  await anna.settings.set('statusText', 'in the garden')
  await ben.close()
  const again = await network.peer('ben')
  const browsed = await again.files.browse({ owner: anna.id, path: '' }).catch(error => error)
  const person = (await again.people.list()).find(({ id }) => id === anna.id)

  assert.ok(hasCode(browsed, 'OFFLINE'), String(browsed))
  assert.equal([person?.online, person?.statusText], [false, undefined])
  assert.equal(await anna.chat.history({ thread: ben.id }), [])
  await anna.people.setContact(ben.id, { blocked: false })
  await until('the message to arrive', async () =>
    (await anna.chat.history({ thread: ben.id })).some(({ id }) => id === message.id),
  )
  await until('her to be back', () => isOnline(again, anna))
})

test('whoever does not want to be found is not, from the moment on', async ({ network }) => {
  const anna = await network.peer('anna')
  const ben = await network.peer('ben')
  await until('her to be seen', () => isOnline(ben, anna))
  await ben.settings.set('discovery', false)
  await anna.settings.set('discovery', false)
  const cleo = await network.peer('cleo')
  const dora = await network.peer('dora')
  await until('the others to be seen', () => isOnline(cleo, dora))
  assert.not.ok((await cleo.people.list()).some(({ id }) => id === anna.id))
  assert.not.ok((await anna.people.list()).some(({ id }) => id === cleo.id))
})

test.run()
