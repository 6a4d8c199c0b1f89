import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, PeerError } from '../errors/index.js'
import { type PeerId, peerIdOfKey } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import type { SearchAnswer, SearchHit, SearchRequest } from '../wire/index.js'
import { NetworkSearch, type NetworkSearchOptions } from './network-search.js'

const [self, ann, bob] = [0, 1, 2].map(i => peerIdOfKey(Buffer.from([i]))) as [PeerId, PeerId, PeerId]

interface Asked {
  readonly of: PeerId | 'registry'
  readonly request: SearchRequest
  readonly signal?: AbortSignal | undefined
}
type Answering = (asked: Asked) => Promise<SearchAnswer>

const test = suite<{ asked: Asked[] }>('searching the network')
test.before.each(context => {
  context.asked = []
})

function hit(owner: PeerId, path: string): SearchHit {
  const owners = [{ id: owner, name: 'someone', online: true, path }]
  return { type: 'file', path, size: 1, mtime: 1, owners, ownerCount: 1 }
}

const found = (...hits: SearchHit[]): SearchAnswer => ({ total: hits.length, complete: true, hits })
const query = { query: 'film', offset: 0, limit: 50 }

function open(
  asked: Asked[],
  answer: Answering,
  more: Partial<NetworkSearchOptions> & { alone?: boolean } = {},
) {
  const ask = (one: Asked) => {
    asked.push(one)
    return answer(one)
  }
  return new NetworkSearch({
    self,
    registry: {
      connected: more.alone
        ? undefined
        : { search: (request, signal) => ask({ of: 'registry', request, signal }) },
      required() {
        throw new PeerError('NO_REGISTRY', 'No registry is set.')
      },
    },
    connected: () => [ann],
    online: () => [ann, bob],
    name: id => (id === ann ? 'Ann' : 'Bob'),
    connect: async of => ({
      request: ((_type: string, request: SearchRequest, { signal }: { signal?: AbortSignal }) =>
        ask({ of, request, signal })) as never,
    }),
    log: silentLogger,
    ...more,
  })
}

test('the registry is asked for what is open, people only for what is restricted', async ({ asked }) => {
  const search = open(asked, async ({ of }) =>
    of === 'registry' ? found(hit(bob, 'film 22')) : found(hit(of, `film ${of === ann ? 1 : 333}`)),
  )

  const { hits, total } = await search.search(query)

  assert.equal(
    asked.map(({ of, request }) => [of, request.restricted]).sort(),
    [
      ['registry', undefined],
      [ann, true],
      [bob, true],
    ].sort(),
  )
  assert.is(total, 3)
  assert.equal(
    hits.map(({ path }) => path),
    ['film 1', 'film 22', 'film 333'],
  )
})

test('without a registry people are asked for everything; with nobody there it says what to do', async ({
  asked,
}) => {
  const search = open(asked, async ({ of }) => found(hit(of as PeerId, 'film')), { alone: true })
  const nobody = open(asked, async () => found(), { alone: true, connected: () => [], online: () => [] })

  const { hits } = await search.search(query)
  const refused = await nobody.search(query).catch(error => error)

  assert.is(hits.length, 2)
  assert.equal(
    asked.map(({ request }) => request.restricted),
    [undefined, undefined],
  )
  assert.ok(hasCode(refused, 'NO_REGISTRY'))
})

test('security: whoever is asked speaks only of itself', async ({ asked }) => {
  const search = open(asked, async ({ of }) => (of === ann ? found(hit(bob, 'film')) : found()))

  const { hits } = await search.search(query)

  assert.equal(hits[0]?.owners, [{ id: ann, name: 'Ann', online: true, path: 'film' }])
})

test('a search for what one person has asks nobody else', async ({ asked }) => {
  const search = open(asked, async () => found())

  await search.search({ ...query, owner: bob })

  assert.equal(asked.map(({ of }) => of).sort(), ['registry', bob].sort())
})

test('who does not answer is not waited for long, and is left out of the next searches', async ({
  asked,
}) => {
  const never = new Promise<never>(() => {})
  const alive = setInterval(() => {}, 1_000) // the time of a signal alone keeps no process
  const search = open(
    asked,
    async ({ of, signal }) => {
      if (of === 'registry') return found(hit(ann, 'film'))
      return Promise.race([never, new Promise<never>((_, no) => signal?.addEventListener('abort', no))])
    },
    { personMs: 50, connected: () => [] },
  )

  const first = await search.search(query)
  await search.search(query)
  clearInterval(alive)

  assert.is(first.hits.length, 1)
  assert.equal(asked.map(({ of }) => of).sort(), ['registry', 'registry', ann, bob].sort())
})

test('in a session a newer query takes the place of the older, another page does not', async ({ asked }) => {
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  const search = open(asked, async ({ of, request, signal }) => {
    if (of !== 'registry') return found()
    begin()
    if (request.query !== 'older')
      return { ...found(hit(ann, `${request.query} ${request.offset}`)), total: 2 }
    return new Promise((_, no) => signal?.addEventListener('abort', () => no(signal.reason)))
  })

  const older = search.search({ ...query, query: 'older' }, 'mine').catch(error => error)
  await begun
  const other = search.search({ ...query, query: 'other' }, 'another')
  const newer = search.search({ ...query, query: 'newer', limit: 1 }, 'mine')
  const page = search.search({ ...query, query: 'newer', offset: 1, limit: 1 }, 'mine')

  assert.ok(hasCode(await older, 'REPLACED'))
  assert.is((await other).hits.length, 2)
  assert.is((await newer).hits[0]?.path, 'newer 0')
  assert.is((await page).hits[0]?.path, 'newer 1')
  assert.ok(asked.filter(({ request }) => request.query === 'older').every(({ signal }) => signal?.aborted))
})

test.run()
