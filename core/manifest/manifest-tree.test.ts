import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Change,
  type ChangeBlock,
  type Counts,
  comparePaths,
  countsOf,
  type Entry,
  type Found,
  ManifestTree,
  parseRoot,
  type Visibility,
} from './index.js'

const EPOCH = '0'.repeat(32)
const rootOf = (digit: number) => parseRoot(`${digit}`.repeat(64))

function file(path: string, size = 1, visibility: Visibility = 'everyone'): Entry {
  return { type: 'file', path, size, mtime: 1, visibility }
}

function folder(path: string, visibility: Visibility = 'everyone'): Entry {
  return { type: 'folder', path, mtime: 1, visibility }
}

/** Everything in a tree, by the one door that gives it all. */
function all(tree: ManifestTree, openOnly = false): Entry[] {
  const answer = tree.changesSince(0, { limit: Number.POSITIVE_INFINITY, openOnly })
  if (answer === 'start-over') throw new Error('a tree knows its own beginning')
  return answer.changes
    .flatMap(change => (change.op === 'put' ? [change.entry] : []))
    .sort((a, b) => comparePaths(a.path, b.path))
}

/** Brings a copy to where the tree is, in pages. */
function follow(tree: ManifestTree, copy: ManifestTree, limit: number, openOnly = false): void {
  for (let n = copy.version.n; n < tree.version.n; ) {
    const answer = tree.changesSince(n, { limit, openOnly })
    if (answer === 'start-over') throw new Error('the copy is of this tree')
    for (const change of answer.changes) copy.apply(change)
    copy.advanceTo(answer.to)
    assert.ok(answer.to > n)
    n = answer.to
  }
}

type Step =
  | { kind: 'put'; entry: Entry }
  | { kind: 'delete'; path: string }
  | { kind: 'visibility'; name: string; visibility: Visibility }
  | { kind: 'root'; path: string; digit: number }
  | { kind: 'reconcile'; path: string; found: Found[] }
  | { kind: 'follow'; limit: number }

const part = fc.constantFrom('a', 'b', 'B', 'c d')
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
const visibility = fc.constantFrom<Visibility>('everyone', 'verified', ['x'], ['x', 'y'])
const size = fc.constantFrom(0, 1, 5, 2 ** 40)
const reason = fc.constantFrom(undefined, undefined, undefined, 'unreadable' as const)
const found: fc.Arbitrary<Found> = fc.oneof(
  fc.record({
    type: fc.constant('file' as const),
    name: part,
    size,
    mtime: fc.nat(2),
    stamp: fc.integer({ min: 1, max: 2 }),
    exec: fc.boolean(),
  }),
  fc.record({ type: fc.constant('folder' as const), name: part, mtime: fc.nat(2) }),
)
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc
    .record({ path, size, mtime: fc.nat(2), visibility, exec: fc.boolean(), reason })
    .map(({ exec, reason, ...facts }) => ({
      type: 'file' as const,
      ...facts,
      ...(exec && { exec }),
      ...(reason && { reason }),
    })),
  fc.record({ type: fc.constant('folder' as const), path, mtime: fc.nat(2), visibility }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), entry }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('visibility' as const), name: part, visibility }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('root' as const), path, digit: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reconcile' as const),
      path: fc.oneof(fc.constant(''), path),
      found: fc.uniqueArray(found, { selector: item => item.name, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('follow' as const), limit: fc.integer({ min: 1, max: 5 }) }),
  },
)

function take(tree: ManifestTree, step: Exclude<Step, { kind: 'follow' }>): void {
  switch (step.kind) {
    case 'put':
      return void tree.put(step.entry, 1)
    case 'delete':
      return void tree.delete(step.path)
    case 'visibility':
      return void tree.setVisibility(step.name, step.visibility)
    case 'root':
      return void tree.setRoot(step.path, 1, rootOf(step.digit))
    case 'reconcile':
      tree.reconcile(step.path, step.found)
  }
}

