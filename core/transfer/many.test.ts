import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { makeIdentity } from '../identity/index.js'
import { until, writeSample } from '../testing/index.js'
import { systemClock } from './clock.js'
import { Limits } from './limits/limits.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; limits: Limits }>('many downloads')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.limits = new Limits(systemClock)
})

test.after.each(async ({ peers, limits }) => {
  await peers.close()
  limits.close()
})

/** Files `a`, `b`, … to download one at a time from an owner who is not there yet; gives the ids. */
async function queued(peers: TwoPeers, names: string): Promise<Record<string, string>> {
  for (const [i, name] of [...names].entries()) {
    await writeSample(peers.folder.at('share', name), 2 * MiB + i, i)
  }
  await peers.serve()
  await peers.transfers({ atOnce: 0 })
  const ids: Record<string, string> = {}
  for (const name of names) ids[name] = (await peers.download(name)).id
  return ids
}

/** The names in the order in which they become done. */
async function order(peers: TwoPeers): Promise<string> {
  const transfers = await peers.transfers()
  const done: string[] = []
  transfers.setAtOnce(1)
  await until(
    'all to be done',
    () => {
      for (const { name, state } of [...transfers.list()].reverse()) {
        if (state === 'done' && !done.includes(name)) done.push(name)
      }
      return done.length === transfers.list().length
    },
    60_000,
    5,
  )
  const byEnd = [...transfers.list()].sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0))
  return byEnd.map(({ name }) => name).join('')
}

test('priorities and moves decide who comes next, also after opening again', async ({ peers }) => {
  const ids = await queued(peers, 'abcdef')
  const before = await peers.transfers()
  await before.prioritise([ids.e ?? '', ids.f ?? ''], 'high')
  await before.prioritise([ids.a ?? ''], 'low')
  await before.move(ids.d ?? '', 'first')
  await before.move(ids.f ?? '', 1)

  const places = before.list().map(({ name, place }) => `${name}${place}`)
  await peers.closeDownloader()
  const { priority, place } =
    (await peers.transfers({ atOnce: 0 })).list().find(({ name }) => name === 'f') ?? {}

  assert.equal(places.sort(), ['a6', 'b4', 'c5', 'd3', 'e2', 'f1'])
  assert.equal([priority, place], ['high', 1])
  assert.is(await order(peers), 'fedbca')
})

test('what runs is not pushed out by what comes before it', async ({ peers, limits }) => {
  limits.set({ up: 2 * MiB, down: 0, slots: 0, schedule: [], people: new Map() })
  for (const name of 'ab') await writeSample(peers.folder.at('share', name), 4 * MiB, 1)
  await peers.serve({ limits: limits.up })
  const transfers = await peers.transfers({ atOnce: 1 })
  const first = await peers.download('a')
  await until('it to run', () => peers.find(first.id).state === 'downloading')
  const second = await peers.download('b')

  await transfers.prioritise([second.id], 'high')

  assert.is(peers.find(first.id).state, 'downloading')
  assert.equal([peers.find(second.id).state, peers.find(second.id).place], ['queued', 1])
})

test('all are paused, resumed and cancelled at once; an unknown one among those named changes nothing', async ({
  peers,
}) => {
  const ids = await queued(peers, 'abc')
  const transfers = await peers.transfers()
  transfers.setAtOnce(0)

  const paused = await transfers.each('pause', 'all')
  await transfers.each('pause', 'all')
  const unknown = await transfers.each('resume', [ids.a ?? '', 'ff'.repeat(16)]).catch(error => error)
  const resumed = await transfers.each('resume', [ids.a ?? '', ids.b ?? ''])
  const states = transfers.list().map(({ state }) => state)
  const cancelled = await transfers.each('cancel', 'all')
  const nothing = await transfers.each('resume', 'all')

  assert.equal(
    paused.map(({ state, reason }) => [state, reason]),
    Array.from({ length: 3 }, () => ['paused', 'user']),
  )
  assert.ok(hasCode(unknown, 'NOT_FOUND'))
  assert.is(resumed.length, 2)
  assert.equal(states, ['paused', 'queued', 'queued'])
  assert.is(cancelled.length, 3)
  assert.equal(nothing, [])
})

test('what failed is tried again, and only that', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'a'), 3 * MiB)
  const share = await peers.serve()
  share.allowed = new Set()
  const transfers = await peers.transfers()
  const { id } = await peers.download('a')
  await peers.until(id, 'failed')

  share.allowed = undefined
  peers.uploads?.revoke()
  const retried = await transfers.each('retry', 'all')
  const done = await peers.until(id, 'done', 'failed')

  assert.equal([retried.length, done.state], [1, 'done'])
  assert.equal(await transfers.each('retry', 'all'), [])
})

test('a download whose owner is away goes on when anyone who has it appears, and takes no place meanwhile', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'a'), 3 * MiB)
  await peers.serve()
  peers.ownerOnline = false
  const states: string[] = []
  const transfers = await peers.transfers({
    chance: () => 0,
    async sourcesOf() {
      for (const { state } of transfers.list()) states.push(state)
      return peers.others
    },
  })
  const { id } = await peers.download('a')
  await peers.until(id, 'paused')
  await until('it to look again', () => states.length > 1)

  peers.others.push(peers.source)
  transfers.peerOnline((await makeIdentity()).id)
  const done = await peers.until(id, 'done', 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.equal(states.slice(0, 2), ['finding-sources', 'paused'])
})

test('the numbers of a download: who gives it, how fast, and its last seconds', async ({ peers, limits }) => {
  limits.set({ up: 4 * MiB, down: 0, slots: 0, schedule: [], people: new Map() })
  await writeSample(peers.folder.at('share', 'a'), 6 * MiB)
  await peers.serve({ limits: limits.up })
  const transfers = await peers.transfers()
  const { id } = await peers.download('a')

  const details = await until('bytes of the owner', () => {
    const now = transfers.details(id)
    return (now.sources[0]?.bytes ?? 0) > MiB && now.verified > 0 && now
  })
  await peers.until(id, 'done')
  const after = transfers.details(id)

  const [owner] = details.sources
  assert.equal(
    [owner?.id, owner?.name, owner?.has, owner?.state],
    [peers.owner.id, 'Ann', 'all', 'connected'],
  )
  assert.ok((owner?.rate ?? 0) > 0)
  assert.equal([after.sources, after.verified], [[], 6 * MiB])
  const sum = after.history.reduce((all, bytes) => all + bytes, 0)
  assert.ok(sum >= 6 * MiB && after.history.length <= 60)
})

test.run()
