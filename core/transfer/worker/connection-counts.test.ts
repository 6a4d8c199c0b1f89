import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../identity/index.js'
import { LIMITS } from '../../wire/index.js'
import { ConnectionCounts } from './connection-counts.js'

const ann = 'ann' as PeerId
const few = {
  ...LIMITS,
  connectionsBeforeHello: 2,
  connectionsAPeer: 3,
  connectionsOfPeer: 5,
} as unknown as typeof LIMITS

test('security: connection floods: an address gets few connections before hello, more after it', () => {
  const counts = new ConnectionCounts(few)
  const [one, two] = [counts.enter('10.0.0.1'), counts.enter('10.0.0.1')]
  assert.is(counts.enter('10.0.0.1'), undefined)
  assert.ok(counts.enter('10.0.0.2'))

  assert.ok(one?.name(ann))
  two?.leave()
  two?.leave()

  assert.ok(counts.enter('10.0.0.1'))
  assert.ok(counts.enter('10.0.0.1'))
  assert.is(counts.enter('10.0.0.1'), undefined)
})

test('security: connection floods: a peer has few connections, and there are so many in all', () => {
  const counts = new ConnectionCounts(few)
  const open = [1, 2, 3, 4, 5].map(() => counts.enter('127.0.0.1'))
  assert.is(counts.enter('127.0.0.1'), undefined)

  assert.equal(
    open.map(one => one?.name(ann)),
    [true, true, true, false, false],
  )
  for (const one of open) one?.leave()

  assert.ok(counts.enter('127.0.0.1')?.name(ann))
})

test.run()