test('a copy that follows from any version becomes the tree; so do a copy for everyone and one from disk', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
      const tree = new ManifestTree(EPOCH)
      const disk: ChangeBlock[] = []
      const keep = (limit: number) => {
        const { n } = tree.version
        disk.push(...tree.pack(disk.at(-1)?.last ?? 0, n, limit))
        // As those that are outdated are packed in time: whichever.
        const [from, to] = [disk[limit], disk[limit + 1]]
        if (from && to) disk.splice(limit, 2, ...tree.pack(from.first - 1, to.last, 5))
      }
      const copy = new ManifestTree(EPOCH)
      const open = new ManifestTree(EPOCH)
      for (const step of steps) {
        if (step.kind === 'follow') {
          follow(tree, copy, step.limit)
          follow(tree, open, step.limit, true)
          keep(step.limit)
        } else take(tree, step)
      }

      follow(tree, copy, limit)
      follow(tree, open, limit, true)
      const read = new ManifestTree(EPOCH)
      keep(limit)
      for (const { bytes } of disk) read.applyPacked(bytes)

      assert.equal(all(copy), all(tree))
      assert.equal(
        all(open),
        all(tree).filter(entry => entry.visibility === 'everyone'),
      )
      assert.equal(all(open), all(tree, true))
      assert.equal(all(read), all(tree))
      assert.equal(read.changesSince(0, { limit: 1e9, openOnly: true }), withN(tree, read.version.n))
      assert.ok(all(read).every(entry => read.stamp(entry.path) === tree.stamp(entry.path)))
    }),
    { numRuns: 400 },
  )
})

/** The tree's own answer, but for a version whose last change left no record. */
function withN(tree: ManifestTree, to: number) {
  const answer = tree.changesSince(0, { limit: 1e9, openOnly: true })
  return answer === 'start-over' ? answer : { to, changes: answer.changes }
}

test('a delta taken twice changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const tree = new ManifestTree(EPOCH)
      for (const step of steps) if (step.kind !== 'follow') take(tree, step)
      const copy = new ManifestTree(EPOCH)
      follow(tree, copy, 1000)
      const before = all(copy)

      const delta = tree.changesSince(0, { limit: 1000 })
      for (const change of delta === 'start-over' ? [] : delta.changes) copy.apply(change)

      assert.equal(all(copy), before)
      assert.equal(copy.version, tree.version)
    }),
  )
})

test('the sums of folders, found roots and pages are those of a recount from scratch', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const tree = new ManifestTree(EPOCH)
      for (const step of steps) if (step.kind !== 'follow') take(tree, step)
      const entries = all(tree)

      assert.is(tree.size, entries.length)
      for (const folder of [
        '',
        ...entries.filter(entry => entry.type === 'folder').map(entry => entry.path),
      ]) {
        const below = entries.filter(entry => folder === '' || entry.path.startsWith(`${folder}/`))
        assert.equal(tree.counts(folder), recount(below))
        assert.equal(
          pagedDeep(tree, folder),
          below.map(entry => entry.path),
        )
        const inside = below.filter(
          entry => !entry.path.slice(folder === '' ? 0 : folder.length + 1).includes('/'),
        )
        const listed = tree.list(folder, { offset: 0, limit: 1000 })?.entries.map(line => line.path)
        assert.equal([...(listed ?? [])].sort(), inside.map(entry => entry.path).sort())
      }
      for (const digit of [1, 2, 3]) {
        const wanted = entries.filter(entry => entry.type === 'file' && entry.root === rootOf(digit))
        assert.equal(
          [...tree.withRoot(rootOf(digit))].sort((a, b) => comparePaths(a.path, b.path)),
          wanted,
        )
      }
      const unhashed = tree.unhashed(3, size => size, new Set()).map(file => file.size)
      const sizes = entries.flatMap(entry =>
        entry.type === 'file' && !entry.root && !entry.reason && entry.size ? [entry.size] : [],
      )
      assert.equal(unhashed, sizes.sort((a, b) => a - b).slice(0, 3))
    }),
    { numRuns: 300 },
  )
})

function recount(entries: readonly Entry[]): Counts {
  const counts = { files: 0, bytes: 0, hashed: 0, hashedBytes: 0 }
  for (const entry of entries) {
    const own = countsOf(entry)
    counts.files += own.files
    counts.bytes += own.bytes
    counts.hashed += own.hashed
    counts.hashedBytes += own.hashedBytes
  }
  return counts
}

