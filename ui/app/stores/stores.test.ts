import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  PeerError,
  type Person,
  type SearchPage,
  type SearchQuery,
  type Transfer,
} from '../../../core/browser.js'
import { createFakePeer, sampleHit, samplePerson, samplePng, sampleTransfer } from '../testing/index.js'
import { createNewest } from './newest.js'
import { createNotices } from './notices.js'
import { PAGE_ROWS, PagedRows } from './paged-rows.js'
import { createPeople } from './people.js'
import { previewKind } from './preview.js'
import { createSearch } from './search.js'
import { createSession } from './session.js'

function fakeClock() {
  let time = 0
  const timers: { at: number; run: () => void }[] = []
  return {
    now: () => time,
    after: (ms: number, run: () => void) => void timers.push({ at: time + ms, run }),
    advance(ms: number) {
      time += ms
      for (const timer of timers.filter(({ at }) => at <= time)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.run()
      }
    },
  }
}

/** Lets promises that are ready go on. */
const settle = () => new Promise(resolve => setImmediate(resolve))

test('the newest value runs at once, then at most once a gap, and what is overtaken never', () => {
  const clock = fakeClock()
  const ran: string[] = []
  const ask = createNewest<string>(value => ran.push(value), 250, clock)

  ask('a')
  ask('ab')
  ask('abc')
  assert.equal(ran, ['a'])
  clock.advance(249)
  assert.equal(ran, ['a'])
  clock.advance(1)
  assert.equal(ran, ['a', 'abc'])
  clock.advance(1000)
  ask('abcd')

  assert.equal(ran, ['a', 'abc', 'abcd'])
})

test('a page is fetched once, when its rows come in sight', async () => {
  const asked: number[] = []
  const rows = new PagedRows<number>(async (offset, limit) => {
    asked.push(offset)
    return { total: 1000, rows: Array.from({ length: limit }, (_, n) => offset + n) }
  })

  await rows.open()
  rows.need(250, 320)
  rows.need(290, 330)
  await settle()

  assert.equal(asked, [0, PAGE_ROWS])
  assert.is(rows.at(310), 310)
  assert.is(rows.at(999), undefined)
  assert.is(await rows.read(999), 999)
})

test('a long scroll keeps no more than 20 pages', async () => {
  const rows = new PagedRows<number>(async offset => ({ total: 1_000_000, rows: [offset] }))
  await rows.open()

  for (let page = 1; page < 40; page++) {
    rows.need(page * PAGE_ROWS, page * PAGE_ROWS + 1)
    await settle()
  }

  const held = Array.from({ length: 40 }, (_, page) => rows.at(page * PAGE_ROWS)).filter(
    row => row !== undefined,
  )
  assert.is(held.length, 20)
})

test('an answer to an older search never replaces a newer one', async () => {
  const clock = fakeClock()
  const answers = new Map<string, (page: SearchPage) => void>()
  const search = createSearch(
    {
      files: {
        browse: () => Promise.reject(new PeerError('UNSUPPORTED', 'not here')),
        search: ({ query }) => new Promise(resolve => answers.set(query, resolve)),
      },
    },
    clock,
  )
  const page = (total: number): SearchPage => ({
    total,
    complete: true,
    hits: [sampleHit(0, [samplePerson(0)])],
  })

  search.setText('fi')
  clock.advance(300)
  search.setText('film')
  answers.get('film')?.(page(2))
  await settle()
  answers.get('fi')?.(page(99))
  await settle()

  assert.is(search.results.value?.asked.query, 'film')
  assert.is(search.results.value?.rows.count(), 2)
})

test('the best result is waited for, and given up when the text changes', async () => {
  const clock = fakeClock()
  const search = createSearch(createFakePeer(), clock)

  search.setText('film')
  const best = search.best()
  assert.is((await best)?.name, 'Sintel.2010.2160p.mkv')
  search.setText('films')
  const never = search.best()
  search.setText('films x')

  assert.is(await never, undefined)
  assert.is(await createSearch(createFakePeer(), clock).best(), undefined)
})

test('the best result is waited for while results of an older text come in', async () => {
  const clock = fakeClock()
  const search = createSearch(createFakePeer(), clock)

  search.setText('si') // goes out at once
  search.setText('sintel') // waits for its turn
  await settle()
  const best = search.best()
  clock.advance(250)

  assert.match((await best)?.name ?? '', 'Sintel')
  assert.is(search.results.value?.asked.query, 'sintel')
})

