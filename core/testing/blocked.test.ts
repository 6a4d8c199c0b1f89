import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Peer, Transfer } from '../api/index.js'
import { isPeerError } from '../errors/index.js'
import { makeIdentity, openIdentity } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import { dial, type Purpose } from '../wire/index.js'
import { type Lan, makeTestFolder, sha256, startLan, type TestFolder, until, writeSample } from './index.js'

const test = suite<{ lan: Lan; folder: TestFolder }>('blocking')

test.before.each(async context => {
  context.folder = await makeTestFolder('blocked')
  context.lan = await startLan()
})

test.after.each(async ({ lan, folder }) => {
  await lan.close()
  await folder.remove()
})

const sees = async (viewer: Peer, { id }: Peer) =>
  (await viewer.people.list()).some(person => person.id === id && person.online)

/** What someone gets who dials a peer's port: a code, or the hello. */
async function dialled(lan: Lan, who: string, port: number, purpose: Purpose): Promise<string> {
  const identity = await openIdentity(join(lan.folder.path, who, 'db', 'identity'))
  const target = { identity, host: '127.0.0.1', port, role: 'peer', purpose } as const
  try {
    const connection = await dial({ ...target, handlers: { requests: {} }, log: silentLogger })
    await connection.close()
    return 'hello'
  } catch (error) {
    return isPeerError(error) ? error.code : String(error)
  }
}

let names = 0

/** A peer's ports, as the registry tells a stranger. */
async function portsOf({ registry }: Lan, { id }: Peer) {
  const [host = '', port] = registry.split(':')
  const connection = await dial({
    ...{ identity: await makeIdentity(), host, port: Number(port), role: 'peer', purpose: 'control' },
    ...{ handlers: { requests: {} }, log: silentLogger },
  })
  try {
    await connection.request('NEW_CONNECTION', {
      ...{ name: `stranger${names++}`, ports: { control: 1, data: [2] }, addresses: [], blocked: [] },
    })
    return await until('the ports', async () => {
      const { people } = await connection.request('PEOPLE', { ids: [id], offset: 0, limit: 1 })
      return people[0]?.ports
    })
  } finally {
    await connection.close()
  }
}

function transferIs(peer: Peer, transfer: Transfer | undefined, holds: (transfer: Transfer) => boolean) {
  return until('the transfer', async () =>
    (await peer.transfers.list()).find(one => one.id === transfer?.id && holds(one)),
  )
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    error => (isPeerError(error) ? error.code : String(error)),
  )

test('security: blocked people can’t browse, search, fetch, offer or write, and see who blocks them offline', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('songs', 'song.bin'), 300_000, 1)
  await writeSample(folder.at('present.bin'), 10_000, 2)
  let anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('songs'))
  await lan.hashed(ben, anna, 1)
  const root = (await ben.files.browse({ owner: anna.id, path: 'songs' })).entries[0]?.root
  if (!root) throw new Error('the song has no root')
  await until('him to be known', () => sees(anna, ben))

  const blocked = await anna.people.setContact(ben.id, { blocked: true })
  await until('her to be offline to him', async () => !(await sees(ben, anna)))
  const look = async () => {
    const found = await ben.files.search({ query: 'song' })
    const { total, from } = await ben.files.browse({ owner: anna.id, path: 'songs' })
    const ports = await portsOf(lan, anna)
    return {
      hits: found.hits.length,
      browsed: [total, from],
      control: await dialled(lan, 'ben', ports.control, 'control'),
      data: await dialled(lan, 'ben', ports.data[0] ?? 0, 'data'),
    }
  }
  const seen = await look()
  const message = await ben.chat.send(anna.id, 'are you there?')
  await ben.offers.send({ to: [anna.id], paths: [folder.at('present.bin')] })
  const [fetch] = await ben.transfers.download({ root, size: 300_000, name: 'song.bin' })
  await transferIs(ben, fetch, ({ state, reason }) => state === 'paused' && reason === 'nobody-online')

  const nothing = { hits: 0, browsed: [0, 'registry'], control: 'OFFLINE', data: 'OFFLINE' }
  assert.is(blocked.blocked, true)
  assert.equal(seen, nothing)
  assert.equal(
    [
      await codeOf(anna.chat.send(ben.id, 'no')),
      await codeOf(anna.files.browse({ owner: ben.id, path: '' })),
    ],
    ['BLOCKED', 'BLOCKED'],
  )

  await anna.close()
  anna = await lan.peer('anna')
  assert.is((await anna.people.find('ben')).blocked, true)
  assert.equal(await look(), nothing)
  assert.not.ok(await sees(ben, anna))
  assert.equal(await anna.chat.history({ thread: ben.id }), [])
  assert.equal(await anna.offers.list(), [])

  await anna.people.setContact(ben.id, { blocked: false })
  await until('his message', async () => (await lan.message(ben, message))?.state === 'delivered')
  await until('his offer', async () => (await anna.offers.list()).length > 0)
  const done = await lan.finished(ben, fetch)
  assert.is(done.state, 'done')
  assert.is(await sha256(done.target), await sha256(folder.at('songs', 'song.bin')))
})

