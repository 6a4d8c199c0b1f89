import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError, type SavedSearch } from '../../../core/browser.js'
import type { AppPeer } from '../host.js'
import { createFakePeer, type FakeOptions, type FakePeer, sampleHit, samplePerson } from '../testing/index.js'
import { createNotices } from './notices.js'
import { createSavedSearches } from './saved-searches.js'
import { createSearch } from './search.js'
import { createSession } from './session.js'

const FILMS = { name: 'films', query: { query: 'film', minSize: 1000 } }
const LECTURES = { name: 'lectures', query: { query: 'lecture' } }

/** Lets promises that are ready go on. */
const settle = () => new Promise(resolve => setImmediate(resolve))

/** Searches are asked as often as a test wants. */
const clock = { now: () => (time += 1000), after: () => {} }
let time = 0

async function setUp(options: FakeOptions, change: (peer: FakePeer) => Partial<AppPeer> = () => ({})) {
  const fake = createFakePeer({ files: 40, ...options })
  const peer = { ...fake, ...change(fake) }
  const notices = createNotices()
  const search = createSearch(peer, clock)
  const saved = createSavedSearches(peer, search, notices)
  await saved.load()
  fake.subscribe(event => {
    if (event.kind === 'saved-search') saved.apply(event.search)
    if (event.kind === 'saved-search-removed') saved.applyRemoved(event.id)
  })
  const id = (name: string) => saved.list.all().find(one => one.name === name)?.id ?? ''
  return { fake, notices, search, saved, id }
}

test('a session loads what is saved, counts what is new, and takes what is found and forgotten', async () => {
  const fake = createFakePeer({ files: 40, saved: [{ ...FILMS, fresh: 2 }, LECTURES] })
  const session = createSession(
    {
      peer: fake,
      watchLink: listener => {
        listener({ kind: 'open' })
        return () => {}
      },
    },
    run => run(),
  )
  await settle()
  assert.is(session.saved.fresh.value, 2)

  fake.discover('lectures', 3)
  assert.is(session.saved.fresh.value, 5)
  const [films] = await fake.searches.list()
  await fake.searches.remove(films?.id ?? '')

  assert.equal(
    session.saved.list.all().map(({ name, fresh }) => [name, fresh.length]),
    [['lectures', 3]],
  )
  session.close()
})

test('what an event brings is told by what has changed, also where events before it are lost', async () => {
  const { saved, fake } = await setUp({ saved: [{ ...FILMS, fresh: 1 }, LECTURES] })
  const [films] = await fake.searches.list()
  assert.ok(films)
  const hits = [0, 6, 12].map(n => sampleHit(n, [samplePerson(0)]))

  saved.apply({ ...films, fresh: [...hits, ...films.fresh].slice(0, 3) }) // two events' hits, the first event lost
  fake.discover('lectures')
  saved.apply({ ...films, fresh: films.fresh }) // nothing more

  const told = saved.untold.value.map(({ id, count }) => [saved.list.get(id)?.name, count])
  assert.equal(told, [
    ['films', 2],
    ['lectures', 1],
  ])
  saved.told()
  assert.equal(saved.untold.value, [])
})

test('a saved search is opened with its words and filters; its new hits stay marked and are seen', async () => {
  const { saved, search, fake, id } = await setUp({ saved: [{ ...FILMS, fresh: 2 }] })

  await saved.open(id('films'))

  assert.equal(search.asked.value, FILMS.query)
  assert.is(saved.current.value?.name, 'films')
  assert.is(saved.fresh.value, 0)
  const rows = search.results.value?.rows
  const marks = [0, 1, 2].map(n => saved.isNew(rows?.at(n) ?? sampleHit(99, [])))
  assert.equal(marks, [true, true, false])

  fake.discover('films') // while they are on the screen
  assert.is(saved.news.value.length, 3)
  search.setText('films')
  assert.equal(saved.news.value, [])
})

test('what is new is not seen while its results could not be asked for', async () => {
  const { saved, fake, id } = await setUp({ saved: [{ ...FILMS, fresh: 2 }] }, ({ files }) => ({
    files: { ...files, search: () => Promise.reject(new PeerError('NO_REGISTRY', 'No registry answers.')) },
  }))

  await saved.open(id('films'))

  assert.is(saved.fresh.value, 2)
  assert.not.ok(fake.calls.includes('searches.markSeen'))
})

test('words that are typed are a saved search too; what is new for it is marked, and not yet seen', async () => {
  const { saved, search } = await setUp({ saved: [{ ...LECTURES, fresh: 1 }] })

  search.setText(' lecture ')

  assert.is(saved.current.value?.name, 'lectures')
  assert.is(saved.news.value.length, 1)
  assert.is(saved.fresh.value, 1)
})

test('a name that is taken is refused before the peer would replace that search', async () => {
  const { saved, fake } = await setUp({ saved: [FILMS] })

  const failure = await saved.save(' films ', LECTURES.query)

  assert.match(failure?.message ?? '', '“films” already')
  assert.not.ok(fake.calls.includes('searches.save'))
  assert.is(await saved.save('lectures', LECTURES.query), undefined)
  assert.equal(
    saved.list.all().map(({ name }) => name),
    ['films', 'lectures'],
  )
})

test('why a search can’t be saved is given back; why one can’t be forgotten is told', async () => {
  const { saved, notices } = await setUp({}, ({ searches }) => ({
    searches: { ...searches, save: () => Promise.reject(new PeerError('BAD_INPUT', 'There are 50.')) },
  }))

  assert.equal(await saved.save('films', FILMS.query), { code: 'BAD_INPUT', message: 'There are 50.' })
  assert.is(await saved.forget('none'), false)

  assert.is(notices.list.value[0]?.text, 'There is no such saved search.')
})

test('an answer to Save never replaces what an event told since', async () => {
  let answer: (search: SavedSearch) => void = () => {}
  const { saved } = await setUp({}, ({ searches }) => ({
    searches: { ...searches, save: () => new Promise(resolve => (answer = resolve)) },
  }))
  const made: SavedSearch = { id: 'a', ...FILMS, addedAt: 1, fresh: [] }

  const isDone = saved.save('films', FILMS.query)
  saved.apply({ ...made, fresh: [sampleHit(0, [samplePerson(0)])] })
  answer(made)
  await isDone

  assert.is(saved.fresh.value, 1)
})

test.run()