function pagedDeep(tree: ManifestTree, path: string): string[] {
  const paths: string[] = []
  for (;;) {
    const page = tree.deep(path, { offset: paths.length, limit: 2 })
    paths.push(...(page?.entries.map(line => line.path) ?? []))
    if (!page || page.entries.length === 0) return paths
  }
}

test('each change is one n, and what changes nothing is none', () => {
  const tree = new ManifestTree(EPOCH)

  assert.is(tree.put(folder('a')), 1)
  assert.is(tree.put(file('a/x')), 2)
  assert.is(tree.put(file('a/x')), undefined)
  assert.is(tree.put(file('a/x', 2)), 3)
  assert.is(tree.delete('a/y'), undefined)
  assert.is(tree.delete('a'), 4)
  assert.equal(tree.version, { epoch: EPOCH, n: 4 })
  assert.is(tree.changesSince(5, { limit: 1 }), 'start-over')
})

test('security: restricted entries never reach the registry: not by name, not when deleted', () => {
  const tree = new ManifestTree(EPOCH)
  tree.put(folder('secret', ['x']))
  tree.put(file('secret/plan'))
  tree.put(folder('open'))
  tree.delete('secret/plan')
  tree.delete('secret')
  const told: Change[] = []

  const answer = tree.changesSince(0, { limit: 100, openOnly: true })
  if (answer !== 'start-over') told.push(...answer.changes)

  assert.equal(
    told.map(change => (change.op === 'put' ? change.entry.path : change.path)),
    ['open'],
  )
})

test('security: what closes is a deletion for the registry, what opens again comes whole', () => {
  const tree = new ManifestTree(EPOCH)
  tree.put(folder('films'))
  tree.put(file('films/a'))
  const n = tree.version.n
  tree.setVisibility('films', 'verified')
  const closed = tree.changesSince(n, { limit: 100, openOnly: true })
  const later = tree.version.n
  tree.setVisibility('films', 'everyone')
  const opened = tree.changesSince(later, { limit: 100, openOnly: true })

  assert.equal(ops(closed), ['delete films'])
  assert.equal(ops(opened), ['put films', 'put films/a'])
})

function ops(answer: ReturnType<ManifestTree['changesSince']>): string[] {
  if (answer === 'start-over') return []
  return answer.changes.map(change =>
    change.op === 'put' ? `put ${change.entry.path}` : `delete ${change.path}`,
  )
}

test('security: a listing shows only what the asker may see, in whole lists, pages and sums', () => {
  const tree = new ManifestTree(EPOCH)
  for (const name of ['a', 'b', 'c']) {
    tree.put(folder(name, name === 'b' ? ['friend'] : 'everyone'))
    tree.put(file(`${name}/x`))
  }
  const stranger = (visibility: Visibility) => visibility === 'everyone'

  assert.is(tree.list('', { offset: 0, limit: 10 }, stranger)?.total, 2)
  assert.equal(
    tree.deep('', { offset: 1, limit: 2 }, stranger)?.entries.map(line => line.path),
    ['a/x', 'c'],
  )
  assert.is(tree.deep('', { offset: 0, limit: 2 }, stranger)?.total, 4)
  assert.is(tree.list('b', { offset: 0, limit: 10 }, stranger), undefined)
  assert.is(tree.self('b/x', stranger), undefined)
  assert.is(tree.deep('b', { offset: 0, limit: 10 }, stranger), undefined)
  assert.is(tree.list('b', { offset: 0, limit: 10 })?.total, 1)
})

test('a file keeps its root while its stamp is the same, and only then', () => {
  const tree = new ManifestTree(EPOCH)
  const item: Found = { type: 'file', name: 'x', size: 5, mtime: 1, stamp: 7 }
  tree.reconcile('', [item])

  assert.not(tree.setRoot('x', 8, rootOf(1)))
  assert.ok(tree.setRoot('x', 7, rootOf(1)))
  const n = tree.version.n
  tree.reconcile('', [item])
  assert.is(tree.version.n, n)
  tree.reconcile('', [{ ...item, stamp: 8 }])
  assert.is(tree.version.n, n + 1)
  assert.equal(tree.get('x'), { type: 'file', path: 'x', size: 5, mtime: 1, visibility: 'everyone' })
})

