import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, type TestFolder, until } from '../../core/testing/index.js'
import { delta, dialRegistry, EPOCH, file, type TestPeer } from '../testing/lan.js'
import { Programs } from '../testing/program.js'

interface Context {
  folder: TestFolder
  home: string
  programs: Programs
}

const test = suite<Context>('commands for a registry')

test.before.each(async context => {
  context.folder = await makeTestFolder('registry')
  context.home = context.folder.at('home')
  context.programs = new Programs()
})
test.after.each(async ({ folder, programs }) => {
  programs.close()
  await folder.remove()
})

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  )

test('while it runs: people are listed, banned, allowed, and names released', async ({ home, programs }) => {
  const { port } = await programs.registry(home)
  const ann = await dialRegistry(port)
  const bob = await dialRegistry(port)
  await ann.register('Ann')
  await bob.register('Bob')
  await ann.publish([file('one'), file('two')])

  const people = await programs.admin(home, ['people'])
  const banned = await programs.admin(home, ['ban', 'Bob', '--reason', 'Spam.'])
  const why = await bob.connection.ended
  const again = await codeOf(dialRegistry(port, bob.identity))
  const released = await programs.admin(home, ['release', 'Bob'])
  const allowed = await programs.admin(home, ['allow', bob.identity.id])
  const carol = await dialRegistry(port)
  await carol.register('Bob')
  const here = await programs.admin(home, ['release', 'Ann'])
  const nobody = await programs.admin(home, ['release', 'Nobody'])

  assert.equal(
    people.objects.map(({ name, id, online, files, banned }) => ({ name, id, online, files, banned })),
    [
      { name: 'Ann', id: ann.identity.id, online: true, files: 2, banned: false },
      { name: 'Bob', id: bob.identity.id, online: true, files: 0, banned: false },
    ],
  )
  assert.match(String(people.objects[0]?.lastSeen), /^\d{4}-\d\d-\d\dT.*Z$/)
  assert.equal(banned.objects, [{ event: 'banned', id: bob.identity.id, name: 'Bob', connectionsEnded: 1 }])
  assert.is(why?.code, 'BANNED')
  assert.match(why?.message ?? '', 'Spam.')
  assert.is(again, 'BANNED')
  assert.equal(released.objects, [{ event: 'released', id: bob.identity.id, name: 'Bob' }])
  assert.equal(allowed.objects, [{ event: 'allowed', id: bob.identity.id }])
  assert.equal([here.code, here.objects[0]?.code], [1, 'BAD_INPUT'])
  assert.equal([nobody.code, nobody.objects[0]?.code], [1, 'NOT_FOUND'])
  const logged = await until('the log', () => {
    const lines = readFileSync(`${home}/logs/registry.log`, 'utf8').trimEnd().split('\n')
    return lines.map(line => JSON.parse(line)).find(({ part, msg }) => part === 'admin' && msg === 'banned')
  })
  assert.equal([logged.name, logged.reason, logged.connectionsEnded], ['Bob', 'Spam.', 1])
  await ann.connection.close()
  await carol.connection.close()
})

test('while it does not run: the same, in its data', async ({ home, programs }) => {
  const first = await programs.registry(home)
  const ann = await dialRegistry(first.port)
  const bob = await dialRegistry(first.port)
  await ann.register('Ann')
  await bob.register('Bob')
  await ann.publish([file('film.mp4')])
  first.child.kill('SIGTERM')
  await first.exited

  const banned = await programs.admin(home, ['ban', 'bob'])
  const released = await programs.admin(home, ['release', 'Ann'])
  const people = await programs.admin(home, ['people'])

  assert.equal(banned.objects, [{ event: 'banned', id: bob.identity.id, name: 'Bob', connectionsEnded: 0 }])
  assert.is(released.code, 0)
  assert.equal(
    people.objects.map(({ name, banned }) => [name, banned]),
    [['Bob', true]],
  )
  const { port } = await programs.registry(home)
  assert.is(await codeOf(dialRegistry(port, bob.identity)), 'BANNED')
  const carol = await dialRegistry(port)
  await carol.register('Ann')
  await until('the share is gone', async () => {
    const { total, complete } = await carol.search('film')
    return complete && total === 0
  })
  await carol.connection.close()
})

test('security: kill -9 right after it: what was banned stays so, and the commands go on without the registry', async ({
  home,
  programs,
}) => {
  for (let round = 1; round <= 3; round++) {
    const { child, exited } = await programs.registry(home)
    const { code } = await programs.admin(home, ['ban', `Mallory ${round}`])
    child.kill('SIGKILL')
    await exited

    assert.is(code, 0)
    const { objects } = await programs.admin(home, ['people'])
    assert.equal(
      objects.map(({ name, banned }) => [name, banned]),
      Array.from({ length: round }, (_, i) => [`Mallory ${i + 1}`, true]),
    )
  }
})

