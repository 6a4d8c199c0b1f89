import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { HandshakeQueue } from './handshake-queue.js'

test('handshakes begin in their order, a few at once; who is gone before gives up the place', () => {
  const queue = new HandshakeQueue({ handshakesAtOnce: 2, handshakesWaiting: 3 })
  const begun: string[] = []
  const enter = (name: string) => queue.enter(() => begun.push(name))
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(enter)

  const sixth = enter('f')
  d?.()
  const seventh = enter('g')
  a?.()
  a?.()
  b?.()
  c?.()

  assert.is(sixth, undefined)
  assert.ok(seventh && e)
  assert.equal(begun, ['a', 'b', 'c', 'e', 'g'])
})

test.run()
