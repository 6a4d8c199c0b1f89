import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ManifestTree } from '../manifest/index.js'
import { openStore, type Store } from '../store/index.js'
import { makeTestFolder, type TestFolder, until } from '../testing/index.js'
import { KeptManifest } from './kept-manifest.js'

const test = suite<{ folder: TestFolder; store: Store }>('kept manifest')

test.before.each(async context => {
  context.folder = await makeTestFolder('manifest')
  context.store = openStore(context.folder.path)
})

test.after.each(async ({ folder, store }) => {
  await store.close()
  await folder.remove()
})

function open(store: Store): Promise<KeptManifest> {
  return KeptManifest.open({
    store,
    onWritten() {},
    onFailed(error) {
      throw error
    },
  })
}

function content(tree: ManifestTree): unknown {
  return tree.deep('', { offset: 0, limit: 1e6 })?.entries
}

const folders = ['a', 'b', 'a/c']

/** Some changes of each kind, by numbers. */
function change(tree: ManifestTree, numbers: readonly number[]): void {
  for (const number of numbers) {
    const folder = folders[number % 3] ?? 'a'
    const name = `${folder}/${number % 7}`
    switch (number % 5) {
      case 0:
        tree.delete(number % 2 ? name : folder)
        break
      case 1:
        tree.setVisibility('a', number % 2 ? 'verified' : 'everyone')
        break
      default:
        tree.put(
          {
            type: 'file',
            path: name,
            size: number,
            mtime: number,
            ...(number % 4 === 0 && { exec: true }),
            visibility: 'everyone',
          },
          number + 1,
        )
    }
  }
}

test('what was changed and flushed is there after opening again, under the same version', async context => {
  const kept = await open(context.store)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 60 }), async numbers => {
      change(kept.tree, numbers)
      await kept.flush()

      const again = await open(context.store)

      assert.equal(content(again.tree), content(kept.tree))
      assert.equal(again.version, kept.version)
      assert.equal(again.tree.counts(''), kept.tree.counts(''))
      await again.close()
    }),
    { numRuns: 40 },
  )
  await kept.close()
})

test('a version is told only when it is on disk: what a crash loses was never told', async context => {
  const kept = await open(context.store)
  kept.tree.put({ type: 'folder', path: 'a', mtime: 1, visibility: 'everyone' })
  await kept.flush()
  kept.tree.put({ type: 'folder', path: 'b', mtime: 1, visibility: 'everyone' })

  const afterCrash = await open(context.store)

  assert.is(kept.version.n, 1)
  assert.is(kept.tree.version.n, 2)
  assert.equal(afterCrash.version, kept.version)
  await afterCrash.close()
  await kept.close()
})

test('after a crash between two writes nothing is left that nobody would hear of', async ({ store }) => {
  const kept = await open(store)
  for (let i = 0; i < 1200; i++) {
    kept.tree.put({ type: 'file', path: `a/${i}`, size: 1, mtime: 1, visibility: 'everyone' }, 1)
  }
  await kept.close()
  let writes = 0
  const dying = await KeptManifest.open({
    store: {
      table: name => store.table(name),
      write: act => (++writes > 3 ? new Promise(() => {}) : store.write(act)),
      close: () => store.close(),
    },
    onWritten() {},
    onFailed() {},
  })
  dying.tree.delete('a')
  const told = dying.version.n
  await until('the first part is written', () => dying.version.n > told)

  const after = await open(store)

  // Of the 1,202 steps only some are on disk: the deletion before what it takes away.
  assert.ok(store.table('manifest').count() > 1)
  assert.equal(content(after.tree), [])
  assert.equal(after.version, dying.version)
  await after.close()
})

test('a write that failed is made later, and nothing is told meanwhile', async context => {
  let full = true
  const store: Store = {
    table: name => context.store.table(name),
    close: () => context.store.close(),
    write: async act => (full ? Promise.reject(new Error('disk full')) : context.store.write(act)),
  }
  full = false
  const failures: unknown[] = []
  const kept = await KeptManifest.open({ store, onWritten() {}, onFailed: error => failures.push(error) })
  full = true
  kept.tree.put({ type: 'folder', path: 'a', mtime: 1, visibility: 'everyone' })
  await until('a failure', () => failures.length > 0)

  assert.is(kept.version.n, 0)
  full = false
  await kept.flush()
  assert.is(kept.version.n, 1)
  await kept.close()
})

test('where deletions are many, the next start begins a new epoch with the same entries', async context => {
  const kept = await open(context.store)
  for (let i = 0; i < 10_100; i++) {
    kept.tree.put({ type: 'file', path: `a/${i}`, size: 1, mtime: 1, visibility: 'everyone' }, i + 1)
    if (i >= 50) kept.tree.delete(`a/${i}`)
  }
  kept.tree.setVisibility('a', 'verified')
  await kept.close()

  const anew = await open(context.store)
  assert.equal(content(anew.tree), content(kept.tree))
  assert.is.not(anew.version.epoch, kept.version.epoch)
  assert.is(anew.version.n, 51)
  assert.is(anew.tree.get('a/3')?.visibility, 'verified')
  anew.tree.put({ type: 'folder', path: 'b', mtime: 1, visibility: 'everyone' })
  await anew.close()

  const again = await open(context.store)
  assert.equal(again.version, { epoch: anew.version.epoch, n: 52 })
  assert.equal(content(again.tree), content(anew.tree))
  assert.is(context.store.table('manifest').count(), 52)
  await again.close()
})

test.run()
