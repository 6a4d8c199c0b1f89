import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../core/errors/index.js'
import { makeIdentity } from '../core/identity/index.js'
import { parseRoot, ShareDigest } from '../core/manifest/index.js'
import { until } from '../core/testing/index.js'
import { delta, EPOCH, file, TestLan } from './testing/lan.js'
import { DEFAULT_TUNING } from './tuning.js'

const test = suite<{ lan: TestLan }>('registry')

test.before.each(context => {
  context.lan = new TestLan()
})
test.after.each(({ lan }) => lan.close())

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  )

test('people register, see each other, publish, browse and search', async ({ lan }) => {
  const { port } = await lan.registry({ name: 'campus' })
  const ann = await lan.peer(port)
  const bob = await lan.peer(port)
  const root = parseRoot('ab'.repeat(32))

  const welcome = await ann.register('Ann')
  await bob.register('Bob')
  const { have } = await ann.publish([
    { type: 'folder', path: 'music', mtime: 7 },
    { type: 'file', path: 'music/Song of summer.mp3', size: 5, mtime: 6, root },
    file('readme.txt', { size: 3 }),
  ])

  assert.is(welcome.registryName, 'campus')
  assert.equal(have, { epoch: EPOCH, n: 3 })
  const record = await bob.find(ann)
  assert.ok(record?.online)
  assert.equal(
    { files: record?.files, bytes: record?.bytes, hashed: record?.hashed },
    { files: 2, bytes: 8, hashed: 1 },
  )
  const page = await bob.browse(ann)
  assert.equal(page.entries, [
    { type: 'folder', path: 'music', mtime: 7, files: 1, bytes: 5 },
    { type: 'file', path: 'readme.txt', size: 3, mtime: 1 },
  ])
  const { hits, complete } = await bob.search('sumer song')
  assert.ok(complete)
  assert.equal(hits[0]?.owners, [
    { id: ann.identity.id, name: 'Ann', online: true, path: 'music/Song of summer.mp3' },
  ])
  const { sources, size } = await bob.connection.request('FILE_SOURCES', { root })
  assert.equal(
    sources.map(source => source.name),
    ['Ann'],
  )
  assert.is(size, 5)
})

test('security: one name, one owner: a name belongs to the key that registered it first, also after a restart', async ({
  lan,
}) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const ann = await lan.peer(first.port)
  await ann.register('Ann')
  const thief = await lan.peer(first.port)

  for (const name of ['Ann', 'ANN', 'ann']) assert.is(await codeOf(thief.register(name)), 'NAME_TAKEN', name)
  await first.close()
  const second = await lan.registry({ home })
  const again = await lan.peer(second.port, thief.identity)

  assert.is(await codeOf(again.register('Ann')), 'NAME_TAKEN')
  assert.is(second.id, first.id)
  const owner = await lan.peer(second.port, ann.identity)
  await owner.register('Ann')
})

test('security: one name, one owner: a name is free after 180 days unseen, and its share is gone', async ({
  lan,
}) => {
  let now = 1e12
  const { port } = await lan.registry({ now: () => now })
  const ann = await lan.peer(port)
  await ann.register('Ann')
  await ann.publish([file('old thing')])
  await ann.connection.close()
  const bob = await lan.peer(port)
  await bob.register('Bob')
  await until('Ann is offline', async () => (await bob.find(ann))?.online === false)

  now += DEFAULT_TUNING.nameFreeAfterMs - 1
  const early = await codeOf((await lan.peer(port)).register('Ann'))
  now += 1
  await (await lan.peer(port)).register('Ann')

  assert.is(early, 'NAME_TAKEN')
  await until('the share is gone', async () => (await bob.search('thing')).total === 0, undefined, 300)
})

test('a person may change the name; the old one is free', async ({ lan }) => {
  const { port } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')

  await ann.register('Anna')
  const other = await lan.peer(port)
  await other.register('Ann')

  assert.is((await other.find(ann))?.name, 'Anna')
  assert.ok((await other.find(ann))?.online)
})

test('the newest connection of an identity wins, the older one gets REPLACED', async ({ lan }) => {
  const { port } = await lan.registry()
  const bob = await lan.peer(port)
  await bob.register('Bob')
  const old = await lan.peer(port)
  await old.register('Ann')

  const young = await lan.peer(port, old.identity)
  await young.register('Ann')

  assert.ok(hasCode(await old.connection.ended, 'REPLACED'))
  assert.ok((await bob.find(young))?.online)
})

