import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FoundFile, SavedSearch, SearchPage, SearchQuery } from '../api/index.js'
import { hasCode, PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import { parseRoot } from '../manifest/index.js'
import { openStore, type Store } from '../store/index.js'
import { makeTestFolder, type TestFolder } from '../testing/index.js'
import { systemClock } from '../transfer/index.js'
import { SavedSearches } from './saved-searches.js'

interface Context {
  folder: TestFolder
  store: Store
  searches: SavedSearches
  /** What the registry knows; undefined where it can't be reached. */
  files: FoundFile[] | undefined
  complete: boolean
  told: { search: SavedSearch; found: readonly FoundFile[] }[]
}

const test = suite<Context>('saved searches')

test.before.each(async context => {
  context.folder = await makeTestFolder('saved-searches')
  context.store = openStore(context.folder.at('db'))
  context.files = []
  context.complete = true
  context.told = []
  context.searches = open(context)
})

test.after.each(async ({ searches, store, folder }) => {
  await searches.close()
  await store.close()
  await folder.remove()
})

function open(context: Context): SavedSearches {
  return new SavedSearches({
    store: context.store,
    clock: systemClock,
    log: silentLogger,
    async search({ query, offset = 0, limit = 0 }: SearchQuery): Promise<SearchPage> {
      if (!context.files) throw new PeerError('NO_REGISTRY', 'There is no registry.')
      const all = context.files.filter(({ path }) => path.includes(query))
      return { total: all.length, complete: context.complete, hits: all.slice(offset, offset + limit) }
    },
    onChange: (search, found) => context.told.push({ search, found }),
    onRemoved() {},
  })
}

function file(path: string, root?: string): FoundFile {
  const owners = [{ id: 'ann' as PeerId, name: 'Ann', online: true, path }]
  const about = { path, name: path, type: 'file', size: 1, mtime: 1, owners, ownerCount: 1 } as const
  return root ? { ...about, root: parseRoot(root.repeat(64)) } : about
}

const newFor = (told: Context['told']) => told.flatMap(({ found }) => found.map(({ path }) => path))

test('what was there when it was saved is known, what comes later is told once', async context => {
  const { searches, told } = context
  context.files = [file('album 1'), file('other')]
  const { id } = await searches.add('albums', { query: 'album' })

  context.files.push(file('album 2'), file('another'))
  await searches.look()
  await searches.look()

  assert.equal(newFor(told), ['album 2'])
  assert.equal(
    searches.list().map(({ name, fresh }) => [name, fresh.map(({ path }) => path)]),
    [['albums', ['album 2']]],
  )
  assert.equal((await searches.markSeen(id)).fresh, [])
})

test('the same content under another name or at another person is nothing new', async context => {
  const { searches, told } = context
  context.files = [file('album 1', 'a')]
  await searches.add('albums', { query: 'album' })

  context.files = [file('the album', 'a'), file('album 3', 'b')]
  await searches.look()

  assert.equal(newFor(told), ['album 3'])
})

test('a file that is listed before it is hashed is told once, and again when its content is another', async context => {
  const { searches, told } = context
  await searches.add('albums', { query: 'album' })

  for (const root of [undefined, '1', '1', '2']) {
    context.files = [file('album 1', root)]
    await searches.look()
  }

  assert.equal(
    told.filter(({ found }) => found.length > 0).map(({ found }) => found[0]?.root?.[0]),
    [undefined, '2'],
  )
})

test('saved without a registry, or while it does not know all yet, nothing is new when it does', async context => {
  const { searches, told } = context
  context.files = undefined
  await searches.add('albums', { query: 'album' })
  context.files = [file('album 1')]
  context.complete = false
  await searches.look()
  assert.is(searches.list()[0]?.lookedAt, undefined)

  context.complete = true
  context.files.push(file('album 2'))
  await searches.look()
  context.files.push(file('album 3'))
  await searches.look()

  assert.equal(newFor(told), ['album 3'])
})

test('what is known is kept over a restart, and a name is saved anew with other words', async context => {
  context.files = [file('album 1'), file('film 1')]
  await context.searches.add('mine', { query: 'album' })
  await context.searches.close()
  const again = open(context)
  context.searches = again
  context.files.push(file('album 2'))
  await again.look()

  const { id, fresh } = await again.add('mine', { query: 'film' })

  assert.equal(newFor(context.told), ['album 2'])
  assert.equal([fresh, again.list().length], [[], 1])
  await again.remove(id)
  assert.equal(again.list(), [])
  const gone = await again.remove(id).catch(error => error)
  assert.ok(hasCode(gone, 'NOT_FOUND'))
})

test('one that is removed while it is looked at stays removed', async context => {
  const { searches, told } = context
  context.files = [file('album 1')]
  const { id } = await searches.add('albums', { query: 'album' })
  told.length = 0

  context.files.push(file('album 2'))
  await Promise.all([searches.look(), searches.remove(id)])

  assert.equal(searches.list(), [])
  assert.equal(told, [])
})

test('more than a page of hits is looked through', async context => {
  const { searches, told } = context
  context.files = Array.from({ length: 700 }, (_, i) => file(`album ${i}`))
  await searches.add('albums', { query: 'album' })

  context.files.push(file('album x'))
  await searches.look()

  assert.equal(newFor(told), ['album x'])
})

test('a name that is none is refused, and so is one search too many', async ({ searches }) => {
  for (const bad of ['', ' ', 'x'.repeat(65)]) {
    const refused = await searches.add(bad, { query: 'a' }).catch(error => error)
    assert.ok(hasCode(refused, 'BAD_INPUT'))
  }
  for (let i = 0; i < 50; i++) await searches.add(`search ${i}`, { query: 'a' })
  const refused = await searches.add('one more', { query: 'a' }).catch(error => error)
  assert.ok(hasCode(refused, 'BAD_INPUT'))
})

test.run()
