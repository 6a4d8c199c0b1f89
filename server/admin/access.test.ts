import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeIdentity } from '../../core/identity/index.js'
import { until } from '../../core/testing/index.js'
import { delta, file, TestLan, type TestPeer } from '../testing/lan.js'

const test = suite<{ lan: TestLan }>('who may be at a registry')

test.before.each(context => {
  context.lan = new TestLan()
})
test.after.each(({ lan }) => lan.close())

const failureOf = (promise: Promise<unknown>): Promise<{ code?: unknown; message: string }> =>
  promise.then(
    () => ({ code: 'no error', message: '' }),
    error => error,
  )
const codeOf = async (promise: Promise<unknown>) => (await failureOf(promise)).code

test('one who is banned is let go at once, told why, and does not come back, also after a restart', async ({
  lan,
}) => {
  const home = await lan.home()
  const registry = await lan.registry({ home })
  const ann = await lan.peer(registry.port)
  const bob = await lan.peer(registry.port)
  await ann.register('Ann')
  await bob.register('Bob')

  const banned = await registry.admin.ban('bob', 'He sent spam.')
  const why = await bob.connection.ended

  assert.is(banned.id, bob.identity.id)
  assert.is(banned.connectionsEnded, 1)
  assert.is(why?.code, 'BANNED')
  assert.match(why?.message ?? '', 'He sent spam. Ask who runs it.')
  assert.ok(ann.connection.open)
  assert.is(await codeOf(lan.peer(registry.port, bob.identity)), 'BANNED')
  await registry.close()
  const again = await lan.registry({ home })
  assert.is(await codeOf(lan.peer(again.port, bob.identity)), 'BANNED')
  await again.admin.allow('Bob')
  await (await lan.peer(again.port, bob.identity)).register('Bob')
})

test('what one who is banned shares is found and listed no more, and is back when the ban is lifted', async ({
  lan,
}) => {
  const { port, admin } = await lan.registry()
  const ann = await lan.peer(port)
  const bob = await lan.peer(port)
  await ann.register('Ann')
  await bob.register('Bob')
  await bob.publish([file('bad film.mp4', { size: 5 })])
  assert.is((await ann.search('film')).total, 1)

  await admin.ban(bob.identity.id)

  await until('Bob is offline', async () => (await ann.find(bob))?.online === false)
  assert.is((await ann.find(bob))?.files, 0)
  assert.equal((await ann.search('film')).hits, [])
  assert.equal((await ann.browse(bob)).entries, [])
  await admin.allow(bob.identity.id)
  assert.is((await ann.search('film')).total, 1)
})

test('a name that nobody has can be banned', async ({ lan }) => {
  const { port, admin } = await lan.registry()
  await admin.ban('Mallory')
  const mallory = await lan.peer(port)

  assert.is(await codeOf(mallory.register('MALLORY')), 'BANNED')
  await mallory.register('Another')
  assert.equal(
    admin.list().map(({ name, banned }) => ({ name, banned })),
    [
      { name: 'Another', banned: false },
      { name: 'Mallory', banned: true },
    ],
  )
})

test('where only the allowed may be, others are told whom to ask; a name is that of the first key', async ({
  lan,
}) => {
  const { port, admin } = await lan.registry({ tuning: { allowListOnly: true } })
  const ann = await lan.peer(port)
  const thief = await lan.peer(port)

  const refused = await failureOf(ann.register('Ann'))
  await admin.allow('Ann')
  await ann.register('Ann')
  await ann.register('Anna')

  assert.is(refused.code, 'NOT_ALLOWED')
  assert.match(refused.message, ann.identity.id)
  assert.is(await codeOf(thief.register('Ann')), 'NOT_ALLOWED')
  assert.ok(ann.connection.open)
})

test('to switch the list on lets those go who are not on it', async ({ lan }) => {
  const registry = await lan.registry()
  const ann = await lan.peer(registry.port)
  const bob = await lan.peer(registry.port)
  await ann.register('Ann')
  await registry.admin.allowKnown()
  await bob.register('Bob')

  registry.tune({ allowListOnly: true })

  assert.is((await bob.connection.ended)?.code, 'NOT_ALLOWED')
  assert.ok(ann.connection.open)
})

test('who is meant is told apart by id, name, the beginning of an id', async ({ lan }) => {
  const { port, admin } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')
  const { id } = ann.identity

  for (const who of [id, id.toUpperCase(), id.slice(0, 8), 'Ann', `Ann#${id.slice(0, 8)}`])
    assert.is((await admin.allow(who)).id, id, who)
  assert.is(await codeOf(admin.ban(`Ann#${'a'.repeat(8)}`)), 'NOT_FOUND')
  assert.is(await codeOf(admin.ban('a/b')), 'BAD_NAME')
  assert.is(await codeOf(admin.ban('Ann', 'x'.repeat(201))), 'BAD_INPUT')
  assert.equal(
    admin.list().map(person => person.banned),
    [false],
  )
})

test('security: one name, one owner: who runs a registry releases a name whose key is lost', async ({
  lan,
}) => {
  const { port, admin } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')
  await ann.publish([file('old thing')])
  const newAnn = await lan.peer(port)

  const here = await codeOf(admin.release('Ann'))
  await ann.connection.close()
  await until('the name is released', async () => (await codeOf(admin.release('ANN'))) === 'no error')
  await newAnn.register('Ann')

  assert.is(here, 'BAD_INPUT')
  assert.is(await codeOf(admin.release('Nobody')), 'NOT_FOUND')
  await until('the share is gone', async () => (await newAnn.search('thing')).total === 0, undefined, 300)
})

