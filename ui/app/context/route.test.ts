import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { formatRoute, parseRoute, type Route } from './route.js'

const routes: readonly Route[] = [
  { pane: 'people' },
  { pane: 'people', who: 'anna#abcdefgh' },
  { pane: 'transfers' },
  { pane: 'transfers', part: 'followed' },
  { pane: 'more' },
  { pane: 'search', text: '' },
  { pane: 'search', text: 'a/b c#d?%' },
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

test.run()