test('presence is pushed at once to those who watch, to nobody else', async ({ lan }) => {
  const { port } = await lan.registry({ tuning: { presenceMs: 600_000 } })
  const bob = await lan.peer(port)
  await bob.register('Bob')
  const ann = await lan.peer(port)
  const stranger = await lan.peer(port)
  await stranger.register('Stranger')
  await bob.connection.request('HEARTBEAT_REQUEST', { watch: [ann.identity.id] })

  await ann.register('Ann')
  await until('Ann is online', () => bob.pushed.at(-1)?.online === true)

  assert.is(bob.pushed.length, 1)
  assert.is(stranger.pushed.length, 0)
})

test('further changes are gathered, and the last one arrives', async ({ lan }) => {
  const everyMs = 200
  const { port } = await lan.registry({ tuning: { presenceMs: everyMs } })
  const bob = await lan.peer(port)
  await bob.register('Bob')
  const ann = await lan.peer(port)
  await ann.register('Ann')
  await bob.connection.request('HEARTBEAT_REQUEST', { watch: [ann.identity.id] })

  const began = performance.now()
  for (let i = 0; i < 50; i++) {
    await ann.connection.request('HEARTBEAT_REQUEST', { status: i % 2 ? 'busy' : 'away', statusText: `${i}` })
  }
  await until('the last status', () => bob.pushed.at(-1)?.statusText === '49')
  await ann.connection.close()
  await until('Ann is offline', () => bob.pushed.at(-1)?.online === false)
  const pushes = bob.pushed.length

  assert.ok(pushes <= 2 + (performance.now() - began) / everyMs, `${pushes} pushes`)
})

test('one who vanishes without a goodbye is offline after the silence the wire allows', async ({ lan }) => {
  const { port } = await lan.registry({ tuning: { limits: { silenceMs: 3_000, pingEveryMs: 500 } } })
  const bob = await lan.peer(port)
  await bob.register('Bob')
  const cable = await lan.cable(port)
  const ann = await lan.peer(cable.port)
  await ann.register('Ann')

  cable.unplug()

  await until('Ann is seen offline', async () => (await bob.find(ann))?.online === false)
})

test('last seen is kept over a restart', async ({ lan }) => {
  const home = await lan.home()
  const first = await lan.registry({ home, now: () => 5_000 })
  const ann = await lan.peer(first.port)
  await ann.register('Ann')
  await ann.publish([file('a/b.txt')])
  await first.close()

  const second = await lan.registry({ home, now: () => 9_000 })
  const bob = await lan.peer(second.port)
  await bob.register('Bob')
  const record = await bob.find(ann)
  await second.loaded

  assert.equal({ online: record?.online, lastSeen: record?.lastSeen }, { online: false, lastSeen: 5_000 })
  assert.equal(
    (await bob.browse(ann, 'a')).entries.map(entry => entry.path),
    ['a/b.txt'],
  )
  assert.equal((await bob.search('b.txt')).hits[0]?.owners[0]?.online, false)
})

test('what may be executed is listed so, also after a restart', async ({ lan }) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const ann = await lan.peer(first.port)
  await ann.register('Ann')
  const run = { type: 'file', path: 'a/run', size: 7, mtime: 1, exec: true } as const
  await ann.publish([file('a/plain'), run])
  const bob = await lan.peer(first.port)
  await bob.register('Bob')
  const before = await bob.browse(ann, 'a')
  await first.close()

  const second = await lan.registry({ home })
  const again = await lan.peer(second.port)
  await again.register('Cleo')
  await second.loaded
  const after = await again.browse(ann, 'a')

  for (const { entries } of [before, after]) {
    assert.equal(
      entries.map(entry => [entry.path, entry.type === 'file' && entry.exec]),
      [
        ['a/plain', undefined],
        ['a/run', true],
      ],
    )
  }
})

test('security: blocked people see what they see of someone offline, also after a restart', async ({
  lan,
}) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const bob = await lan.peer(first.port)
  await bob.register('Bob')
  const ann = await lan.peer(first.port)
  await bob.connection.request('HEARTBEAT_REQUEST', { watch: [ann.identity.id] })
  await ann.register('Ann', { blocked: [bob.identity.id] })
  await ann.publish([
    { type: 'file', path: 'secret.txt', size: 1, mtime: 1, root: parseRoot('cd'.repeat(32)) },
  ])
  const look = async (peer: typeof bob) => ({
    record: await peer.find(ann),
    hits: (await peer.search('secret')).total,
    listed: (await peer.browse(ann)).total,
    sources: (await peer.connection.request('FILE_SOURCES', { root: parseRoot('cd'.repeat(32)) })).sources
      .length,
  })

  const seen = await look(bob)
  await first.close()
  const second = await lan.registry({ home })
  await second.loaded
  const again = await lan.peer(second.port, bob.identity)
  await again.register('Bob')
  const later = await look(again)

  assert.is(seen.record?.online, false)
  assert.is(seen.record?.ports, undefined)
  assert.is(seen.record?.addresses, undefined)
  assert.equal({ ...seen, record: undefined }, { record: undefined, hits: 0, listed: 0, sources: 0 })
  assert.ok(bob.pushed.every(record => !record.online))
  assert.equal({ ...later, record: undefined }, { record: undefined, hits: 0, listed: 0, sources: 0 })
})

