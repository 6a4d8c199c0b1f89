import fc from 'fast-check'
import fuzzysearch from 'fuzzysearch-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { type PeerId, peerIdOfKey } from '../identity/index.js'
import { parseRoot, type Root } from '../manifest/index.js'
import type { SearchAnswer, SearchRequest, WireEntry } from '../wire/index.js'
import { createSearchIndex, kindOf, parseQuery, type SearchIndex } from './index.js'
import { lettersOf } from './letters.js'
import { isSubsequence } from './match.js'
import { alignmentDistance, BruteForce, type PlainHit } from './testing/brute-force.js'
import { isTypoOf } from './typo.js'

const ids = Array.from({ length: 4 }, (_, i) => peerIdOfKey(Buffer.from([i])))
const [ann, bob, cyd, dan] = ids as [PeerId, PeerId, PeerId, PeerId]
const names = new Map([
  [ann, { name: 'Ann', online: true }],
  [bob, { name: 'Bob', online: false }],
  [cyd, { name: 'Cyd', online: true }],
])
const people = (id: PeerId) => names.get(id)
const rootOf = (digit: number): Root => parseRoot(`${digit}`.repeat(64))

function file(path: string, more: { size?: number; mtime?: number; root?: Root } = {}): WireEntry {
  return {
    type: 'file',
    path,
    size: more.size ?? 1,
    mtime: more.mtime ?? 1,
    ...(more.root && { root: more.root }),
  }
}

function find(index: SearchIndex, query: string, more: Partial<SearchRequest> = {}): string[] {
  return index.search({ query, offset: 0, limit: 300, ...more }, people).hits.map(hit => hit.path)
}

test('a word matches as a whole, a prefix, a part, with typos and as an abbreviation, in this order', () => {
  const index = createSearchIndex()
  const order = ['holiday', 'holidays', 'myholiday', 'holyday', 'hotelmolinidapay']
  index.add(
    ann,
    [...order].reverse().map(name => file(`${name}.jpg`)),
  )

  assert.equal(
    find(index, 'holiday'),
    order.map(name => `${name}.jpg`),
  )
})

test('what fuzzysearch-ts calls a subsequence is found', () => {
  const index = createSearchIndex()
  index.add(ann, [file('cartwheel')])

  for (const query of ['twl', 'cart', 'cw', 'ee', 'art'])
    assert.equal(find(index, query), ['cartwheel'], query)
  for (const query of ['eeel', 'dog']) assert.equal(find(index, query), [], query)
})

test('a name comes before a folder, online before offline, more sources before fewer', () => {
  const index = createSearchIndex()
  index.add(ann, [file('tree/x1'), file('a/tree', { root: rootOf(1) })])
  index.add(bob, [file('b/tree')])
  index.add(cyd, [file('c/tree', { root: rootOf(1) }), file('d/tree')])

  const { hits, total, complete } = index.search({ query: 'tree', offset: 0, limit: 9 }, people)

  assert.equal(
    hits.map(hit => hit.path),
    ['tree', 'a/tree', 'd/tree', 'b/tree', 'tree/x1'].sort((a, b) => order(a) - order(b)),
  )
  assert.is(total, 5)
  assert.ok(complete)

  function order(path: string): number {
    return ['a/tree', 'tree', 'd/tree', 'b/tree', 'tree/x1'].indexOf(path)
  }
})

test('the same content at several people is one hit with its owners, online first', () => {
  const index = createSearchIndex()
  index.add(bob, [file('old/song.mp3', { root: rootOf(2), size: 7 })])
  index.add(ann, [
    file('song.mp3', { root: rootOf(2), size: 7 }),
    file('copy/song.mp3', { root: rootOf(2), size: 7 }),
  ])

  const { hits } = index.search({ query: 'song', offset: 0, limit: 9 }, people)

  assert.is(hits.length, 1)
  assert.equal(hits[0]?.owners, [
    { id: ann, name: 'Ann', online: true, path: hits[0]?.path ?? '' },
    { id: bob, name: 'Bob', online: false, path: 'old/song.mp3' },
  ])
  assert.is(hits[0]?.ownerCount, 2)
  assert.equal([...index.owners(rootOf(2))].sort(), [ann, bob].sort())
})

