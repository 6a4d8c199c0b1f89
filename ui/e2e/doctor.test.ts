import { rm } from 'node:fs/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, type TestFolder, until } from '../../core/testing/index.js'
import {
  Machines,
  type Running,
  type RunOptions,
  startRegistryProgram,
  startTspeer,
  tspeer,
  whyNoNamespaces,
} from '../cli/testing/index.js'

type Name = 'anna' | 'ben'
type Findings = ReadonlyMap<
  unknown,
  { readonly ok: boolean; readonly seen: string; readonly remedy?: string }
>

const DAY_MS = 86_400_000

/** Two people and a registry, each on a machine of their own. Nobody is found by multicast: all is typed. */
class Office {
  readonly folder: TestFolder
  readonly machines: Machines
  readonly running: Running[] = []

  private constructor(folder: TestFolder, machines: Machines) {
    this.folder = folder
    this.machines = machines
  }

  static async open(): Promise<Office> {
    const folder = await makeTestFolder('doctor')
    return new Office(folder, await Machines.start(['anna', 'ben', 'registry']))
  }

  async registry(options: RunOptions = {}): Promise<Running> {
    const args = ['--home', this.folder.at('registry'), '--json']
    const running = startRegistryProgram(args, { namespace: this.machines.namespace('registry'), ...options })
    this.running.push(running)
    await running.line(({ event }) => event === 'ready')
    return running
  }

  /** A person who is up and has joined the registry. */
  async up(
    name: Name,
    registry = this.machines.address('registry'),
    options: RunOptions = {},
  ): Promise<Running> {
    const args = ['up', '--home', this.folder.at(name), '--name', name, '--registry', registry, '--json']
    const running = startTspeer(args, { namespace: this.machines.namespace(name), ...options })
    this.running.push(running)
    await running.line(({ event }) => event === 'ready')
    return running
  }

  /** Until someone's registry is in this state. */
  async stands(name: Name, state: string): Promise<void> {
    await until(`${name}'s registry to be ${state}`, async () => {
      const findings = await this.ask(name)
      return findings.get('registry')?.ok === (state === 'connected')
    })
  }

  async ask(name: Name, about?: string): Promise<Findings> {
    const { objects } = await tspeer(
      'doctor',
      ...(about ? [about] : []),
      '--home',
      this.folder.at(name),
      '--json',
    )
    if (process.env.TELL) console.log(JSON.stringify(objects, null, 1), process.uptime())
    return new Map(objects.map(line => [line.check, line as { ok: boolean; seen: string; remedy?: string }]))
  }

  async close(): Promise<void> {
    for (const { process } of this.running) process.kill('SIGKILL')
    await Promise.all(this.running.map(({ outcome }) => outcome))
    await this.machines.stop()
    await this.folder.remove()
  }
}

const suiteOf = suite<{ office: Office }>('doctor')
suiteOf.before.each(async context => {
  context.office = await Office.open()
})
suiteOf.after.each(async ({ office }) => {
  await office.close()
})

const scene = whyNoNamespaces()
if (scene) console.log(`not run: ${scene}`)
const test = scene ? suiteOf.skip : suiteOf

const wrong = (findings: Findings) =>
  [...findings].flatMap(([check, { ok }]) => (ok || check === 'discovery' ? [] : [check]))

async function bothUp(office: Office): Promise<void> {
  await office.registry()
  await office.up('anna')
  await office.up('ben')
  await office.stands('anna', 'connected')
  await office.stands('ben', 'connected')
}

test('where all is in order, it says so', async ({ office }) => {
  await bothUp(office)

  const findings = await office.ask('anna', 'ben')

  assert.equal(wrong(findings), [])
  assert.match(findings.get('reachable')?.seen ?? '', '10.77.0.1, port 7471')
  assert.match(findings.get('to-them')?.seen ?? '', '10.77.0.2:7471 answers')
  assert.match(findings.get('from-them')?.seen ?? '', 'They can connect to this peer')
})

test('a port that a firewall closes is named, at both ends, and the other side calls instead', async ({
  office,
}) => {
  await office.machines.dropTcp('ben', '7471-7479')
  await bothUp(office)

  const findings = await office.ask('anna', 'ben')
  const own = await office.ask('ben')

  assert.equal(wrong(findings), ['to-them'])
  assert.match(
    findings.get('to-them')?.seen ?? '',
    /does not answer, though the computer is there.*registry is connected/,
  )
  assert.match(findings.get('to-them')?.remedy ?? '', /firewall on ben’s computer.*7471/)
  assert.match(findings.get('from-them')?.seen ?? '', 'They connected to this peer')
  assert.equal(wrong(own), ['reachable'])
  assert.match(own.get('reachable')?.remedy ?? '', '7471')
})

