import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  describeTree,
  makeTestFolder,
  type TestFolder,
  until,
  writeSample,
} from '../../core/testing/index.js'
import {
  Machines,
  type Outcome,
  type Running,
  startRegistryProgram,
  startTspeer,
  tspeer,
  whyNoNamespaces,
} from '../cli/testing/index.js'

const PEERS = ['anna', 'ben', 'cleo'] as const
type Name = (typeof PEERS)[number]

/** Three people and a registry, each on a machine of their own on one switch. */
class Office {
  readonly folder: TestFolder
  readonly machines: Machines
  readonly #running: Running[] = []

  private constructor(folder: TestFolder, machines: Machines) {
    this.folder = folder
    this.machines = machines
  }

  static async open(): Promise<Office> {
    const folder = await makeTestFolder('office')
    return new Office(folder, await Machines.start([...PEERS, 'registry']))
  }

  up(name: Name): Running {
    const args = ['up', '--home', this.folder.at(name), '--name', name, '--json']
    return this.#keep(startTspeer(args, { namespace: this.machines.namespace(name) }))
  }

  registry(): Running {
    const args = ['--home', this.folder.at('registry'), '--json']
    return this.#keep(startRegistryProgram(args, { namespace: this.machines.namespace('registry') }))
  }

  /** A command to a person's running peer. */
  run(name: Name, ...args: readonly string[]): Promise<Outcome> {
    return tspeer(...args, '--home', this.folder.at(name), '--json')
  }

  async close(): Promise<void> {
    for (const { process } of this.#running) process.kill('SIGKILL')
    await Promise.all(this.#running.map(({ outcome }) => outcome))
    await this.machines.stop()
    await this.folder.remove()
  }

  #keep(running: Running): Running {
    this.#running.push(running)
    return running
  }
}

const test = suite<{ office: Office }>('people nearby')

test.before.each(async context => {
  context.office = await Office.open()
})
test.after.each(async ({ office }) => {
  await office.close()
})

const sees = (who: Name) => (line: Record<string, unknown>) =>
  line.event === 'person' && line.name === who && line.online === true

async function saysTo(office: Office, from: Name, to: Name, text: string, receiver: Running): Promise<void> {
  await office.run(from, 'chat', to, text)
  await receiver.line(line => line.event === 'message' && line.text === text)
}

async function findsAndGets(office: Office, who: Name, word: string, path: string): Promise<void> {
  const [hit] = (await office.run(who, 'search', word)).objects
  assert.is(hit?.path, path)
  const got = (await office.run(who, 'get', `anna:${path}`)).objects.at(-1)
  assert.is(got?.event, 'done')
}

const scene = whyNoNamespaces()
if (scene) console.log(`not run: ${scene}`)
;(scene ? test.skip : test)(
  'three people find each other, search, browse, download and chat without a registry, with one, and after it is gone',
  async ({ office }) => {
    await writeSample(office.folder.at('anna', 'share', 'films', 'harbour.bin'), 3_000_000)
    await writeSample(office.folder.at('anna', 'share', 'films', 'mountain.bin'), 2_000_000, 1)
    const [anna, ben, cleo] = [office.up('anna'), office.up('ben'), office.up('cleo')]
    await Promise.all([
      ...[anna.line(sees('ben')), anna.line(sees('cleo'))],
      ...[ben.line(sees('anna')), ben.line(sees('cleo'))],
      ...[cleo.line(sees('anna')), cleo.line(sees('ben'))],
    ])
    await until('her films to be hashed', async () => {
      const { objects } = await office.run('ben', 'ls', 'anna:films')
      return objects.length === 2 && objects.every(({ root }) => root)
    })
    await findsAndGets(office, 'ben', 'harbour', 'films/harbour.bin')
    await saysTo(office, 'ben', 'cleo', 'no registry', cleo)

    const registry = office.registry()
    const { id } = await registry.line(({ event }) => event === 'ready')
    for (const [name, peer] of [
      ['anna', anna],
      ['ben', ben],
      ['cleo', cleo],
    ] as const) {
      const found = await peer.line(({ event }) => event === 'registry-found')
      assert.equal([found.id, found.address], [id, `${office.machines.address('registry')}:7470`])
      await office.run(name, 'settings', 'registry', String(found.address))
      await peer.line(({ event, state }) => event === 'registry' && state === 'connected')
    }
    await until(
      'the registry to know her films',
      async () => (await office.run('cleo', 'search', 'harbour')).objects.length === 1,
    )
    await findsAndGets(office, 'cleo', 'harbour', 'films/harbour.bin')

    registry.process.kill('SIGKILL')
    await Promise.all(
      [anna, ben, cleo].map(peer =>
        peer.line(({ event, state }) => event === 'registry' && state === 'waiting'),
      ),
    )
    await findsAndGets(office, 'cleo', 'mountain', 'films/mountain.bin')
    await saysTo(office, 'cleo', 'anna', 'it is gone', anna)
    assert.equal(
      await describeTree(office.folder.at('cleo', 'downloads')),
      await describeTree(office.folder.at('anna', 'share', 'films')),
    )
    const left = [anna, ben, cleo].flatMap(({ objects }) => objects)
    assert.not.ok(left.some(({ event, online }) => event === 'person' && online === false))
  },
)

test.run()