test('accents and case are folded, in names and in queries', () => {
  const index = createSearchIndex()
  index.add(ann, [file('Élégie für Straße.ogg'), file('e\u0301te\u0301.txt'), file('ΟΔΟΣ.txt')])

  for (const query of ['elegie', 'ÉLÉGIE', 'fur', 'strasse', 'STRAẞE']) {
    assert.equal(find(index, query), ['Élégie für Straße.ogg'], query)
  }
  assert.equal(find(index, 'été'), ['e\u0301te\u0301.txt'])
  assert.equal(find(index, 'οδος'), ['ΟΔΟΣ.txt'])
})

test('filters narrow by kind, extension, size, date, owner, presence, words and phrases left out', () => {
  const index = createSearchIndex()
  index.add(ann, [
    file('trip/beach day.MP4', { size: 100, mtime: 10 }),
    file('trip/beach night.jpg', { size: 10, mtime: 20 }),
  ])
  index.add(bob, [file('trip/beach.txt', { size: 1, mtime: 30 })])

  assert.equal(find(index, 'beach', { kind: 'video' }), ['trip/beach day.MP4'])
  assert.equal(find(index, 'trip', { kind: 'folder' }), ['trip', 'trip'])
  assert.equal(find(index, 'beach', { extensions: ['mp4', 'txt'] }), ['trip/beach day.MP4', 'trip/beach.txt'])
  assert.equal(find(index, 'beach', { minSize: 10, maxSize: 99 }), ['trip/beach night.jpg'])
  assert.equal(find(index, 'beach', { after: 20, before: 25 }), ['trip/beach night.jpg'])
  assert.equal(find(index, 'beach', { owner: bob }), ['trip/beach.txt'])
  assert.equal(find(index, 'beach -night', { online: true }), ['trip/beach day.MP4'])
  assert.equal(find(index, '"beach n"'), ['trip/beach night.jpg'])
  assert.equal(find(index, 'trip -"beach " -xyz', { kind: 'document' }), ['trip/beach.txt'])
})

test('a folder tells its files and bytes, and goes with all below it', () => {
  const index = createSearchIndex()
  index.add(ann, [file('a/b/c.txt', { size: 5 }), file('a/d.txt', { size: 6 })])

  assert.is(index.columns.size(index.rowOf(ann, 'a')), 11)
  assert.is(index.columns.files(index.rowOf(ann, '')), 2)
  index.remove(ann, ['a/b/c.txt'])
  assert.is(index.rowOf(ann, 'a/b'), -1)
  index.remove(ann, ['a', 'not/there'])

  assert.is(index.size, 0)
  assert.equal(find(index, 'txt'), [])
})

test('an owner is counted as a manifest counts: without what has a reason', () => {
  const index = createSearchIndex()
  index.add(ann, [
    file('a', { size: 5, root: rootOf(1) }),
    file('b/c', { size: 6 }),
    file('empty', { size: 0 }),
  ])
  index.add(ann, [{ type: 'file', path: 'd', size: 9, mtime: 1, reason: 'unreadable' }])

  assert.equal(index.counts(ann), { files: 3, bytes: 11, hashed: 2 })
  index.add(ann, [file('b/c', { size: 7, root: rootOf(2) }), file('d', { size: 9 })])
  assert.equal(index.counts(ann), { files: 4, bytes: 21, hashed: 3 })
  index.remove(ann, ['a', 'b'])
  assert.equal(index.counts(ann), { files: 2, bytes: 9, hashed: 1 })
})