test('security: rules are for the owner of the registry only, and a damaged file of them is refused, not dropped', async ({
  lan,
}) => {
  const home = await lan.home()
  const registry = await lan.registry({ home })
  await registry.admin.ban('Bob')
  const path = join(home, 'access.json')
  await registry.close()

  assert.is((await stat(path)).mode & 0o777, 0o600)
  for (const text of ['', '{"bans":[', '{"bans":[{"at":1}],"allowed":[]}', '[]']) {
    await writeFile(path, text)
    assert.is(await codeOf(lan.registry({ home })), 'STORE_CORRUPT', text)
    assert.is(await readFile(path, 'utf8'), text)
  }
})

test('a ban that can not be kept is not said to be there', async ({ lan }) => {
  const home = await lan.home()
  const { port, admin } = await lan.registry({ home })
  const bob = await lan.peer(port)
  await bob.register('Bob')
  await mkdir(join(home, 'access.json', 'in the way'), { recursive: true })

  assert.is(await codeOf(admin.ban('Bob')), 'STORE_FAILED')

  assert.ok(bob.connection.open)
  assert.is(admin.list()[0]?.banned, false)
})

test('security: failed proofs: a join secret is needed where one is set, and few wrong ones are taken', async ({
  lan,
}) => {
  let now = 1e12
  const joinSecret = 'correct horse'
  const { port } = await lan.registry({ now: () => now, tuning: { joinSecret } })
  const ann = await lan.peer(port)
  const register = (given?: string) =>
    codeOf(ann.register('Ann', given === undefined ? {} : { joinSecret: given }))

  assert.is(await register(), 'BAD_SECRET')
  for (const wrong of ['', 'correct hors', 'correct horse '])
    assert.is(await register(wrong), 'BAD_SECRET', wrong)
  assert.is(await register(joinSecret), 'TOO_BUSY')
  const other = await lan.peer(port)
  assert.is(await codeOf(other.register('Bob', { joinSecret })), 'TOO_BUSY', 'the same address')
  now += 60_000
  assert.is(await register(joinSecret), 'no error')
})

test('security: a stranger who tries secrets does not keep out those who were let in before', async ({
  lan,
}) => {
  const joinSecret = 'correct horse'
  const { port } = await lan.registry({ tuning: { joinSecret } })
  const ann = await lan.peer(port)
  await ann.register('Ann', { joinSecret })
  const stranger = await lan.peer(port)

  for (let i = 0; i < 5; i++) await codeOf(stranger.register('Eve', { joinSecret: `guess ${i}` }))

  await (await lan.peer(port, ann.identity)).register('Ann', { joinSecret })
})

test('who joins is welcomed', async ({ lan }) => {
  const registry = await lan.registry({ tuning: { welcome: 'Be kind.' } })
  const ann = await lan.peer(registry.port)

  assert.is((await ann.register('Ann')).welcome, 'Be kind.')
  registry.tune({ welcome: undefined })
  assert.is((await ann.register('Ann')).welcome, undefined)
})

test('over the quota of files a delta is refused whole, and nothing else suffers', async ({ lan }) => {
  const { port } = await lan.registry({ tuning: { filesAPerson: 10 } })
  const ann = await lan.peer(port)
  const bob = await lan.peer(port)
  await ann.register('Ann')
  await bob.register('Bob')
  const files = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => file(`file ${from + i}`))
  await ann.publish(files(0, 8))
  const share = (base: number, from: number, to: number) =>
    failureOf(ann.connection.request('SHARE_DATA', delta(base, files(from, to))))

  const over = await share(8, 8, 11)
  const replacing = await share(8, 0, 8)
  const fitting = await share(16, 8, 10)
  const anew = await share(0, 0, 11)

  assert.is(over.code, 'OVER_QUOTA')
  assert.match(over.message, 'at most 10 files')
  assert.equal([replacing.code, fitting.code, anew.code], ['no error', 'no error', 'OVER_QUOTA'])
  assert.is((await bob.find(ann))?.files, 10)
  assert.ok(ann.connection.open)
  await bob.publish(files(0, 10))
})

test('security: many deltas at once do not get past the quota', async ({ lan }) => {
  const { port } = await lan.registry({ tuning: { filesAPerson: 100 } })
  const ann = await lan.peer(port)
  await ann.register('Ann')
  const send = (n: number) => {
    const entries = Array.from({ length: 30 }, (_, i) => file(`${n} ${i}`))
    return codeOf(ann.connection.request('SHARE_DATA', delta(n * 30, entries)))
  }

  const codes = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)))

  assert.is(codes.filter(code => code === 'no error').length, 3)
  assert.is((await ann.find(ann))?.files, 90)
})

test('security: searches over the rate are refused with a sentence; the connection and others go on', async ({
  lan,
}) => {
  const registry = await lan.registry({ tuning: { searches: { aSecond: 0.001, burst: 2 } } })
  const ann = await lan.peer(registry.port, await makeIdentity())
  const bob = await lan.peer(registry.port)
  await ann.register('Ann')
  await bob.register('Bob')
  const search = (peer: TestPeer) => codeOf(peer.search('film'))

  assert.equal(
    [await search(ann), await search(ann), await search(ann)],
    ['no error', 'no error', 'TOO_BUSY'],
  )
  assert.is(await search(bob), 'no error')
  registry.tune({ searches: { aSecond: 100, burst: 100 } })
  assert.is(await search(ann), 'no error')
})

test.run()