test('a setting holds at once, stays, and a bad one changes nothing', async ({ home, programs }) => {
  const first = await programs.registry(home)
  const ann = await dialRegistry(first.port)

  const set = await programs.admin(home, ['settings', 'welcome', 'Be kind.'])
  const bad = await programs.admin(home, ['settings', 'filesAPerson', 'many'])
  const unknown = await programs.admin(home, ['settings', 'colour', 'red'])
  const later = await programs.admin(home, ['settings', 'port', '7480'])
  const argued = await programs.admin(home, ['settings', 'joinSecret', 'open sesame'])
  const secret = await programs.admin(home, ['settings', 'joinSecret', '-'], 'open sesame\n')
  const all = await programs.admin(home, ['settings'])
  const refused = await codeOf(ann.register('Ann'))
  const { welcome } = await ann.register('Ann', { joinSecret: 'open sesame' })

  assert.equal(set.objects, [{ key: 'welcome', value: 'Be kind.', atOnce: true }])
  assert.equal(bad.objects[0], {
    event: 'error',
    code: 'BAD_INPUT',
    message: 'filesAPerson takes a whole number from 0 to 1000000000.',
  })
  assert.match(String(unknown.objects[0]?.message), 'There is no setting "colour". There are: host, port,')
  assert.equal(later.objects, [{ key: 'port', value: 7480, atOnce: false }])
  assert.match(String(argued.objects[0]?.message), 'by standard input')
  assert.equal(secret.objects, [{ key: 'joinSecret', value: '(set)', atOnce: true }])
  assert.not.match(all.out + secret.out, 'sesame')
  assert.equal([refused, welcome], ['BAD_SECRET', 'Be kind.'])
  first.child.kill('SIGTERM')
  await first.exited
  const { port } = await programs.registry(home)
  const again = await dialRegistry(port, ann.identity)
  assert.is((await again.register('Ann', { joinSecret: 'open sesame' })).welcome, 'Be kind.')
  await again.connection.close()
})

test('a settings file that is wrong is refused with what to do, and nothing starts', async ({
  home,
  programs,
}) => {
  mkdirSync(home)
  const path = `${home}/settings.json`
  const cases = [
    ['{"filesAPerson": "many"}', 'filesAPerson takes a whole number'],
    ['{"color": 1}', 'There is no setting "color"'],
    ['{"joinSecret": "short"}', 'joinSecret takes a text of 8 to 128 characters'],
    ['{"__proto__": 1}', 'There is no setting "__proto__"'],
    ['{', 'It is not JSON.'],
    ['[]', 'It is not a JSON object.'],
  ] as const
  for (const [text, sentence] of cases) {
    writeFileSync(path, text)
    const { code, objects } = await programs.run(['--json', '--port', '0', '--home', home])

    assert.equal([code, objects[0]?.code], [1, 'BAD_INPUT'], text)
    assert.match(String(objects[0]?.message), sentence)
    assert.match(String(objects[0]?.message), `Change ${path}, or remove it`)
    assert.is(readFileSync(path, 'utf8'), text)
  }
  assert.equal(readdirSync(home).sort(), ['logs', 'settings.json'])
})

test('a home that is none is not made', async ({ folder, programs }) => {
  const { code, objects } = await programs.admin(folder.at('elsewhere'), ['people'])

  assert.equal([code, objects[0]?.code], [1, 'BAD_PATH'])
  assert.equal(readdirSync(folder.path), [])
  assert.is((await programs.run(['admin', 'ban'])).code, 2)
})

test('security: only the owner of a registry commands it, and what is no command changes nothing', async ({
  home,
  programs,
}) => {
  await programs.registry(home)
  const path = `${home}/registry.sock`
  const ask = (line: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(path)
      let got = ''
      socket.setEncoding('utf8').on('data', text => {
        got += text
        if (got.endsWith('\n')) socket.destroy()
      })
      socket.on('error', reject).on('close', () => resolve(got))
      socket.write(line)
    })

  assert.is(statSync(path).mode & 0o777, 0o600)
  for (const part of ['', '/logs', '/db', '/identity'])
    assert.is(statSync(home + part).mode & 0o077, 0, `the home${part}`)
  for (const line of [
    'null',
    '{}',
    '{"operation":"constructor","args":[]}',
    '{"operation":"ban","args":[{}]}',
    'x',
  ])
    assert.match(await ask(`${line}\n`), '"error"', line)
  assert.is(await ask('x'.repeat(100_000)), '', 'a line without an end')
  assert.equal((await programs.admin(home, ['people'])).objects, [])
})