test('security: blocked people are told at once that who blocks them is offline, and that they are back', async ({
  lan,
}) => {
  const { port } = await lan.registry()
  const ann = await lan.peer(port)
  const bob = await lan.peer(port)
  await ann.register('Ann')
  await bob.register('Bob')
  await bob.connection.request('HEARTBEAT_REQUEST', { watch: [ann.identity.id] })
  const seen = () => bob.pushed.filter(({ id }) => id === ann.identity.id).at(-1)
  await until('Bob to see her', async () => seen()?.online === true)

  await ann.connection.request('HEARTBEAT_REQUEST', { blocked: [bob.identity.id] })
  await until('Bob to see her go', async () => seen()?.online === false)
  const asked = await bob.find(ann)
  await ann.connection.request('HEARTBEAT_REQUEST', {})
  const later = await bob.find(ann)
  await ann.connection.request('HEARTBEAT_REQUEST', { blocked: [] })
  await until('Bob to see her again', async () => seen()?.online === true)

  assert.equal([asked?.online, asked?.ports, later?.online], [false, undefined, false])
})

test('a delta is taken in order, once, and only from the version held', async ({ lan }) => {
  const { port } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')
  const send = (body: ReturnType<typeof delta>) => ann.connection.request('SHARE_DATA', body)
  const paths = async () => (await ann.browse(ann, '', { deep: true })).entries.map(entry => entry.path)

  await send(delta(0, [file('a/1'), file('a/2')]))
  const skipped = await send(delta(5, [file('a/9')]))
  const foreign = await send(delta(2, [file('a/9')], 'f'.repeat(32)))
  const next = await send({
    epoch: EPOCH,
    base: 2,
    to: 4,
    changes: [
      { op: 'delete', n: 3, path: 'a/1' },
      { op: 'put', n: 4, entry: file('b') },
    ],
  })
  const repeated = await send({
    epoch: EPOCH,
    base: 2,
    to: 4,
    changes: [{ op: 'delete', n: 3, path: 'a/2' }],
  })

  assert.equal([skipped.have?.n, foreign.have?.n, next.have?.n, repeated.have?.n], [2, 2, 4, 4])
  assert.equal(await paths(), ['a', 'a/2', 'b'])
  assert.is(
    await codeOf(send({ epoch: EPOCH, base: 4, to: 5, changes: [{ op: 'delete', n: 9, path: 'b' }] })),
    'BAD_INPUT',
  )

  await send(delta(0, [file('c')], 'f'.repeat(32)))
  assert.equal(await paths(), ['c'])
  assert.equal((await ann.search('a/2')).total, 0)
})

test('a share that comes back as it was is a version and a digest; where they differ, it comes anew', async ({
  lan,
}) => {
  const { port } = await lan.registry()
  const entries = [
    { type: 'folder' as const, path: 'a', mtime: -5 },
    { type: 'file' as const, path: 'a/b', size: 2 ** 40, mtime: 7, root: parseRoot('ab'.repeat(32)) },
    { type: 'file' as const, path: 'implicit/tool', size: 0, mtime: 8, exec: true },
    { type: 'file' as const, path: 'pipe', size: 0, mtime: 9, reason: 'not-a-file' as const },
  ]
  const digest = new ShareDigest()
  for (const entry of entries) digest.add(entry)
  const ann = await lan.peer(port)
  await ann.register('Ann')
  const { have: version } = await ann.publish(entries)
  const come = async (text: string) => {
    const again = await lan.peer(port, ann.identity)
    const { have } = await again.register('Ann', { ...(version ? { version } : {}), digest: text })
    return { again, have }
  }

  const right = await come(digest.text)
  // What follows is looked at after the digest.
  const more = await right.again.connection.request('SHARE_DATA', delta(4, []))
  const wrong = await come('0123456789abcdef')
  const why = await wrong.again.connection.ended
  const healing = await come(digest.text)
  await healing.again.publish(entries)
  const healed = await come(digest.text)
  await healed.again.connection.request('SHARE_DATA', delta(4, []))

  assert.equal([right.have, more.have, wrong.have], [version, version, version])
  assert.ok(hasCode(why, 'STALE_VERSION'))
  assert.is(healing.have, undefined)
  assert.equal(healed.have, version)
  assert.ok(healed.again.connection.open)
})