test('a search is opened with its filters; they stay while words are typed, and go one by one', async () => {
  const fake = createFakePeer()
  const clock = fakeClock()
  const asked: SearchQuery[] = []
  const sessions = new Set<string | undefined>()
  const search = createSearch(
    {
      files: {
        ...fake.files,
        search: ({ session, ...query }) => {
          asked.push(query)
          sessions.add(session)
          return fake.files.search(query)
        },
      },
    },
    clock,
  )
  const page = { offset: 0, limit: PAGE_ROWS }

  search.open({ query: 'sintel', kind: 'video', minSize: 7 })
  assert.is((await search.shown())?.rows.count(), 1)
  clock.advance(300)
  search.setText('film ')
  search.setText('film') // the same words
  clock.advance(300)
  search.setFilters({ kind: 'video' })
  assert.equal((await search.shown())?.asked, { query: 'film', kind: 'video' })
  clock.advance(300)
  search.open({ query: 'film', kind: 'video' }) // asks again

  assert.equal(asked, [
    { query: 'sintel', kind: 'video', minSize: 7, ...page },
    { query: 'film', kind: 'video', minSize: 7, ...page },
    { query: 'film', kind: 'video', ...page },
    { query: 'film', kind: 'video', ...page },
  ])
  assert.is(sessions.size, 1)
  assert.type([...sessions][0], 'string')
})

test('filters alone ask nothing: a search has words', async () => {
  const search = createSearch(createFakePeer(), fakeClock())

  search.setFilters({ kind: 'video' })

  assert.equal(search.state.value, { kind: 'idle' })
  assert.is(await search.shown(), undefined)
})

test('results stay when a later search fails, and the failure is told', async () => {
  const fake = createFakePeer()
  const clock = fakeClock()
  let isDown = false
  const search = createSearch(
    {
      files: {
        ...fake.files,
        search: async query => {
          if (isDown) throw new PeerError('NO_REGISTRY', 'No registry answers.')
          return fake.files.search(query)
        },
      },
    },
    clock,
  )
  search.setText('one')
  await settle()
  isDown = true
  clock.advance(300)
  search.setText('one two')
  await settle()

  assert.is(search.results.value?.asked.query, 'one')
  assert.equal(search.state.value, {
    kind: 'failed',
    failure: { code: 'NO_REGISTRY', message: 'No registry answers.' },
  })
})

test('a person is named alone, or with the short id where names clash', () => {
  const anna = { ...samplePerson(0), name: 'anna' }
  const ben = { ...samplePerson(1), name: 'ben' }
  const other: Person = { ...samplePerson(2), name: 'Anna' }
  const people = createPeople(createFakePeer(), createNotices())
  for (const person of [anna, ben, other]) people.apply(person)

  assert.is(people.slug(ben), 'ben')
  assert.is(people.slug(anna), `anna#${anna.id.slice(0, 8)}`)
  assert.is(people.bySlug(people.slug(anna))?.id, anna.id)
  assert.is(people.bySlug('ben')?.id, ben.id)
  assert.is(people.bySlug('anna'), undefined)
  assert.is(people.bySlug(anna.id)?.id, anna.id)
})

test('a session loads when the link opens and takes events one batch a frame', async () => {
  const fake = createFakePeer({ transfers: 2 })
  const frames: (() => void)[] = []
  const session = createSession(
    {
      peer: fake,
      watchLink: listener => {
        listener({ kind: 'open' })
        return () => {}
      },
    },
    run => void frames.push(run),
  )
  await settle()
  assert.is(session.people.list.count(), 3)
  assert.is(session.transfers.list.count(), 2)

  const before = session.transfers.list.version.value
  for (let bytes = 1; bytes <= 50; bytes++)
    fake.emit({ kind: 'transfer', transfer: { ...sampleTransfer(0), bytes } })
  assert.is(frames.length, 1)
  frames[0]?.()

  assert.is(session.transfers.list.version.value, before + 1)
  assert.is(session.transfers.list.get(sampleTransfer(0).id)?.bytes, 50)
  session.close()
})

