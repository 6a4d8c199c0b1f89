// The commands as real processes, against a real registry and real peers on loopback.
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describeTree, type Lan, startLan, until } from '../../core/testing/index.js'
import { type Running, startTspeer, tspeer } from './testing/index.js'

interface World {
  lan: Lan
  anna: string
  ben: string
  up: Running[]
}

const test = suite<World>('tspeer as processes')

/** Anna shares a folder, Ben is there; both run in processes of their own. */
test.before(async world => {
  world.lan = await startLan()
  const at = (name: string) => world.lan.folder.at(name)
  world.anna = at('anna-home')
  world.ben = at('ben-home')
  await makeSample(at('sample'))
  world.up = [upOf(world, world.anna, 'Anna'), upOf(world, world.ben, 'Ben')]
  for (const running of world.up) await running.line(({ event }) => event === 'ready')
  const shared = await tspeer('share', 'add', at('sample'), '--home', world.anna, '--json')
  assert.is(shared.code, 0, shared.err)
  await until('Ben to see that all is hashed', async () => {
    const { objects } = await tspeer('people', '--home', world.ben, '--json')
    return objects.some(({ name, files, hashed }) => name === 'Anna' && files === 4 && hashed === 4)
  })
})

test.after(async world => {
  for (const { process } of world.up) process.kill('SIGTERM')
  for (const { outcome } of world.up) assert.is((await outcome).code, 0)
  await world.lan.close()
})

function upOf({ lan }: World, home: string, name: string): Running {
  return startTspeer([
    'up',
    '--home',
    home,
    '--name',
    name,
    '--registry',
    lan.registry,
    '--port',
    '0',
    '--json',
  ])
}

async function makeSample(folder: string): Promise<void> {
  await mkdir(join(folder, 'sub', 'empty'), { recursive: true })
  await writeFile(join(folder, 'notes.txt'), 'hello')
  await writeFile(join(folder, 'nothing'), '')
  await writeFile(join(folder, 'sub', '\u001b[31mred\u202e.txt'), 'x')
  await writeFile(join(folder, 'sub', 'big.bin'), Buffer.alloc(3_000_000, 'abcdefg'))
  await symlink('nowhere', join(folder, 'broken'))
}

test('share ls lists what is shared, and what in it can’t be, with its reason', async ({ anna }) => {
  const { objects, err } = await tspeer('share', 'ls', '--home', anna, '--json')

  const told = objects.map(({ path, type, reason }) => [path, type, reason])
  assert.equal(told.slice(0, 1), [['sample', 'folder', undefined]], err)
  assert.equal(told.slice(1), [['sample/broken', 'file', 'broken-link']])
  const { out } = await tspeer('share', 'ls', '--home', anna)
  assert.match(out, 'sample/broken  (broken link)')
})

test('up says who it is, and tells who comes and what is said', async ({ up: [anna], ben }) => {
  const ready = await anna?.line(({ event }) => event === 'ready')
  assert.equal(Object.keys(ready ?? {}), ['event', 'id', 'name', 'address', 'home', 'registry'])
  assert.is(ready?.name, 'Anna')
  await anna?.line(({ event, name }) => event === 'person' && name === 'Ben')

  const said = await tspeer('chat', 'Anna', 'hello', '--home', ben, '--json')

  assert.is(said.objects[0]?.state, 'delivered', said.err)
  const heard = await anna?.line(({ event }) => event === 'message')
  assert.is(heard?.text, 'hello')
})

test('a second up on the same home is refused', async ({ anna }) => {
  const { code, out, err } = await tspeer('up', '--home', anna, '--json', '--port', '0')

  assert.is(code, 1)
  assert.match(out, '"event":"error","code":"HOME_IN_USE"')
  assert.match(err, 'HOME_IN_USE')
})

test('ls lists a folder, names what can not be fetched, and escapes names', async ({ ben }) => {
  const { objects } = await tspeer('ls', 'Anna:sample', '--home', ben, '--json')
  const { out } = await tspeer('ls', 'Anna:sample/sub', '--home', ben)

  assert.equal(
    objects.map(({ path, type, reason }) => ({ path, type, reason })),
    [
      { path: 'sample/sub', type: 'folder', reason: undefined },
      { path: 'sample/broken', type: 'file', reason: 'broken-link' },
      { path: 'sample/notes.txt', type: 'file', reason: undefined },
      { path: 'sample/nothing', type: 'file', reason: undefined },
    ],
  )
  assert.match(out, '\\u{1b}[31mred\\u{202e}.txt')
})

test('search finds by name, and get takes what it printed', async ({ ben, lan }) => {
  const found = await tspeer('search', 'notes', '--home', ben, '--json')
  const [hit] = found.objects
  assert.is(hit?.path, 'sample/notes.txt')

  const got = await tspeer(
    'get',
    `root:${hit?.root}`,
    '-o',
    lan.folder.at('by-root'),
    '--home',
    ben,
    '--json',
  )

  const done = got.objects.at(-1)
  assert.is(done?.event, 'done', got.out + got.err)
  assert.is(await readFile(String(done?.target), 'utf8'), 'hello')
})