test('deltas sent at once are taken in their order', async ({ lan }) => {
  const { port } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      ann.connection.request(
        'SHARE_DATA',
        delta(
          i * 3,
          [0, 1, 2].map(j => file(`f/${i}-${j}`)),
        ),
      ),
    ),
  )

  assert.equal(
    answers.map(answer => answer.have?.n),
    Array.from({ length: 20 }, (_, i) => i * 3 + 3),
  )
  assert.is((await ann.browse(ann, 'f')).total, 60)
})

test('a big folder is listed in pages, in each order, and whole in path order', async ({ lan }) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const ann = await lan.peer(first.port)
  await ann.register('Ann')
  const entries = Array.from({ length: 2_500 }, (_, i) => file(`big/file ${i}`, { size: 2_500 - i }))
  for (let at = 0; at < entries.length; at += 500) {
    await ann.connection.request('SHARE_DATA', delta(at, entries.slice(at, at + 500)))
  }
  await ann.connection.request('SHARE_DATA', {
    epoch: EPOCH,
    base: 2_500,
    to: 2_502,
    changes: [
      { op: 'delete', n: 2_501, path: 'big/file 7' },
      { op: 'put', n: 2_502, entry: file('big/sub/x') },
    ],
  })
  const all = async (peer: typeof ann, more: object) => {
    const paths: string[] = []
    for (;;) {
      const page = await peer.browse(ann, 'big', { ...more, offset: paths.length })
      if (page.entries.length === 0) return paths
      paths.push(...page.entries.map(entry => entry.path))
    }
  }

  const byName = await all(ann, {})
  const bySize = await all(ann, { sort: 'size' })
  const deep = await all(ann, { deep: true })
  await first.close()
  const second = await lan.registry({ home })
  await second.loaded
  const bob = await lan.peer(second.port)
  await bob.register('Bob')

  assert.equal(byName.slice(0, 4), ['big/sub', 'big/file 0', 'big/file 1', 'big/file 2'])
  assert.is(byName.length, 2_500)
  assert.equal(bySize.slice(0, 2), ['big/sub', 'big/file 2499'])
  assert.is(new Set(deep).size, 2_501)
  assert.equal(await all(bob, {}), byName)
  assert.equal(await all(bob, { deep: true }), deep)
  assert.equal((await bob.browse(ann, 'big/sub/x', { self: true })).entries.length, 1)
  assert.is(await codeOf(bob.browse(ann, 'big/nothing')), 'NOT_FOUND')
  assert.is(await codeOf(bob.browse(ann, 'big/file 1')), 'NOT_FOUND')
})

test('a corrupt line heals: the registry starts, and its owner, who holds no version there, sends anew', async ({
  lan,
}) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const ann = await lan.peer(first.port)
  await ann.register('Ann')
  await ann.publish([file('a/b'), file('c/d')])
  await first.close()
  const path = join(home, 'db', 'shares.db')
  await writeFile(path, (await readFile(path, 'utf8')).replace('/a/0"', '/a/0"]]'))

  const second = await lan.registry({ home })
  const again = await lan.peer(second.port, ann.identity)
  const { have } = await again.register('Ann')
  await again.publish([file('a/b'), file('c/d')])

  assert.is(have, undefined)
  assert.is((await again.browse(again, '', { deep: true })).total, 4)
  await second.close()
  const third = await lan.registry({ home })
  await third.loaded
  assert.is(third.stats().entries, 4)
})

test('a share that starts anew replaces the old one, also when it is empty', async ({ lan }) => {
  const { port } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')
  await ann.publish([file('a/b')])

  const { have } = await ann.connection.request('SHARE_DATA', delta(0, [], 'f'.repeat(32)))

  assert.equal(have, { epoch: 'f'.repeat(32), n: 0 })
  assert.is((await ann.browse(ann)).total, 0)
})

