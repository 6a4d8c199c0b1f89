import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { openStore, type Range, type Store } from './index.js'

const test = suite<{ folder: string; store: Store }>('store')

test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'tspeer-store-'))
  context.store = openStore(context.folder)
})

test.after.each(async ({ folder, store }) => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('what was written is there after opening again', async context => {
  const table = context.store.table<{ text: string; data: Buffer }>('things')
  await context.store.write(() => table.put(['a', 1], { text: 'é', data: Buffer.from([1, 2]) }))
  await context.store.close()

  context.store = openStore(context.folder)
  const value = context.store.table<{ text: string; data: Buffer }>('things').get(['a', 1])

  assert.equal(value, { text: 'é', data: Buffer.from([1, 2]) })
})

test('a change that throws leaves nothing behind and says so', async ({ store }) => {
  const table = store.table<number>('things')
  let failure: unknown

  await store
    .write(() => {
      table.put('a', 1)
      throw new Error('stop')
    })
    .catch(error => {
      failure = error
    })

  assert.is((failure as { code: string }).code, 'STORE_FAILED')
  assert.is(table.get('a'), undefined)
})

test('a range walks a prefix, in both directions, with bounds and a limit', async ({ store }) => {
  const table = store.table<number>('things')
  await store.write(() => {
    for (const thread of ['a', 'b', 'bb', 'c']) for (let n = 1; n <= 5; n++) table.put([thread, n], n)
    table.put(['b', '\u{1F600}'], 6)
  })
  const read = (range: Range) => [...table.range(range)].map(({ value }) => value)

  assert.equal(read({ prefix: ['b'] }), [1, 2, 3, 4, 5, 6])
  assert.equal(read({ prefix: ['b'], reverse: true }), [6, 5, 4, 3, 2, 1])
  assert.equal(read({ prefix: ['b'], reverse: true, limit: 2 }), [6, 5])
  assert.equal(read({ prefix: ['b'], end: ['b', 3], reverse: true }), [2, 1])
  assert.equal(read({ prefix: ['b'], start: ['b', 2], end: ['b', 4] }), [2, 3])
  assert.equal(read({ prefix: ['b'], start: ['b', 2], end: ['b', 4], reverse: true }), [3, 2])
  assert.equal(read({ prefix: ['d'] }), [])
  assert.is(table.count(), 21)
})

test('a dropped table is gone with all in it, can be made anew, and one that was never there can be dropped', async context => {
  const { store } = context
  await store.write(() => {
    store.table('old').put('a', 1)
    store.table('kept').put('a', 1)
  })

  await store.drop('old')
  await store.drop('none')

  assert.is(store.table('old').get('a'), undefined)
  await store.write(() => store.table('old').put('b', 2))
  await store.close()
  context.store = openStore(context.folder)
  assert.is(context.store.table('old').count(), 1)
  assert.is(context.store.table('kept').get('a'), 1)
})

test('a closed store refuses to write and can be closed again', async ({ store }) => {
  const table = store.table<number>('things')
  await store.close()
  await store.close()
  let failure: unknown

  await store
    .write(() => table.put('a', 1))
    .catch(error => {
      failure = error
    })

  assert.is((failure as { code: string }).code, 'CLOSED')
})

test('a closing store ends what is being written, which may read, and lets nothing else be read', async ({
  store,
}) => {
  const table = store.table<number>('things')
  await store.write(() => table.put('a', 1))
  const written = store.write(() => table.put('b', (table.get('a') ?? 0) + 1))
  const closed = store.close()
  for (const read of [() => table.get('a'), () => [...table.range()], () => table.count()])
    assert.throws(read, (error: unknown) => hasCode(error, 'CLOSED'))
  await written
  await closed
})

test.run()
