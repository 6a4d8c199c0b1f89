import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import type { Root } from '../manifest/index.js'
import {
  describeTree,
  type Lan,
  makeTestFolder,
  sha256,
  startLan,
  type TestFolder,
  until,
  writeSample,
} from './index.js'
import { untilEvent } from './wait.js'

const test = suite<{ lan: Lan; folder: TestFolder }>('the main job')

test.before.each(async context => {
  context.folder = await makeTestFolder('main-job')
  context.lan = await startLan()
})

test.after.each(async ({ lan, folder }) => {
  await lan.close()
  await folder.remove()
})

test('two people find each other, browse, search, download a file and a folder, and chat', async ({
  lan,
  folder,
}) => {
  const music = folder.at('music')
  await writeSample(join(music, 'Blue Train', '01 Blue Train.flac'), 3_500_001, 1)
  await writeSample(join(music, 'Blue Train', '02 Moment’s Notice.flac'), 900_000, 2)
  await writeFile(join(music, 'empty.txt'), '')
  await mkdir(join(music, 'nothing here'))
  await utimes(join(music, 'empty.txt'), 1_600_000_000, 1_600_000_000)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(music)
  await lan.hashed(ben, anna, 3)

  const person = await ben.people.find('anna')
  const top = await ben.files.browse({ owner: person.id, path: '' })
  const inside = await ben.files.browse({ owner: person.id, path: 'music/Blue Train', sort: 'size' })
  const found = await ben.files.search({ query: 'blue train flac' })
  const [file] = await ben.transfers.download({ owner: person.id, paths: [found.hits[0]?.path ?? ''] })
  const [tree] = await ben.transfers.download({ owner: person.id, paths: ['music'] })
  const done = [await lan.finished(ben, file), await lan.finished(ben, tree)]

  assert.ok(person.online)
  assert.equal(
    top.entries.map(({ name, type, files }) => [name, type, files]),
    [['music', 'folder', 3]],
  )
  assert.equal(
    inside.entries.map(({ name, size }) => [name, size]),
    [
      ['02 Moment’s Notice.flac', 900_000],
      ['01 Blue Train.flac', 3_500_001],
    ],
  )
  assert.is(found.hits[0]?.name, '01 Blue Train.flac')
  assert.equal(
    done.map(({ state }) => state),
    ['done', 'done'],
  )
  assert.is(
    await sha256(done[0]?.target ?? ''),
    await sha256(join(music, 'Blue Train', '01 Blue Train.flac')),
  )
  assert.equal(await describeTree(done[1]?.target ?? ''), await describeTree(music))

  const arrived = untilEvent(anna, 'the message', event => event.kind === 'message')
  const sent = await ben.chat.send(person.id, 'Thanks!\nWhat a record.')
  await arrived
  await until('the receipt', async () => (await lan.message(ben, sent))?.state === 'delivered')
  const history = await anna.chat.history({ thread: ben.id })
  assert.equal(
    history.map(({ text, from }) => [text, from]),
    [['Thanks!\nWhat a record.', ben.id]],
  )
  assert.is((await anna.people.find('ben')).unread, 1)
})

test('content is found and fetched by its root alone', async ({ lan, folder }) => {
  await writeSample(folder.at('a.bin'), 2_000_000, 3)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('a.bin'))
  await lan.hashed(ben, anna, 1)
  const root = (await ben.files.search({ query: 'a.bin' })).hits[0]?.root as Root

  const [transfer] = await ben.transfers.download({ root, name: 'mine.bin' })
  const done = await lan.finished(ben, transfer)

  assert.is(done.state, 'done')
  assert.is(await sha256(done.target), await sha256(folder.at('a.bin')))
})