test('the right to execute is a change of its own, and a file keeps its root with it', () => {
  const tree = new ManifestTree(EPOCH)
  const found = { type: 'file', name: 'run', size: 3, mtime: 1, stamp: 7 } as const
  tree.reconcile('', [found])
  const root = rootOf(1)
  tree.setRoot('run', 7, root)
  const { n } = tree.version

  tree.reconcile('', [{ ...found, exec: true }])
  const allowed = tree.changesSince(n, { limit: 9 })
  tree.reconcile('', [found])
  const taken = tree.changesSince(n, { limit: 9 })

  const entry = { type: 'file', path: 'run', size: 3, mtime: 1, root, visibility: 'everyone' } as const
  assert.equal(allowed, { to: n + 1, changes: [{ n: n + 1, op: 'put', entry: { ...entry, exec: true } }] })
  assert.equal(taken, { to: n + 2, changes: [{ n: n + 2, op: 'put', entry }] })
})

test('a folder that can not be listed keeps its reason until it can, and loses what was in it', () => {
  const tree = new ManifestTree(EPOCH)
  const found: Found[] = [{ type: 'folder', name: 'a', mtime: 1 }]
  assert.equal(tree.reconcile('', found), ['a'])
  tree.put(file('a/x'))

  tree.closeFolder('a', 'unreadable')
  assert.equal(tree.reconcile('', found), [])
  assert.is(tree.get('a')?.reason, 'unreadable')
  assert.is(tree.size, 1)

  tree.reconcile('a', [], { mtime: 5 })
  assert.equal(tree.get('a'), { type: 'folder', path: 'a', mtime: 5, visibility: 'everyone' })
})

test('no change is told that is not on disk yet', () => {
  const tree = new ManifestTree(EPOCH)
  for (const name of ['a', 'b', 'c']) tree.put(file(name))

  assert.equal(ops(tree.changesSince(0, { limit: 10, upTo: 2 })), ['put a', 'put b'])
  assert.equal(tree.changesSince(2, { limit: 10, upTo: 2 }), { to: 2, changes: [] })
  assert.is(tree.changesSince(3, { limit: 10, upTo: 2 }), 'start-over')
})

test('under a new epoch the entries are the same, numbered from 1, and no deletion is remembered', () => {
  const tree = new ManifestTree(EPOCH)
  tree.put(folder('a', 'verified'))
  for (let i = 0; i < 10; i++) tree.put(file(`a/${i}`))
  for (let i = 0; i < 5; i++) tree.delete(`a/${i}`)

  const anew = tree.startAnew('1'.repeat(32))

  assert.equal(all(anew), all(tree))
  assert.is(anew.tombstones, 0)
  assert.is(anew.countChanges(0, 6), 6)
  assert.equal(anew.version, { epoch: '1'.repeat(32), n: 6 })
})

test('a million entries are made, counted and paged in little memory', () => {
  const before = process.memoryUsage()
  const tree = new ManifestTree(EPOCH)
  tree.put(folder('m'))
  for (let f = 0; f < 1000; f++) {
    tree.put(folder(`m/folder ${f}`))
    tree.reconcile(
      `m/folder ${f}`,
      Array.from({ length: 1000 }, (_, i) => ({
        type: 'file',
        name: `some file name ${i}.txt`,
        size: i,
        mtime: i,
        stamp: i + 1,
      })),
    )
  }
  const after = process.memoryUsage()
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  const started = performance.now()

  assert.equal(tree.counts('')?.files, 1_000_000)
  assert.is(tree.deep('', { offset: 700_000, limit: 300 })?.entries.length, 300)
  assert.is(tree.unhashed(1000, size => size, new Set()).length, 1000)
  assert.ok(performance.now() - started < 2000)
  assert.ok(bytes < 400e6, `${bytes} bytes`)
  console.log(`${Math.round(bytes / 1e6)} MB, ${Math.round(performance.now() - started)} ms`)
})

test.run()
