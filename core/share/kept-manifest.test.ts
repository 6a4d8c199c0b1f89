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

test('after a crash before any write what was told is there, whatever was packed anew meanwhile', async ({
  store,
}) => {
  for (let writes = 1; writes < 40; writes += 3) {
    const wanted = writes
    let left = wanted
    const dying = await KeptManifest.open({
      store: {
        table: name => store.table(name),
        write: act => (left-- > 0 ? store.write(act) : new Promise(() => {})),
        drop: name => store.drop(name),
        close: () => store.close(),
      },
      onWritten() {},
      onFailed() {},
    })
    let told = { content: content(dying.tree), version: dying.version }
    for (let i = 0; left > 0; i++) {
      for (let file = 0; file < 1000; file++) {
        const path = `a/${file % 7 === 0 ? i : ''}/${file}`
        dying.tree.put({ type: 'file', path, size: 1, mtime: 1, visibility: 'everyone' }, wanted * 100 + i)
      }
      if (i % 5 === 4) dying.tree.delete('a')
      const written = content(dying.tree)
      await dying.flush()
      told = { content: written, version: dying.version }
    }
    dying.tree.delete('a')
    void dying.flush()

    const after = await open(store)

    assert.equal(after.version, told.version)
    assert.equal(content(after.tree), told.content)
    await after.close()
  }
})

test('what is outdated leaves the disk in time', async ({ store }) => {
  const kept = await open(store)
  for (let i = 1; i <= 60; i++) {
    for (let file = 0; file < 1000; file++) {
      kept.tree.put({ type: 'file', path: `a/${file}`, size: i, mtime: 1, visibility: 'everyone' }, i)
    }
    await kept.flush()
  }
  await kept.close()

  assert.ok(store.table('manifest-blocks').count() < 20, `${store.table('manifest-blocks').count()}`)
  const again = await open(store)
  assert.is(again.tree.counts('')?.bytes, 60_000)
  await again.close()
})

test('what an older version kept is removed, and nothing else', async ({ store }) => {
  await store.write(() => {
    for (const name of ['manifest', 'share', 'imports']) store.table(name).put('key', { old: name })
  })

  await (await open(store)).close()

  assert.is(store.table('imports').count(), 1)
  for (const name of ['manifest', 'share']) assert.is(store.table(name).count(), 0)
})

test('a write that failed is made later, and nothing is told meanwhile', async context => {
  let full = true
  const store: Store = {
    table: name => context.store.table(name),
    drop: name => context.store.drop(name),
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
  assert.is(context.store.table('manifest-blocks').count(), 1)
  await again.close()
})

test.run()
