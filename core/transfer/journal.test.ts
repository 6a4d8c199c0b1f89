import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseRoot } from '../manifest/index.js'
import { openStore, type Store } from '../store/index.js'
import { makeTestFolder, type TestFolder } from '../testing/index.js'
import { Catalog } from './catalog.js'
import { Journal, PAGE_ENTRIES } from './journal.js'
import type { TransferRecord } from './journal-records.js'

const test = suite<{ folder: TestFolder; store: Store; journal: Journal }>('journal')

test.before.each(async context => {
  context.folder = await makeTestFolder('journal')
  context.store = openStore(context.folder.path)
  context.journal = new Journal(context.store)
})

test.after.each(async ({ folder, store }) => {
  await store.close()
  await folder.remove()
})

const id = 'ab'.repeat(16)
const record: TransferRecord = {
  id,
  name: 'music',
  type: 'folder',
  folder: '/downloads',
  targetName: 'music (2)',
  targetMade: true,
  tmp: '/tmp/x',
  wish: 'run',
  finished: false,
  listed: true,
  entries: 0,
  files: 0,
  total: 0,
  createdAt: 5,
}
const root = parseRoot('5'.repeat(64))
const file = (n: number) =>
  ({ type: 'file', path: `f${n}`, remotePath: `music/f${n}`, size: n, mtime: 1, root }) as const

test('what was committed is read back, by another journal too', async ({ journal, store }) => {
  await journal.commit(id, {
    record,
    pieces: new Map([[3, { bits: Buffer.from([0xf0]) }]]),
    layers: new Map([[3, Buffer.alloc(64, 1)]]),
  })

  const again = new Journal(store)

  assert.equal(again.transfers(), [record])
  assert.equal(again.pieces(id), new Map([[3, { bits: Buffer.from([0xf0]) }]]))
  assert.equal(again.layer(id, 3), Buffer.alloc(64, 1))
})

test('a finished file leaves no pieces and no layer behind, a removed transfer nothing', async ({
  journal,
}) => {
  await journal.commit(id, {
    record,
    pieces: new Map([[3, { bits: Buffer.from([0xf0]) }]]),
    layers: new Map([[3, Buffer.alloc(64, 1)]]),
  })
  await journal.commit(id, { pieces: new Map([[3, undefined]]) })
  assert.is(journal.pieces(id).size, 0)
  assert.is(journal.layer(id, 3), undefined)

  await journal.forget(id, { keep: 'nothing' })

  assert.equal(journal.transfers(), [])
})

for (const [damage, value] of [
  ['bytes', Buffer.from('junk')],
  ['a field of another type', { ...record, createdAt: 'yesterday' }],
  ['nothing', null],
  ['another transfer', { ...record, id: 'cd'.repeat(16) }],
] as const) {
  test(`a record that is ${damage} is told as damage, the others are read`, async ({ journal, store }) => {
    const other = { ...record, id: 'ef'.repeat(16) }
    await journal.commit(other.id, { record: other })
    await store.write(() => store.table('transfers').put(id, value))

    const found = journal.transfers()

    assert.is(found.length, 2)
    assert.ok(
      found.some(item => 'damage' in item && item.id === id && item.damage.code === 'JOURNAL_CORRUPT'),
    )
    assert.ok(found.some(item => !('damage' in item) && item.id === other.id))
  })
}

test('a catalog of many pages is the same after opening again', async ({ journal }) => {
  const catalog = new Catalog(journal, id, 0)
  const count = PAGE_ENTRIES * 40 + 7
  for (let n = 0; n < count; n++) catalog.append(file(n))
  for (const index of [0, 255, 256, count - 1]) catalog.setDone(index)
  const changes = catalog.takeChanges()
  await journal.commit(id, changes)
  catalog.settle(changes, true)

  const again = new Catalog(journal, id, count)

  assert.equal(again.at(4_000), file(4_000))
  assert.equal(
    [0, 1, 255, 256, 257, count - 1].map(index => again.isDone(index)),
    [true, false, true, true, false, true],
  )
  assert.is(again.doneFiles, 4)
  assert.is(again.bytes, catalog.bytes)
  assert.is(again.doneBytes, catalog.doneBytes)
  assert.equal(catalog.at(12), file(12))
})

test('a commit that failed is taken again', async ({ journal }) => {
  const catalog = new Catalog(journal, id, 0)
  catalog.append(file(1))
  catalog.setDone(0)
  const first = catalog.takeChanges()
  assert.is(catalog.takeChanges().pages.size, 0)

  catalog.settle(first, false)

  assert.equal(catalog.takeChanges(), first)
})

test('a page that lacks an entry or holds a hostile path is damage', async ({ journal, store }) => {
  const catalog = new Catalog(journal, id, 0)
  catalog.append(file(1))
  await journal.commit(id, catalog.takeChanges())
  assert.throws(() => new Catalog(journal, id, 2), 'damaged')

  await store.write(() => store.table('transfer-entries').put([id, 0], [{ ...file(1), path: '../x' }]))

  assert.throws(() => new Catalog(journal, id, 1), 'damaged')
})

for (const path of ['', '../up', 'a//b', '/etc/passwd', 'a/../../b', 'a\0b', 'a/.', `${'x'.repeat(256)}`]) {
  test(`security: hostile names: the path ${JSON.stringify(path.slice(0, 20))} is refused`, ({ journal }) => {
    const catalog = new Catalog(journal, id, 0)
    catalog.append(file(0))

    assert.throws(() => catalog.append({ ...file(1), path }), "can't be used")
  })
}

test.run()