test('security: secrets in the open: the join secret is in no log, no argument, and for its owner only', async ({
  folder,
  home,
  programs,
}) => {
  const secretFile = folder.at('secret')
  writeFileSync(secretFile, 'open sesame\n')
  mkdirSync(home)
  writeFileSync(`${home}/settings.json`, '{"joinSecret": "another one"}', { mode: 0o644 })
  const { port, child, exited } = await programs.registry(home, '--join-secret-file', secretFile)
  const ann = await dialRegistry(port)
  await codeOf(ann.register('Ann', { joinSecret: 'sesame, open' }))
  await ann.register('Ann', { joinSecret: 'open sesame' })
  await programs.admin(home, ['settings', 'joinSecret', '-'], 'open the gate\n')
  child.kill('SIGTERM')
  await exited

  const log = readFileSync(`${home}/logs/registry.log`, 'utf8')
  assert.match(log, 'BAD_SECRET')
  assert.not.match(log, /sesame|another one|the gate/)
  assert.not.match(child.spawnargs.join(' '), 'sesame')
  assert.is(statSync(`${home}/settings.json`).mode & 0o777, 0o600)
})

test('a backup made while people publish is a home that starts with all that was there', async ({
  folder,
  home,
  programs,
}) => {
  const first = await programs.registry(home)
  const publishing = await Promise.all(
    ['Ann', 'Bob', 'Carol'].map(name => Publishing.start(first.port, name)),
  )
  await programs.admin(home, ['ban', 'Mallory'])
  const backups: { folder: string; acknowledged: number[] }[] = []
  for (let i = 0; i < 4; i++) {
    const acknowledged = publishing.map(({ held }) => held)
    const { code, objects } = await programs.admin(home, ['backup', folder.at(`backup ${i}`)])
    assert.is(code, 0)
    backups.push({ folder: String(objects[0]?.folder), acknowledged })
  }
  const taken = await programs.admin(home, ['backup', folder.at('backup 0')])
  const inItself = await programs.admin(home, ['backup', `${home}/db/backup`])
  const unnamed = await programs.admin(home, ['backup'])
  await Promise.all(publishing.map(one => one.stop()))
  first.child.kill('SIGTERM')
  await first.exited

  assert.is(taken.objects[0]?.code, 'TARGET_EXISTS')
  assert.is(inItself.objects[0]?.code, 'BAD_INPUT')
  assert.match(String(unnamed.objects[0]?.folder), `${home}/backups/`)
  for (const { folder: backup, acknowledged } of backups) {
    assert.is(statSync(backup).mode & 0o777, 0o700)
    assert.is(statSync(`${backup}/identity`).mode & 0o077, 0)
    const { port, id, child, exited } = await programs.registry(backup)
    assert.is(id, first.id)
    assert.ok(
      (await programs.admin(backup, ['people'])).objects.some(
        ({ name, banned }) => name === 'Mallory' && banned,
      ),
    )
    for (const [i, one] of publishing.entries()) await one.check(port, acknowledged[i] ?? 0)
    child.kill('SIGTERM')
    await exited
  }
})

/** Someone who publishes one file after the other until told to stop. */
class Publishing {
  held = 0
  #stopped = false
  #running: Promise<void> = Promise.resolve()
  readonly #peer: TestPeer
  readonly #name: string

  private constructor(peer: TestPeer, name: string) {
    this.#peer = peer
    this.#name = name
  }

  static async start(port: number, name: string): Promise<Publishing> {
    const one = new Publishing(await dialRegistry(port), name)
    await one.#peer.register(name)
    one.#running = one.#publish()
    await until('some files are published', () => one.held > 5)
    return one
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
    await this.#peer.connection.close()
  }

  /** A registry that was restored holds a version that is not older than this, and all files of it. */
  async check(port: number, atLeast: number): Promise<void> {
    const peer = await dialRegistry(port, this.#peer.identity)
    const { have } = await peer.register(this.#name)
    assert.is(have?.epoch, EPOCH)
    const held = have?.n ?? 0
    assert.ok(held >= atLeast, `${this.#name}: ${held}, acknowledged ${atLeast}`)
    const listed: string[] = []
    for (;;) {
      const body = { owner: peer.identity.id, path: '', deep: true, offset: listed.length, limit: 300 }
      const page = await peer.connection.request('FILE_BROWSE', body)
      if (page.entries.length === 0) break
      listed.push(...page.entries.map(({ path }) => path))
    }
    const there = new Set(listed)
    for (let n = 0; n < held; n++) assert.ok(there.has(`${n % 7}/file ${n}`), `${this.#name}: ${n}`)
    await peer.connection.close()
  }

  async #publish(): Promise<void> {
    while (!this.#stopped) {
      const entry = file(`${this.held % 7}/file ${this.held}`)
      const { have } = await this.#peer.connection.request('SHARE_DATA', delta(this.held, [entry]))
      this.held = have?.n ?? 0
    }
  }
}

test.run()
