import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sampleId } from '../testing/index.js'
import { formatRoute, parseRoute, type Route } from './route.js'

const routes: readonly Route[] = [
  { pane: 'people' },
  { pane: 'people', who: 'anna#abcdefgh' },
  { pane: 'transfers' },
  { pane: 'transfers', part: 'followed' },
  { pane: 'more' },
  { pane: 'search', text: '' },
  { pane: 'search', text: 'a/b c#d?%' },
  { pane: 'search', text: 'what?', filters: { kind: 'video' } },
  { pane: 'search', text: '', filters: { extensions: ['mkv', 'c++'] } },
  {
    pane: 'search',
    text: 'film',
    filters: { minSize: 10_000_000, maxSize: 0, owner: sampleId(1), online: true },
  },
  { pane: 'browse', who: '', path: '' },
  { pane: 'browse', who: 'anna', path: '' },
  { pane: 'browse', who: 'anna#abcdefgh', path: 'Films/50% & more/naïve?#' },
  { pane: 'chat', who: 'Søren' },
]

for (const route of routes) {
  test(`${formatRoute(route)} leads back to where it came from`, () => {
    assert.equal(parseRoute(formatRoute(route)), route)
  })
}

for (const hash of ['', '#', '#/', '#/nowhere', '#token=abc', '#/%E0%A4%A']) {
  test(`"${hash}" leads to People`, () => {
    assert.equal(parseRoute(hash), { pane: 'people' })
  })
}

for (const beside of [
  'kind=everything&min=-1&max=1.5&owner=anna&online=maybe&ext=',
  'min=&max=1e999&ext=,,',
  '?',
  '%E0%A4%A=1',
]) {
  test(`of "${beside}" nothing is a filter`, () => {
    assert.equal(parseRoute(`#/search/film?${beside}`), { pane: 'search', text: 'film' })
  })
}

test.run()
