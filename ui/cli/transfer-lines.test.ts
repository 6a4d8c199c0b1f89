import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Transfer } from '../../core/index.js'
import { stateText, withWhom } from './transfer-lines.js'

function transfer(fields: Partial<Transfer>): Transfer {
  const none = { files: 1, filesDone: 0, bytes: 0, total: 3, rate: 0, fetched: 0, wasted: 0, reused: 0 }
  const base = { id: '1', name: 'a', seconds: 0, target: '/a', createdAt: 0 }
  return { ...base, ...none, direction: 'down', state: 'queued', ...fields }
}

test('a transfer is told with whom it is', () => {
  assert.is(withWhom(transfer({ ownerName: 'anna' })), 'from anna')
  assert.is(withWhom(transfer({ direction: 'up', toName: 'ben', ownerName: 'me' })), 'to ben')
  assert.is(withWhom(transfer({})), '')
})

test('a send tells what its receiver does', () => {
  const send = (fields: Partial<Transfer>) =>
    stateText(transfer({ direction: 'up', toName: 'ben', ...fields }))
  const error = { code: 'DECLINED', message: 'ben declined it.' } as const

  assert.is(send({ state: 'cancelled', error }), 'declined')
  assert.is(send({ state: 'downloading' }), 'sending')
  assert.is(send({ state: 'paused', reason: 'user' }), 'paused by the receiver')
  assert.is(send({ state: 'awaiting-consent', reason: 'nobody-online' }), 'waiting for ben to be here')
})

test.run()
