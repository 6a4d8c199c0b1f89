import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compareNames, comparePaths, cutPage, entryBytes, type ListOrder, sortListing } from './index.js'

test('names are in the order people expect: numbers by value, case and accents aside', () => {
  const wanted = ['1.txt', '2.txt', '02.txt', '10.txt', 'a', 'a1b', 'a1c', 'a10', 'B', 'é', 'Ef', 'z', 'ж']
  wanted.sort(() => -1)

  // '02' and '2' have one key: by code units '02' comes first.
  assert.equal(wanted.sort(compareNames), [
    '1.txt',
    '02.txt',
    '2.txt',
    '10.txt',
    'a',
    'a1b',
    'a1c',
    'a10',
    'B',
    'é',
    'Ef',
    'z',
    'ж',
  ])
})

test('the order of names is total: two names are never equal, and it is transitive', () => {
  const name = fc.oneof(
    fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom('a', 'A', 'é', 'e\u0301', '0', '1', '9', ' ', '.'),
    }),
    fc.string({ minLength: 1, unit: 'binary' }),
  )
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      assert.is(compareNames(a, b) === 0, a === b)
      assert.is(Math.sign(compareNames(a, b)), -Math.sign(compareNames(b, a)) || 0)
      const [x, y, z] = [a, b, c].sort(compareNames)
      assert.ok(
        compareNames(x ?? '', y ?? '') <= 0 &&
          compareNames(y ?? '', z ?? '') <= 0 &&
          compareNames(x ?? '', z ?? '') <= 0,
      )
    }),
  )
})

test('path order has a folder before what is in it, and that before its neighbours', () => {
  const paths = ['a b', 'a/x', 'a', 'a/x/y', 'a-', 'b', 'a/x y']

  assert.equal(paths.sort(comparePaths), ['a', 'a/x', 'a/x/y', 'a/x y', 'a b', 'a-', 'b'])
})

const rows = [
  { folder: false, name: 'b10', size: 5, mtime: 3 },
  { folder: true, name: 'z', size: 1, mtime: 9 },
  { folder: false, name: 'b9', size: 5, mtime: 1 },
  { folder: true, name: 'Y', size: 7, mtime: 2 },
  { folder: false, name: 'a', size: 9, mtime: 2 },
]
for (const { order, names } of [
  { order: {}, names: 'Y z a b9 b10' },
  { order: { sort: 'name', descending: true }, names: 'z Y b10 b9 a' },
  { order: { sort: 'size' }, names: 'z Y b9 b10 a' },
  { order: { sort: 'size', descending: true }, names: 'Y z a b9 b10' },
  { order: { sort: 'mtime' }, names: 'Y z b9 a b10' },
  { order: { sort: 'mtime', descending: true }, names: 'z Y b10 a b9' },
] satisfies { order: ListOrder; names: string }[]) {
  test(`sorted by ${order.sort ?? 'default'}${order.descending ? ', descending' : ''}: folders first, ties by name`, () => {
    const sorted = sortListing(rows, order, row => row)

    assert.is(sorted.map(row => row.name).join(' '), names)
  })
}

test('a page ends at its limit or its bytes, and holds one entry at least', () => {
  const list = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(100))
  const line = (path: string) => ({ type: 'folder', path, mtime: 0, files: 0, bytes: 0 }) as const
  const each = entryBytes(list[0] ?? '')

  assert.is(cutPage(list, { offset: 8, limit: 5 }, line).entries.length, 2)
  assert.is(cutPage(list, { offset: 0, limit: 4 }, line).entries.length, 4)
  assert.is(cutPage(list, { offset: 0, limit: 9, maxBytes: 3 * each }, line).entries.length, 3)
  assert.is(cutPage(list, { offset: 0, limit: 9, maxBytes: 1 }, line).entries.length, 1)
  assert.equal(cutPage(list, { offset: 99, limit: 9 }, line), { total: 10, entries: [] })
})

test.run()