test('pages hold each hit once', () => {
  const index = createSearchIndex()
  index.add(
    ann,
    Array.from({ length: 1000 }, (_, i) => file(`some name ${i % 7} of ${i}`)),
  )

  const pages = Array.from({ length: 11 }, (_, page) =>
    find(index, 'name of', { offset: page * 100, limit: 100 }),
  )

  assert.is(new Set(pages.flat()).size, 1000)
  assert.equal(pages[10], [])
})

test('entries of people nobody may see are not found', () => {
  const index = createSearchIndex()
  index.add(dan, [file('secret thing')])

  assert.equal(find(index, 'secret'), [])
})

test('a page fits a message, however long the paths', () => {
  const index = createSearchIndex()
  const deep = Array.from({ length: 15 }, (_, i) => `${i}${'x'.repeat(250)}`).join('/')
  index.add(
    ann,
    Array.from({ length: 200 }, (_, i) => file(`${deep}/target ${i}`)),
  )

  const { hits, total } = index.search({ query: 'target', offset: 0, limit: 300 }, people)

  assert.is(total, 200)
  assert.ok(hits.length > 10 && Buffer.byteLength(JSON.stringify(hits)) < 256 * 1024)
})

for (const query of [
  '',
  ' ',
  'a',
  ' a ',
  'x'.repeat(129),
  'a b c d e f g h i',
  '..',
  '-ab',
  '"',
  '-',
  '"()"',
]) {
  test(`"${query.slice(0, 12)}" of ${query.length} characters is refused`, () => {
    assert.throws(
      () => parseQuery(query),
      (error: unknown) => hasCode(error, 'BAD_INPUT'),
    )
  })
}

test('security: expensive search: what would be a regular expression is text', () => {
  const index = createSearchIndex()
  index.add(ann, [file('a(b)*+c[d].txt'), file('other')])

  assert.equal(find(index, '(b'), ['a(b)*+c[d].txt'])
  assert.equal(find(index, '[d]. *+c'), ['a(b)*+c[d].txt'])
  assert.equal(find(index, '(((((a+)+)+)+)$'), ['a(b)*+c[d].txt'])
})

test('security: expensive search: worst queries end within the budget and say what they lack', () => {
  let now = 0
  const index = createSearchIndex({ budgetMs: 20, now: () => now++ * 1000 })
  index.add(
    ann,
    Array.from({ length: 20_000 }, (_, i) => file(`aaaa${i}`)),
  )

  const answer = index.search({ query: 'aa', offset: 0, limit: 300 }, people)

  assert.not(answer.complete)
  assert.ok(answer.hits.length > 0)
})

test('typos are counted as the alignment distance does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 })
  fc.assert(
    fc.property(text, text, fc.constantFrom(1, 2), (a, b, most) => {
      assert.is(isTypoOf(lettersOf(a), lettersOf(b), 0, b.length, most), alignmentDistance(a, b) <= most)
    }),
    { numRuns: 5000 },
  )
})

test('an abbreviation is what fuzzysearch-ts finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 8, minLength: 1 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.is(isSubsequence(lettersOf(a), lettersOf(b), 0, b.length), fuzzysearch(a, b))
    }),
    { numRuns: 2000 },
  )
})

test('kinds are told by the extension', () => {
  assert.is(kindOf('a.MKV'), 'video')
  assert.is(kindOf('a.b.jpg'), 'picture')
  assert.is(kindOf('README'), undefined)
  assert.is(kindOf('.mp3'), undefined)
  assert.is(kindOf('a.constructor'), undefined)
})

