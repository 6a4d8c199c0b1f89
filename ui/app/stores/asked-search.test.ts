import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { askedKey, hasFilters } from './asked-search.js'

test('space around the words, the order of endings and filters that ask nothing make no other search', () => {
  const asked = askedKey({ query: 'film', extensions: ['mkv', 'mp4'] })

  assert.is(askedKey({ query: ' film ', extensions: ['mp4', 'mkv'], minSize: 0, online: false }), asked)
  assert.is.not(askedKey({ query: 'film', extensions: ['mkv'] }), asked)
  assert.is.not(askedKey({ query: 'films', extensions: ['mkv', 'mp4'] }), asked)
})

for (const filters of [
  { kind: 'video' },
  { minSize: 1 },
  { maxSize: 0 },
  { online: true },
  { extensions: ['iso'] },
] as const) {
  test(`${JSON.stringify(filters)} is a filter`, () => {
    assert.ok(hasFilters(filters))
    assert.is.not(askedKey({ query: 'film', ...filters }), askedKey({ query: 'film' }))
  })
}

test('no filters are none, also where they are named', () => {
  assert.not.ok(hasFilters({}))
  assert.not.ok(hasFilters({ extensions: [], minSize: 0, online: false }))
})

test.run()