test('what is being sent to someone ends when they are blocked, and goes on when they are not', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('songs', 'song.bin'), 8_000_000, 3)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('songs'))
  await lan.hashed(ben, anna, 1)
  await until('him to be known', () => sees(anna, ben))
  await anna.people.setLimits(ben.id, { up: 200_000 })
  const [fetch] = await ben.transfers.download({ owner: anna.id, paths: ['songs/song.bin'] })
  await transferIs(ben, fetch, ({ fetched }) => fetched > 0)

  await anna.people.setContact(ben.id, { blocked: true })
  const paused = await transferIs(ben, fetch, ({ state }) => state === 'paused')
  await anna.people.setLimits(ben.id, { up: 0 })
  await anna.people.setContact(ben.id, { blocked: false })
  const done = await lan.finished(ben, fetch)

  assert.is(paused.reason, 'nobody-online')
  assert.ok(paused.bytes < 8_000_000)
  assert.is(done.state, 'done')
})

test('a download from someone who is blocked pauses, says why, and goes on when they are not', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('songs', 'song.bin'), 8_000_000, 4)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('songs'))
  await lan.hashed(ben, anna, 1)
  await ben.people.setLimits(anna.id, { down: 200_000 })
  const [fetch] = await ben.transfers.download({ owner: anna.id, paths: ['songs/song.bin'] })
  await transferIs(ben, fetch, ({ fetched }) => fetched > 0)

  await ben.people.setContact(anna.id, { blocked: true })
  const paused = await transferIs(ben, fetch, ({ state }) => state === 'paused')
  const refused = await codeOf(ben.transfers.download({ owner: anna.id, paths: ['songs'] }))
  await ben.people.setLimits(anna.id, { down: 0 })
  await ben.people.setContact(anna.id, { blocked: false })
  const done = await lan.finished(ben, fetch)

  assert.equal([paused.reason, paused.error?.code], ['nobody-online', 'BLOCKED'])
  assert.match(paused.error?.message ?? '', 'blocked anna')
  assert.is(refused, 'BLOCKED')
  assert.is(done.state, 'done')
})

test('what is noted of someone is kept, found and told, and bad values change nothing', async ({ lan }) => {
  let anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await until('him to be known', () => sees(anna, ben))
  const told: unknown[] = []
  anna.subscribe(event => event.kind === 'person' && told.push(event.person.nickname))

  await anna.people.setContact(ben.id, {
    nickname: 'Benny',
    favourite: true,
    muted: true,
    note: 'of the choir',
  })
  const bad = await codeOf(anna.people.setContact(ben.id, { nickname: 'x'.repeat(65), favourite: false }))
  const unknown = await codeOf(
    anna.people.setContact(`a${ben.id.slice(1, 51)}a` as typeof ben.id, { muted: true }),
  )
  await anna.close()
  anna = await lan.peer('anna')
  const found = await anna.people.find('benny')
  const { muted, ...after } = await anna.people.setContact(ben.id, { muted: false, note: '' })

  assert.ok(told.includes('Benny'))
  assert.equal([bad, unknown], ['BAD_INPUT', 'NOT_FOUND'])
  const { id, nickname, favourite, note } = found
  assert.equal([id, nickname, favourite, found.muted, note], [ben.id, 'Benny', true, true, 'of the choir'])
  assert.equal([muted, after.note, after.nickname], [undefined, undefined, 'Benny'])
})

test.run()
