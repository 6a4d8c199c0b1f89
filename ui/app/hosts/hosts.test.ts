import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { LinkState } from '../host.js'
import { createFakePeer } from '../testing/index.js'
import { createLink } from './link.js'
import { retryAfterMs } from './retry.js'
import { takePass } from './token.js'

function fakePage(hash: string) {
  const stored = new Map<string, string>()
  const page = {
    location: { hash },
    history: {
      replaceState: (_data: unknown, _title: string, url?: string | URL | null) => {
        page.location.hash = String(url)
      },
    },
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
  }
  return page
}

test('security: the token leaves the address bar and is found again after a reload', () => {
  const page = fakePage('#token=Ab-9_x')

  assert.equal(takePass(page), { kind: 'token', text: 'Ab-9_x' })
  assert.is(page.location.hash, '#/people')
  assert.equal(takePass(page), { kind: 'token', text: 'Ab-9_x' })
})

test('security: a ticket leaves the address bar and is kept nowhere', () => {
  const page = fakePage('#ticket=Ab-9_x')

  assert.equal(takePass(page), { kind: 'ticket', text: 'Ab-9_x' })
  assert.is(page.location.hash, '#/people')
  assert.is(takePass(page), undefined)
})

test('a page without a token has none', () => {
  assert.is(takePass(fakePage('#/people')), undefined)
})

test('the peer of a link stays the same while the real one comes and goes', async () => {
  const link = createLink()
  const states: LinkState['kind'][] = []
  link.watchLink(({ kind }) => states.push(kind))
  const heard: string[] = []
  link.peer.subscribe(({ kind }) => heard.push(kind))
  const [first, second] = [createFakePeer({ people: 1 }), createFakePeer({ people: 2 })]

  link.attach(first)
  assert.is((await link.peer.people.list()).length, 1)
  first.emit({ kind: 'closed', error: { code: 'CONNECTION_LOST', message: '' } })
  link.lose()
  try {
    await link.peer.status()
    assert.unreachable()
  } catch (error) {
    assert.is(Object(error).code, 'CLOSED')
  }
  link.attach(second)
  first.emit({ kind: 'transfer-removed', id: 'late' })
  second.emit({ kind: 'transfer-removed', id: 'a' })
  assert.is((await link.peer.people.list()).length, 2)
  await second.close()

  assert.equal(states, ['connecting', 'open', 'lost', 'open', 'ended'])
  assert.equal(heard, ['transfer-removed', 'closed'])
})

test('tries come later and later, up to 15 s, spread by chance', () => {
  assert.is(retryAfterMs(0, 0), 250)
  assert.is(retryAfterMs(0, 1), 500)
  assert.is(retryAfterMs(3, 1), 4000)
  assert.is(retryAfterMs(50, 1), 15_000)
})

test.run()
