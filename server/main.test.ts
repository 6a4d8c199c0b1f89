import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Identity, makeIdentity } from '../core/identity/index.js'
import { makeTestFolder, type TestFolder, until } from '../core/testing/index.js'
import { delta, dialRegistry, EPOCH, file, type TestPeer } from './testing/lan.js'

const test = suite<{ folder: TestFolder; children: ChildProcess[] }>('registry program')
test.before.each(async context => {
  context.folder = await makeTestFolder('registry')
  context.children = []
})
test.after.each(async ({ folder, children }) => {
  for (const child of children) child.kill('SIGKILL')
  await folder.remove()
})

interface Program {
  readonly child: ChildProcess
  readonly lines: AsyncIterator<string>
  readonly exited: Promise<unknown>
}

/** Starts the program by its launcher. */
function start(children: ChildProcess[], args: readonly string[]): Program {
  const launcher = fileURLToPath(new URL('../../server/index.js', import.meta.url))
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  children.push(child)
  const exited = once(child, 'exit').then(([code]) => code)
  return { child, exited, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

async function ready({
  lines,
}: Program): Promise<{ event: string; id: string; addresses: string[]; port: number }> {
  const { value } = await lines.next()
  const line = JSON.parse(value)
  return { ...line, port: Number(line.addresses?.at(-1)?.split(':').at(-1)) }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`it tells where it is, and stops cleanly on ${signal}`, async ({ folder, children }) => {
    const program = start(children, [
      '--json',
      '--port',
      '0',
      '--host',
      '127.0.0.1',
      '--home',
      folder.at('home'),
    ])
    const line = await ready(program)
    const peer = await dialRegistry(line.port)
    await peer.register('Ann')

    program.child.kill(signal)
    const code = await program.exited

    assert.equal(Object.keys(line), ['event', 'id', 'addresses', 'admin', 'port'])
    assert.is(line.event, 'ready')
    assert.is(line.id, peer.connection.peerId)
    assert.is(code, 0)
    await peer.connection.ended
  })
}

test('wrong use is told apart from failure', async ({ folder, children }) => {
  const wrong = start(children, ['--port', '99999'])
  const home = folder.at('home')
  const first = start(children, ['--json', '--port', '0', '--host', '127.0.0.1', '--home', home])
  await ready(first)
  const second = start(children, ['--json', '--port', '0', '--host', '127.0.0.1', '--home', home])

  const { value } = await second.lines.next()

  assert.is(await wrong.exited, 2)
  assert.is(JSON.parse(value).code, 'HOME_IN_USE')
  assert.is(await second.exited, 1)
})

test('security: kill -9 while people register and publish: nothing acknowledged is lost', async ({
  folder,
  children,
}) => {
  const identities = await Promise.all(Array.from({ length: 8 }, () => makeIdentity()))
  const people = identities.map((identity, i) => new Publishing(identity, `person ${i}`))
  const args = ['--json', '--port', '0', '--host', '127.0.0.1', '--home', folder.at('home')]

  for (let round = 0; round < 4; round++) {
    const program = start(children, args)
    const { port } = await ready(program)
    const running = people.slice(0, 5 + round).map(person => person.run(port))
    const before = people.reduce((sum, person) => sum + person.deltas, 0)
    await until('a few deltas are acknowledged', () => {
      return people.reduce((sum, person) => sum + person.deltas, 0) >= before + 5 + 7 * round
    })
    program.child.kill('SIGKILL')
    await program.exited
    await Promise.all(running)
  }

  assert.ok(
    people.every(person => person.acknowledged >= 0) && people.some(person => person.acknowledged > 3),
  )
  const last = start(children, args)
  const { port } = await ready(last)
  for (const person of people) await person.run(port, 1)
  last.child.kill('SIGTERM')
  assert.is(await last.exited, 0)
})

/** Someone whose share at version n is known, and who checks after each registration that the registry has it. */
class Publishing {
  acknowledged = 0
  deltas = 0
  #sent = 0
  readonly #identity: Identity
  readonly #name: string

  constructor(identity: Identity, name: string) {
    this.#identity = identity
    this.#name = name
  }

  /** Registers, checks, publishes one delta after the other, until the connection is lost. */
  async run(port: number, most = Number.POSITIVE_INFINITY): Promise<void> {
    let peer: TestPeer
    try {
      peer = await dialRegistry(port, this.#identity)
    } catch {
      return // killed before
    }
    try {
      let { have } = await peer.register(this.#name)
      await this.#check(peer, have?.n ?? 0)
      for (let i = 0; i < most; i++) {
        const base = have?.n ?? 0
        this.#sent = base + 2
        const changed = [file(`f ${base % 5}/${base}.txt`), file(`f ${base % 5}/again`, { size: base })]
        have = (await peer.connection.request('SHARE_DATA', delta(base, changed))).have
        this.acknowledged = have?.n ?? -1
        this.deltas++
      }
    } catch (error) {
      if ((error as { code?: string }).code !== 'CONNECTION_LOST') throw error
    } finally {
      await peer.connection.close()
    }
  }

  async #check(peer: TestPeer, held: number): Promise<void> {
    assert.ok(
      held >= this.acknowledged && held <= this.#sent,
      `${this.#name}: ${held}, acknowledged ${this.acknowledged}`,
    )
    if (held === 0) return
    const listed: string[] = []
    for (;;) {
      const body = { owner: this.#identity.id, path: '', deep: true, offset: listed.length, limit: 300 }
      const page = await peer.connection.request('FILE_BROWSE', body)
      assert.equal(page.version, { epoch: EPOCH, n: held })
      if (page.entries.length === 0) break
      listed.push(...page.entries.map(entry => entry.path))
    }
    const wanted = new Set<string>()
    for (let base = 0; base < held; base += 2) {
      for (const path of [`f ${base % 5}`, `f ${base % 5}/${base}.txt`, `f ${base % 5}/again`])
        wanted.add(path)
    }
    // What was sent and never acknowledged may be there already.
    for (const path of listed) wanted.delete(path)
    assert.equal([...wanted], [])
  }
}

test.run()