test('get of a folder brings it whole', async ({ ben, lan }) => {
  const got = await tspeer('get', 'Anna:sample', '--home', ben, '--json')

  const done = got.objects.at(-1)
  assert.is(done?.event, 'done', got.out + got.err)
  assert.is(done?.fetched, 3_000_006)
  const { broken, ...expected } = await describeTree(lan.folder.at('sample'))
  assert.is(broken, 'link to nowhere')
  assert.equal(await describeTree(String(done?.target)), expected)
})

test('a command without a running peer runs one of its own, on a home it makes', async ({ lan }) => {
  const home = lan.folder.at('carl-home')
  const settings = [
    await tspeer('settings', 'name', 'Carl', '--home', home),
    await tspeer('settings', 'registry', lan.registry, '--home', home),
  ]

  const got = await tspeer('get', 'Anna:sample/notes.txt', '--home', home, '--json')

  for (const { code, err } of settings) assert.is(code, 0, err)
  assert.is(got.objects.at(-1)?.event, 'done', got.out + got.err)
  assert.is(await readFile(join(home, 'downloads', 'notes.txt'), 'utf8'), 'hello')
})

test('hash gives root and SHA-256 as other tools give them', async ({ lan }) => {
  const { objects } = await tspeer(
    'hash',
    lan.folder.at('sample/notes.txt'),
    lan.folder.at('sample/nothing'),
    '--json',
  )

  const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
  assert.equal(objects, [
    { path: lan.folder.at('sample/notes.txt'), size: 5, root: sha256, sha256 },
    {
      path: lan.folder.at('sample/nothing'),
      size: 0,
      root: null,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
  ])
})

test('failures have a code and end with 1, wrong usage with 2', async ({ ben }) => {
  const failures = [
    [1, 'NOT_FOUND', await tspeer('ls', 'Nobody', '--home', ben, '--json')],
    [1, 'NOT_FOUND', await tspeer('get', 'Anna:sample/none', '--home', ben, '--json')],
    [1, 'NOT_FOUND', await tspeer('pause', 'ff', '--home', ben, '--json')],
    [1, 'NOT_FOUND', await tspeer('hash', '/none', '--json')],
    [2, 'BAD_INPUT', await tspeer('get', '--json')],
  ] as const
  for (const [code, name, outcome] of failures) {
    assert.is(outcome.objects.at(-1)?.code, name, outcome.out + outcome.err)
    assert.is(outcome.code, code)
    assert.is.not(outcome.err, '')
  }
})

test('transfers --watch goes on until interrupted, which is 130', async ({ ben }) => {
  const watching = startTspeer(['transfers', '--watch', '--json', '--home', ben])
  await watching.line(({ event }) => event === 'done')

  watching.process.kill('SIGINT')

  assert.is((await watching.outcome).code, 130)
})

test('send waits for consent, which accept gives and decline refuses', async ({ anna, ben, lan, up }) => {
  const from = lan.folder.at('sample')
  const send = startTspeer(['send', 'Ben', from, '--home', anna, '--json'])
  const told = await up[1]?.line(({ event }) => event === 'offer')
  const id = String(told?.id)

  const { out } = await tspeer('offers', '--home', ben)
  const listed = await tspeer('offers', '--home', ben, '--json')
  const got = await tspeer('accept', id.slice(0, 8), '-o', lan.folder.at('in'), '--home', ben, '--json')
  const sent = await send.outcome

  assert.match(out, /Anna +4 files +3\.0 MB .*waits for you +sample/)
  assert.equal(
    listed.objects.map(({ id: of, fromName, files, bytes, count }) => [of, fromName, files, bytes, count]),
    [[id, 'Anna', 4, 3_000_006, 7]],
  )
  assert.is(got.code, 0, got.err)
  assert.is(got.objects.at(-1)?.event, 'done')
  assert.is(sent.code, 0, sent.err)
  assert.equal(
    [sent.objects[0]?.state, sent.objects.at(-1)?.event, sent.objects.at(-1)?.bytes],
    ['awaiting-consent', 'done', 3_000_006],
  )
  const { broken: _, ...tree } = await describeTree(from)
  assert.equal(await describeTree(String(got.objects.at(-1)?.target)), tree)

  const second = startTspeer(['send', 'Ben', join(from, 'notes.txt'), '--home', anna, '--json'])
  const next = await up[1]?.line(line => line.event === 'offer' && line.id !== id)
  const declined = await tspeer('decline', String(next?.id), '--home', ben, '--json')
  const refused = await second.outcome

  assert.is(declined.objects[0]?.state, 'declined', declined.err)
  assert.is(refused.code, 1)
  assert.match(refused.err, /DECLINED: notes\.txt: Ben declined it\./)
})

test('rules of people are set, shown and taken back', async ({ ben }) => {
  const set = await tspeer('rules', 'Anna', '10MB', '--home', ben, '--json')
  const listed = await tspeer('rules', '--home', ben)
  const back = await tspeer('rules', 'Anna', 'ask', '--home', ben, '--json')
  const after = await tspeer('rules', '--home', ben, '--json')

  assert.equal([set.objects[0]?.rule, set.objects[0]?.bytes], ['up-to', 10_000_000], set.err)
  assert.match(listed.out, /Anna +accepted up to 10\.0 MB/)
  assert.is(back.objects[0]?.rule, 'ask')
  assert.equal(after.objects, [])
})

test.run()
