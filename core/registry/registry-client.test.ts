import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RegistryStatus } from '../api/index.js'
import { hasCode, PeerError } from '../errors/index.js'
import { type Identity, makeIdentity } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import { ShareDigest } from '../manifest/index.js'
import { type Connection, type Listener, listen, type RequestBody, type WireChange } from '../wire/index.js'
import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from './index.js'
import { retryWaitMs } from './retry-wait.js'

const EPOCH = 'e'.repeat(32)

/** A registry that only keeps what it was told. */
class PlainRegistry {
  readonly asked: string[] = []
  readonly shares: RequestBody<'SHARE_DATA'>[] = []
  held = 0
  refuse: PeerError | undefined
  /** Forgets the next delta, as one that was restored from a backup. */
  forgetTo: number | undefined
  readonly introduced: RequestBody<'NEW_CONNECTION'>[] = []
  listener: Listener | undefined
  readonly identity: Identity

  constructor(identity: Identity) {
    this.identity = identity
  }

  async open(port = 0): Promise<number> {
    this.listener = await listen({
      identity: this.identity,
      host: '127.0.0.1',
      port,
      role: 'registry',
      log: silentLogger,
      handlers: {
        requests: {
          NEW_CONNECTION: body => {
            this.asked.push(body.name)
            this.introduced.push(body)
            if (this.refuse) throw this.refuse
            const have = this.held ? { have: { epoch: EPOCH, n: this.held } } : {}
            return { registryName: 'home', seen: '127.0.0.1', online: 1, time: 0, ...have }
          },
          HEARTBEAT_REQUEST: body => {
            this.asked.push(`watch ${body.watch?.length}`)
            return { time: 0 }
          },
          SHARE_DATA: body => {
            this.shares.push(body)
            if (this.forgetTo !== undefined) {
              this.held = this.forgetTo
              this.forgetTo = undefined
            } else if (body.base === this.held || body.base === 0) this.held = body.to
            return { have: { epoch: body.epoch, n: this.held } }
          },
        },
      },
    })
    return this.listener.port
  }

  connections(): Connection[] {
    return [...(this.listener?.connections ?? [])]
  }
}

interface Context {
  registry: PlainRegistry
  client: RegistryClient | undefined
  states: RegistryStatus[]
  start(port: number, extra?: Partial<RegistryClientOptions>): RegistryClient
  until(what: (status: RegistryStatus) => boolean): Promise<RegistryStatus>
  share: {
    version: { epoch: string; n: number }
    changesSince: RegistryClientOptions['share']['changesSince']
  }
}

const test = suite<Context>('registry client')
const identities = Promise.all([makeIdentity(), makeIdentity(), makeIdentity()])

test.before.each(async context => {
  const [own, theirs] = await identities
  context.registry = new PlainRegistry(theirs)
  context.states = []
  let look = () => {}
  context.share = {
    version: { epoch: EPOCH, n: 5 },
    changesSince(n, limit) {
      const to = Math.min(n + Math.min(limit, 2), this.version.n)
      const changes = Array.from(
        { length: to - n },
        (_, i): WireChange => ({ op: 'delete', n: n + i + 1, path: 'a' }),
      )
      return { to, changes }
    },
  }
  context.start = (port, extra = {}) => {
    context.client = createRegistryClient({
      identity: own,
      address: { host: '127.0.0.1', port, text: `127.0.0.1:${port}` },
      introduce: () => ({ name: 'Anna', ports: { control: 7471, data: [] }, addresses: [], blocked: [] }),
      share: context.share,
      onState: status => {
        context.states.push(status)
        look()
      },
      onPeople: () => {},
      onCalled: () => {},
      log: silentLogger,
      chance: () => 0,
      ...extra,
    })
    return context.client
  }
  context.until = what =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`only ${JSON.stringify(context.states)}`)), 10_000)
      look = () => {
        const found = context.states.find(what)
        if (!found) return
        clearTimeout(timer)
        look = () => {}
        resolve(found)
      }
      look()
    })
})

test.after.each(async ({ client, registry }) => {
  await client?.close()
  await registry.listener?.close()
})

test('it joins, publishes in steps what the registry lacks, and more when the share changes', async context => {
  const client = context.start(await context.registry.open())
  await client.joined()
  await settled(() => context.registry.held === 5)

  context.share.version.n = 6
  client.shareChanged()
  await settled(() => context.registry.held === 6)

  assert.equal(
    context.registry.shares.map(({ base, to }) => [base, to]),
    [
      [0, 2],
      [2, 4],
      [4, 5],
      [5, 6],
    ],
  )
})

