import { mkdirSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Registry, startRegistry } from '../../server/registry.js'
import type { Peer, PeerOptions } from '../api/index.js'
import { hasCode } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import { createPeer } from '../peer/index.js'
import { makeTestFolder, type TestFolder, until } from './index.js'

type Tuning = NonNullable<Parameters<typeof startRegistry>[0]['tuning']>

/** A registry with rules, and peers that may or may not join it. */
class Joining {
  readonly #peers: Peer[] = []
  readonly folder: TestFolder
  readonly registry: Registry

  private constructor(folder: TestFolder, registry: Registry) {
    this.folder = folder
    this.registry = registry
  }

  static async start(tuning: Tuning): Promise<Joining> {
    const folder = await makeTestFolder('joining')
    const home = folder.at('registry')
    const log = silentLogger
    return new Joining(folder, await startRegistry({ home, host: '127.0.0.1', port: 0, log, tuning }))
  }

  get address(): string {
    return `127.0.0.1:${this.registry.port}`
  }

  async peer(name: string, options: Partial<PeerOptions> = {}): Promise<Peer> {
    const registry = this.address
    const home = this.folder.at(name)
    const peer = await createPeer({ home, name, host: '127.0.0.1', port: 0, registry, ...options })
    this.#peers.push(peer)
    return peer
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.map(peer => peer.close()))
    await this.registry.close()
    await this.folder.remove()
  }
}

const test = suite<{ joining: Joining | undefined }>('joining a registry that has rules')

test.after.each(async context => {
  await context.joining?.close()
  context.joining = undefined
})

async function started(context: { joining: Joining | undefined }, tuning: Tuning): Promise<Joining> {
  context.joining = await Joining.start(tuning)
  return context.joining
}

const stateOf = async (peer: Peer) => (await peer.status()).registry
const untilState = (peer: Peer, state: string) =>
  until(`the registry to be ${state}`, async () => (await stateOf(peer)).state === state)

test('the join secret is asked for, remembered, and forgotten with the registry', async context => {
  const joining = await started(context, { joinSecret: 'open sesame', welcome: 'Be kind.' })
  const ann = await joining.peer('ann')
  await untilState(ann, 'refused')
  const wrong = await ann.registry.join(joining.address, { secret: 'open' }).catch(error => error)

  const joined = await ann.registry.join(joining.address, { secret: 'open sesame' })
  await ann.close()
  const again = await joining.peer('ann')
  await untilState(again, 'connected')
  await again.registry.leave()
  const left = await again.registry.join(joining.address).catch(error => error)

  assert.ok(hasCode(wrong, 'BAD_SECRET'))
  assert.equal([joined.state, joined.welcome], ['connected', 'Be kind.'])
  assert.ok(hasCode(left, 'BAD_SECRET'))
})

test('a peer that starts with the secret joins at once', async context => {
  const joining = await started(context, { joinSecret: 'open sesame' })

  await untilState(await joining.peer('ann', { joinSecret: 'open sesame' }), 'connected')
})

test('one who is banned while connected is told why, and stays away', async context => {
  const joining = await started(context, {})
  const ann = await joining.peer('ann')
  await untilState(ann, 'connected')

  await joining.registry.admin.ban('ann', 'Spam.')
  await untilState(ann, 'refused')

  const { error } = await stateOf(ann)
  assert.is(error?.code, 'BANNED')
  assert.match(error?.message ?? '', 'Spam.')
})

test('over the quota the peer stays connected, is told, and lists what fits once there is less', async context => {
  const joining = await started(context, { filesAPerson: 3 })
  const folder = joining.folder.at('photos')
  mkdirSync(folder)
  for (const name of ['a', 'b', 'c']) writeFileSync(`${folder}/${name}`, name)
  const ann = await joining.peer('ann')
  await untilState(ann, 'connected')
  await ann.share.add(folder)
  await until('the failure', async () => (await stateOf(ann)).error?.code === 'OVER_QUOTA')
  assert.is((await stateOf(ann)).state, 'connected')

  joining.registry.tune({ filesAPerson: 10 })
  writeFileSync(`${folder}/d`, 'd')
  await ann.share.rescan()

  await until('the failure to end', async () => (await stateOf(ann)).error === undefined)
  assert.is(joining.registry.admin.list()[0]?.files, 4)
})

test.run()