test('a second download of the same content is that file; another of its name keeps both', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('a.bin'), 10_000, 4)
  await writeSample(folder.at('other', 'a.bin'), 10_000, 5)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('a.bin'))
  await anna.share.add(folder.at('other'))
  await lan.hashed(ben, anna, 2)

  const targets: string[] = []
  for (const path of ['a.bin', 'a.bin', 'other/a.bin']) {
    const [transfer] = await ben.transfers.download({ owner: anna.id, paths: [path] })
    targets.push((await lan.finished(ben, transfer)).target)
  }

  const downloads = (await ben.status()).folders.downloads
  assert.equal(
    targets,
    ['a.bin', 'a.bin', 'a (2).bin'].map(name => join(downloads, name)),
  )
})

test('what someone offline shares can be browsed, searched and queued, and comes when they are back', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('a.bin'), 10_000, 5)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('a.bin'))
  await lan.hashed(ben, anna, 1)
  const id = anna.id
  await anna.close()
  await until('anna to be offline', async () => !(await ben.people.find('anna')).online)

  const page = await ben.files.browse({ owner: id, path: '' })
  const search = await ben.files.search({ query: 'a.bin' })
  const [queued] = await ben.transfers.download({ owner: id, paths: ['a.bin'] })
  const waiting = await until('it to wait', async () =>
    (await ben.transfers.list()).find(({ state }) => state === 'paused'),
  )
  await lan.peer('anna')
  const done = await lan.finished(ben, queued)

  assert.is(page.from, 'registry')
  assert.equal(
    page.entries.map(({ name }) => name),
    ['a.bin'],
  )
  assert.is(search.hits[0]?.owners[0]?.online, false)
  assert.is(waiting.reason, 'nobody-online')
  assert.is(done.state, 'done')
})

test('a registry that is restarted is rejoined, and knows everyone and everything again', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('a.bin'), 10_000, 6)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('a.bin'))
  await lan.hashed(ben, anna, 1)

  await lan.restartRegistry()
  await until('both to be back', async () => {
    const [one, two] = await Promise.all([anna.status(), ben.status()])
    return one.registry.state === 'connected' && two.registry.state === 'connected'
  })

  await until('anna to be online', async () => (await ben.people.find('anna')).online)
  const found = await until(
    'the registry to have read its store',
    async () => {
      const page = await ben.files.search({ query: 'a.bin' })
      return page.complete && page
    },
    undefined,
    SEARCH_EVERY_MS,
  )
  assert.is(found.hits.length, 1)
})

test('a share that changes is followed: new, changed and removed files', async ({ lan, folder }) => {
  await mkdir(folder.at('docs'))
  await writeFile(folder.at('docs', 'one.txt'), 'one')
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('docs'))
  await lan.hashed(ben, anna, 1)

  await writeFile(folder.at('docs', 'two.txt'), 'two')
  await until(
    'the new file',
    async () => (await ben.files.search({ query: 'two.txt' })).total === 1,
    30_000,
    SEARCH_EVERY_MS,
  )
  await writeFile(folder.at('docs', 'one.txt'), 'one, longer')
  await until(
    'the new size',
    async () => (await ben.files.search({ query: 'one.txt' })).hits[0]?.size === 11,
    30_000,
    SEARCH_EVERY_MS,
  )
  await anna.share.remove('docs')
  await until(
    'nothing',
    async () => (await ben.files.search({ query: 'txt' })).total === 0,
    30_000,
    SEARCH_EVERY_MS,
  )
})

test('a link out of an import is not followed, and its target is never served', async ({ lan, folder }) => {
  await mkdir(folder.at('docs'))
  await writeFile(folder.at('secret.txt'), 'secret')
  await writeFile(folder.at('docs', 'open.txt'), 'open')
  await symlink(folder.at('secret.txt'), folder.at('docs', 'link.txt'))
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('docs'))
  await lan.hashed(ben, anna, 1)

  const page = await ben.files.browse({ owner: anna.id, path: 'docs' })
  const failure = await ben.transfers
    .download({ owner: anna.id, paths: ['docs/link.txt'] })
    .catch(error => error)

  assert.is(page.entries.find(({ name }) => name === 'link.txt')?.reason, 'leaves-import')
  assert.ok(hasCode(failure, 'NOT_FOUND'), failure)
})

/** A registry takes 5 searches a second of one person. */
const SEARCH_EVERY_MS = 300

test.run()