test('a registry that has the version is sent nothing', async context => {
  context.registry.held = 5
  const client = context.start(await context.registry.open())
  await client.joined()

  context.share.version.n = 6
  client.shareChanged()
  await settled(() => context.registry.held === 6)

  assert.equal(
    context.registry.shares.map(({ base, to }) => [base, to]),
    [[5, 6]],
  )
})

test('it comes back with the version and the digest of its share, made once for a version', async context => {
  let asked = 0
  const { changesSince } = context.share
  context.share.changesSince = (n, limit) => {
    asked++
    return changesSince.call(context.share, n, limit)
  }
  context.registry.held = 5
  const client = context.start(await context.registry.open())
  await client.joined()
  const once = asked
  client.introduceAgain()
  await settled(() => context.registry.introduced.length === 2)

  assert.is(asked, once)
  assert.equal(
    context.registry.introduced.map(({ version, digest }) => [version?.n, digest]),
    Array.from({ length: 2 }, () => [5, new ShareDigest().text]),
  )
})

test('a registry that holds less than was told is brought up from there', async context => {
  context.registry.forgetTo = 0
  const client = context.start(await context.registry.open())
  await client.joined()

  await settled(() => context.registry.held === 5)

  assert.is(context.registry.shares[1]?.base, 0)
})

test('it comes back after the registry was away, watching the same people', async context => {
  const port = await context.registry.open()
  const client = context.start(port)
  await client.joined()
  await client.watch([(await identities)[2].id], true)
  await context.registry.listener?.close()
  await context.until(({ state }) => state === 'waiting')
  const before = context.registry.asked.length
  context.states.length = 0

  await context.registry.open(port)
  await context.until(({ state }) => state === 'connected')

  assert.equal(context.registry.asked.slice(before), ['Anna', 'watch 1'])
})

test('a taken name stops it until the name is another', async context => {
  context.registry.refuse = new PeerError('NAME_TAKEN', 'Anna is someone else here.')
  const client = context.start(await context.registry.open())
  const failure = await client.joined().catch(error => error)
  await context.until(({ state }) => state === 'refused')

  context.registry.refuse = undefined
  client.introduceAgain()
  await context.until(({ state }) => state === 'connected')

  assert.ok(hasCode(failure, 'NAME_TAKEN'))
})

test('security: rogue registry: another key at the pinned address is refused and told nothing', async context => {
  const [, , pinned] = await identities
  const client = context.start(await context.registry.open(), { expect: pinned.id })

  const failure = await client.joined().catch(error => error)

  assert.ok(hasCode(failure, 'WRONG_REGISTRY'))
  assert.equal(context.registry.asked, [])
  assert.is(client.status().state, 'refused')
})

test('security: rogue registry: one that takes the place of the one that was joined is refused and told nothing', async context => {
  const port = await context.registry.open()
  const client = context.start(port)
  await client.joined()
  await context.registry.listener?.close()
  const [, , third] = await identities
  const rogue = new PlainRegistry(third)
  await rogue.open(port)

  const status = await context.until(({ state }) => state === 'refused')

  assert.is(status.error?.code, 'WRONG_REGISTRY')
  assert.equal(rogue.asked, [])
  await rogue.listener?.close()
})

test('a client that is replaced by a newer one of the same identity stops', async context => {
  const client = context.start(await context.registry.open())
  await client.joined()

  for (const connection of context.registry.connections())
    await connection.close(new PeerError('REPLACED', 'This identity runs elsewhere now.'))
  const status = await context.until(({ state }) => state === 'refused')

  assert.is(status.error?.code, 'REPLACED')
})

test('asking while there is no connection says so', async context => {
  const port = await context.registry.open()
  await context.registry.listener?.close()
  const client = context.start(port)
  const joined = await client.joined().catch(error => error)

  let failure: unknown
  try {
    await client.search({ query: 'x', offset: 0, limit: 1 })
  } catch (error) {
    failure = error
  }

  assert.ok(hasCode(joined, 'UNREACHABLE'), joined)
  assert.ok(hasCode(failure, 'NO_REGISTRY'))
})

test('waits grow to twenty seconds and spread over nine tenths of their bound', () => {
  assert.equal(
    [1, 2, 3, 7, 50].map(failures => retryWaitMs(failures, 1)),
    [1_000, 2_000, 4_000, 20_000, 20_000],
  )
  assert.is(retryWaitMs(3, 0), 400)
})

async function settled(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to that in 10 s')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

test.run()
