import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../errors/index.js'
import type { OfferPage } from '../../wire/index.js'
import type { Letterbox } from './post.js'
import { readEntries } from './read-entries.js'

const OFFER = { id: 'a'.repeat(32), count: 3, files: 3, bytes: 3 }
const file = (path: string, size = 1) => ({ type: 'file', path, size, mtime: 0 }) as const

/** A sender that answers with these pages in turn, then with empty ones. */
function senderOf(pages: readonly OfferPage['entries'][], total = OFFER.count): Letterbox {
  let next = 0
  const request = async () => ({ total, entries: pages[next++] ?? [] })
  return { request: request as unknown as Letterbox['request'] }
}

test('pages are read until all entries are there, however short they are', async () => {
  const pages = await readEntries(OFFER, senderOf([[file('a')], [file('b'), file('c')]]))

  assert.equal([...pages.keys()], [0, 1])
  assert.equal(
    [...pages.values()].flat().map(({ path }) => path),
    ['a', 'b', 'c'],
  )
})

const lies: readonly [string, Letterbox][] = [
  [
    'more entries',
    senderOf([
      [file('a'), file('b')],
      [file('c', 0), file('d', 0)],
    ]),
  ],
  ['more bytes', senderOf([[file('a', 9)]])],
  ['fewer entries', senderOf([[file('a')]])],
  ['another count', senderOf([[file('a'), file('b'), file('c')]], 4)],
  ['a path twice', senderOf([[file('a'), file('b'), file('b')]])],
]
for (const [what, sender] of lies) {
  test(`a list with ${what} is not what was offered`, async () => {
    const error = await readEntries(OFFER, sender).catch(reason => reason)

    assert.ok(hasCode(error, 'BAD_INPUT'), error)
  })
}

test.run()