const word = fc.constantFrom(
  'summer',
  'sumer',
  'summers',
  'midsummer',
  'vacation',
  'vacatoin',
  'vaction',
  'photo',
  'fotos',
  'a',
  'b2',
  '2019',
  'été',
  'Zoë',
  'mp4',
  'abcdefghij',
  'abcdefgihj',
  '__proto__',
  'constructor',
)
const name = fc
  .array(word, { minLength: 1, maxLength: 3 })
  .chain(words => fc.constantFrom(' ', '_', '.').map(by => words.join(by)))
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
const entry: fc.Arbitrary<WireEntry> = fc.oneof(
  fc
    .record({
      path,
      size: fc.nat(5),
      mtime: fc.nat(5),
      root: fc.option(fc.nat(3).map(rootOf), { nil: undefined }),
    })
    .map(({ path, ...more }) =>
      file(path, { size: more.size, mtime: more.mtime, ...(more.root && { root: more.root }) }),
    ),
  fc.record({ type: fc.constant('folder' as const), path, mtime: fc.nat(5) }),
)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('add' as const), owner: fc.constantFrom(...ids), entry }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remove' as const), owner: fc.constantFrom(...ids), path }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      owner: fc.constantFrom(...ids),
      path: fc.constant(''),
    }),
  },
)
const term = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 2, arbitrary: fc.constantFrom('sum', 'vac', 'smr', 'vctn', 'mer', 'ph', 'sumemr', 'hij', 'ac') },
  { weight: 1, arbitrary: word.map(one => `-${one}`) },
  { weight: 1, arbitrary: fc.tuple(word, word).map(both => `"${both.join(' ')}"`) },
)
const request = fc
  .record({
    terms: fc.array(term, { minLength: 1, maxLength: 3 }),
    kind: fc.option(fc.constantFrom('video' as const, 'folder' as const), { nil: undefined }),
    minSize: fc.option(fc.nat(4), { nil: undefined }),
    before: fc.option(fc.nat(4), { nil: undefined }),
    owner: fc.option(fc.constantFrom(...ids), { nil: undefined, freq: 5 }),
    online: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ terms, ...filters }): SearchRequest => {
    const set = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined))
    return { query: terms.join(' '), offset: 0, limit: 300, ...set }
  })

test('it finds what brute force finds, in the same order, whatever was added and removed before', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.array(request, { minLength: 1, maxLength: 6 }),
      (steps, requests) => {
        const index = createSearchIndex()
        const brute = new BruteForce()
        for (const one of steps) {
          if (one.do === 'add') {
            index.add(one.owner, [one.entry])
            brute.add(one.owner, one.entry)
          } else {
            if (one.path === '') index.removeOwner(one.owner)
            else index.remove(one.owner, [one.path])
            brute.remove(one.owner, one.path)
          }
        }

        assert.is(
          index.size,
          ids.reduce((sum, id) => sum + brute.entries(id).length, 0),
        )
        for (const one of requests) compare(index, brute, one)
      },
    ),
    { numRuns: 600 },
  )
})

function compare(index: SearchIndex, brute: BruteForce, request: SearchRequest): void {
  let query: ReturnType<typeof parseQuery>
  try {
    query = parseQuery(request.query)
  } catch {
    return // of excluded words only
  }
  const wanted = brute.search(request, query, people)

  const { total, complete, hits } = index.search(request, people)

  assert.is(total, wanted.length)
  assert.ok(complete)
  assert.is(hits.length, wanted.length)
  for (const [place, hit] of hits.entries()) {
    const group = wanted.find(one => one.entries.includes(`${hit.owners[0]?.id}:${hit.path}`))
    const expected = wanted[place]
    assert.ok(group && expected)
    assert.is(rank(group), rank(expected), `place ${place} of ${request.query}`)
    assert.equal(group.owners, hit.owners.map(owner => owner.id).sort())
  }
  assert.equal(pages(index, request), hits)
}

/** All hits, two at a time. */
function pages(index: SearchIndex, request: SearchRequest): SearchAnswer['hits'] {
  const all: SearchAnswer['hits'] = []
  for (;;) {
    const { total, complete, hits } = index.search({ ...request, offset: all.length, limit: 2 }, people)
    assert.ok(complete || total > all.length + 2)
    if (hits.length === 0) return all
    all.push(...hits)
  }
}

function rank({ cost, online, sources, nameBytes }: PlainHit): string {
  return `${cost} ${online} ${sources} ${nameBytes}`
}

test.run()