test('another subnet without a way is named', async ({ office }) => {
  const away = await office.machines.moveAway('ben')
  const registry = await office.machines.alsoAway('registry')
  await office.registry()
  await office.up('anna')
  await office.up('ben', registry)
  await office.stands('anna', 'connected')
  await office.stands('ben', 'connected')

  const findings = await office.ask('anna', 'ben')

  assert.equal(wrong(findings), ['to-them', 'from-them'])
  assert.match(findings.get('to-them')?.seen ?? '', `${away}:7471 is in another network`)
  assert.match(findings.get('to-them')?.seen ?? '', '10.77.0.0/24')
  assert.match(findings.get('from-them')?.remedy ?? '', 'Join the same one')
})

test('a registry that is down is told from one whose computer is off, and from another one in its place', async ({
  office,
}) => {
  const registry = await office.registry()
  await office.up('anna')
  await office.stands('anna', 'connected')
  registry.process.kill('SIGKILL')
  await registry.outcome
  await office.stands('anna', 'away')

  const down = (await office.ask('anna')).get('registry')
  await rm(office.folder.at('registry'), { recursive: true })
  const other = await office.registry()
  const { id } = await other.line(({ event }) => event === 'ready')
  const replaced = (await office.ask('anna')).get('registry')
  await office.machines.cable('registry', 'down')
  let off = replaced
  await until('its computer to be missed', async () => {
    off = (await office.ask('anna')).get('registry')
    return off?.seen.startsWith('No computer answers at 10.77.0.3') === true
  })

  assert.match(down?.seen ?? '', 'the computer is there, but nothing listens on port 7470')
  assert.match(replaced?.seen ?? '', `Another registry answers at 10.77.0.3:7470: ${String(id).slice(0, 8)}`)
  assert.match(off?.remedy ?? '', 'switched on')
})

test('someone offline, someone unknown, and someone whose key changed are told apart', async ({ office }) => {
  await bothUp(office)
  const nobody = (await office.ask('anna', 'cleo')).get('person')
  const [, , ben] = office.running
  ben?.process.kill('SIGTERM')
  await ben?.outcome
  await until(
    'the registry to say so',
    async () => (await office.ask('anna', 'ben')).get('person')?.ok === false,
  )

  const offline = await office.ask('anna', 'ben')
  await rm(office.folder.at('ben'), { recursive: true })
  const { id } = await (await office.up('ben')).line(({ event }) => event === 'ready')
  const old = /\((.{8})\)/.exec(offline.get('person')?.seen ?? '')?.[1]
  let alike: Findings = offline
  await until('both to be known', async () => {
    alike = await office.ask('anna', 'ben')
    return alike.get('person')?.seen.startsWith('2 keys') === true
  })
  const changed = await office.ask('anna', `ben#${old}`)

  assert.match(nobody?.seen ?? '', 'The registry does not know anyone called "cleo"')
  assert.match(offline.get('person')?.seen ?? '', /^ben \(.{8}\) is offline since .*, as the registry says/)
  assert.match(offline.get('to-them')?.seen ?? '', 'nothing listens on port 7471')
  assert.match(alike.get('person')?.seen ?? '', `${String(id).slice(0, 8)} is online at 10.77.0.2`)
  assert.match(changed.get('person')?.seen ?? '', `the key of ${String(id).slice(0, 8)} answers now`)
  assert.is(changed.get('person')?.ok, false)
})

test('a clock that is off by a day is named', async ({ office }) => {
  await office.registry()
  await office.up('ben', undefined, { clockAheadMs: DAY_MS })
  await office.up('anna')
  await office.stands('anna', 'connected')
  await office.stands('ben', 'connected')

  const findings = await office.ask('ben')
  const about = await office.ask('anna', 'ben')

  assert.match(findings.get('clock')?.seen ?? '', '24 hours ahead of the registry’s')
  assert.match(about.get('clock')?.seen ?? '', '24 hours behind ben’s')
})

suiteOf.run()
