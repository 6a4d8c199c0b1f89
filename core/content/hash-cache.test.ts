import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseRoot } from '../manifest/index.js'
import { openStore, type Store } from '../store/index.js'
import { makeTestFolder, type TestFolder } from '../testing/index.js'
import { openHashCache } from './index.js'

const test = suite<{ folder: TestFolder; store: Store }>('hash cache')
const root = parseRoot('ab'.repeat(32))

test.before.each(async context => {
  context.folder = await makeTestFolder('cache')
  context.store = openStore(context.folder.path)
})

test.after.each(async ({ folder, store }) => {
  await store.close()
  await folder.remove()
})

test('a root is found by path and stamp after a restart, and its layer by root', async context => {
  await openHashCache(context.store).remember([
    { path: '/a', stamp: 5, root, layer: new Uint8Array(64).fill(3) },
  ])
  await context.store.close()
  context.store = openStore(context.folder.path)

  const cache = openHashCache(context.store)

  assert.is(cache.find('/a', 5), root)
  assert.is(cache.find('/a', 6), undefined)
  assert.is(cache.find('/b', 5), undefined)
  assert.equal(cache.layer(root), Buffer.alloc(64, 3))
})

test('paths longer than a key of the database are kept apart', async ({ store }) => {
  const long = `/${'x'.repeat(3000)}`
  const cache = openHashCache(store)

  await cache.remember([
    { path: `${long}1`, stamp: 1, root },
    { path: `${long}2`, stamp: 2, root },
  ])

  assert.is(cache.find(`${long}1`, 1), root)
  assert.is(cache.find(`${long}2`, 1), undefined)
  assert.is(cache.find(`${long}2`, 2), root)
})

test.run()