test('security: prototype pollution: names and paths of that kind are names and paths', async ({ lan }) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const names = ['__proto__', 'constructor.prototype', '$set', '$$deleted', 'a.b', '__defineGetter__']
  const peers = []
  for (const name of names) {
    const peer = await lan.peer(first.port)
    await peer.register(name)
    await peer.publish(names.flatMap(one => [file(`${one}/$unset/__proto__`), file(`x/${one}`)]))
    peers.push(peer)
  }
  await first.close()
  const second = await lan.registry({ home })
  await second.loaded
  const bob = await lan.peer(second.port)
  await bob.register('Bob')

  for (const [i, peer] of peers.entries()) {
    assert.is((await bob.find(peer))?.name, names[i])
    assert.is((await bob.browse(peer, '', { deep: true })).total, 4 * names.length + 1)
  }
  assert.equal(Object.keys(Object.prototype), [])
  assert.is(({} as Record<string, unknown>).$unset, undefined)
  assert.is((await bob.search('__proto__')).complete, true)
})

test('names with line ends of every kind survive the store', async ({ lan }) => {
  const home = await lan.home()
  const first = await lan.registry({ home })
  const ann = await lan.peer(first.port)
  await ann.register('Ann')
  const odd = ['a\nb', 'a\u2028b', 'a\u2029b', 'a\u0085b', 'a\vb', 'a\fb', 'a\rb', 'a\\b"c', '\ufeffbom', '𝒳']
  await ann.publish(odd.map(name => file(`in ${name}/${name}`)))
  await first.close()

  const second = await lan.registry({ home })
  await second.loaded
  const bob = await lan.peer(second.port)
  await bob.register('Bob')

  const { entries } = await bob.browse(ann, '', { deep: true })
  assert.equal(
    entries
      .filter(entry => entry.type === 'file')
      .map(entry => entry.path)
      .sort(),
    odd.map(name => `in ${name}/${name}`).sort(),
  )
})

test('security: expensive search: 10 at once and no more, each within its time', async ({ lan }) => {
  const { port } = await lan.registry({ tuning: { searches: { aSecond: 0.001, burst: 10 } } })
  const ann = await lan.peer(port)
  await ann.register('Ann')
  for (let at = 0; at < 20_000; at += 1_000) {
    await ann.connection.request(
      'SHARE_DATA',
      delta(
        at,
        Array.from({ length: 1_000 }, (_, i) => file(`aaaa${at}/ab${i} aaaa aa a`)),
      ),
    )
  }

  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, i) =>
      codeOf(ann.search(i % 2 ? 'aa aa a ab b a aaaaaaaa aaaaaaab' : '(((((a+)+)+)+)$ ab')),
    ),
  )

  assert.is(answers.filter(code => code === 'no error').length, 10)
  assert.is(answers.filter(code => code === 'TOO_BUSY').length, 5)
})

test('what is asked before registering is refused', async ({ lan }) => {
  const { port } = await lan.registry({ tuning: { registerMs: 200 } })
  const stranger = await lan.peer(port)

  assert.is(await codeOf(stranger.search('anything')), 'BAD_INPUT')
  assert.is(await codeOf(stranger.publish([])), 'BAD_INPUT')
  assert.ok(hasCode(await stranger.connection.ended, 'TIMEOUT'))
})

test('a busy port and a home in use are told, and leave the home free', async ({ lan }) => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const { port } = blocker.address() as { port: number }
  const home = await lan.home()

  const busy = await codeOf(lan.registry({ home, port }))
  await lan.registry({ home })
  const used = await codeOf(lan.registry({ home }))
  blocker.close()

  assert.is(busy, 'PORT_BUSY')
  assert.is(used, 'HOME_IN_USE')
})

test('people are listed those online first, then by name, in pages', async ({ lan }) => {
  const { port } = await lan.registry()
  const ids = await Promise.all(Array.from({ length: 4 }, () => makeIdentity()))
  const peers = await Promise.all(ids.map(id => lan.peer(port, id)))
  for (const [i, peer] of peers.entries()) await peer.register(['Dan', 'ann', 'Cyd', 'Bob'][i] ?? '')
  const [dan, ann] = peers
  await ann?.connection.close()
  await until('ann is offline', async () => ann && (await dan?.find(ann))?.online === false)

  const list = async (offset: number, limit: number) => {
    const answer = await dan?.connection.request('PEOPLE', { offset, limit })
    return { total: answer?.total, names: answer?.people.map(person => person.name) }
  }

  assert.equal(await list(0, 300), { total: 4, names: ['Bob', 'Cyd', 'Dan', 'ann'] })
  assert.equal(await list(2, 1), { total: 4, names: ['Dan'] })
  const named = await dan?.connection.request('PEOPLE', { name: 'CYD', offset: 0, limit: 9 })
  assert.equal(
    named?.people.map(person => person.name),
    ['Cyd'],
  )
})

test.run()