test('what the person asked for and what went wrong becomes a notice', async () => {
  const fake = createFakePeer()
  const session = createSession({ peer: fake, watchLink: () => () => {} }, run => run())

  const isAdded = await session.share.add('relative/path')

  assert.is(isAdded, false)
  assert.equal(
    session.notices.list.value.map(notice => notice.text),
    ['Give the whole path, from / on.'],
  )
  session.close()
})

test('what can’t be shared is listed once all is looked through', async () => {
  const problems = ['films/fifo', 'broken'].map(path => ({
    path,
    name: path,
    type: 'file' as const,
    size: 0,
    files: 1,
    mtime: 0,
    reason: 'not-a-file' as const,
  }))
  const fake = createFakePeer({ problems })
  const { share, close } = createSession({ peer: fake, watchLink: () => () => {} }, run => run())
  const { progress } = share

  share.applyProgress({ ...progress.value, scanning: true, files: 1 })
  await settle()
  assert.equal(share.problems.value, [])
  share.applyProgress({ ...progress.value, scanning: false })
  await settle()

  // An import itself shows its reason in its own row.
  assert.equal(
    share.problems.value.map(({ path }) => path),
    ['films/fifo'],
  )
  close()
})

test('a download of the selected rows names their paths, without those that can’t be read', async () => {
  const fake = createFakePeer({ files: 12, transfers: 0 })
  const session = createSession({ peer: fake, watchLink: () => () => {} }, run => run())
  await session.browse.open({ owner: samplePerson(0).id, path: '' })

  session.browse.select({ runs: [{ first: 8, end: 11 }], anchor: 8 }) // the tenth can't be read
  await session.browse.downloadSelected()

  const started = session.transfers.list.all().map(transfer => transfer.name)
  assert.equal([...started].sort(), ['README.md', 'server-backup.tar.zst'])
  session.close()
})

test('what a page can show of a transfer is shown by its address, until it is closed', async () => {
  const fake = createFakePeer({ transfers: 0, media: [{ name: 'dot.png', bytes: samplePng() }] })
  const session = createSession({ peer: fake, watchLink: () => () => {} }, run => run())
  const [transfer] = await fake.transfers.list()
  assert.ok(transfer)

  assert.ok(await session.preview.open(transfer, async (id, entry) => `/media/${id}/${entry}`))

  const url = `/media/${transfer.id}/0`
  assert.equal(session.preview.shown.value, { name: 'dot.png', kind: 'picture', url })
  session.preview.close()
  assert.is(session.preview.shown.value, undefined)
  session.close()
})

const film = { ...sampleTransfer(0), name: 'film.webm', files: 1 }
const previews: readonly (readonly [string, Partial<Transfer>, string | undefined])[] = [
  ['a film that is downloading', { state: 'downloading' }, 'video'],
  ['a sound that is done', { name: 'a.FLAC', state: 'done' }, 'audio'],
  [
    'a picture that waits for its owner',
    { name: 'a.jpg', state: 'paused', reason: 'nobody-online' },
    'picture',
  ],
  ['a film that is paused', { state: 'paused', reason: 'user' }, undefined],
  ['a film that failed', { state: 'failed' }, undefined],
  ['a film that was cancelled', { state: 'cancelled' }, undefined],
  ['many files', { files: 2, state: 'done' }, undefined],
  ['a page', { name: 'a.html', state: 'done' }, undefined],
  ['a drawing that may hold a script', { name: 'a.svg', state: 'done' }, undefined],
  ['a file without an ending', { name: 'constructor', state: 'done' }, undefined],
]
for (const [what, facts, kind] of previews) {
  test(`${what} is ${kind ? `shown as ${kind}` : 'not shown'}`, () => {
    const { reason: _, error: __, ...plain } = film
    assert.is(previewKind({ ...plain, ...facts }), kind)
  })
}

test('a message that went is in its thread once', async () => {
  const fake = createFakePeer()
  const session = createSession({ peer: fake, watchLink: () => () => {} }, run => run())
  const anna = samplePerson(0)
  await session.chat.openThread(anna.id)
  const before = session.chat.open.value?.messages.count() ?? 0

  await session.chat.send('hello')

  assert.is(session.chat.open.value?.messages.count(), before + 1)
  assert.is(session.chat.last(anna.id)?.text, 'hello')
  session.close()
})

test.run()
