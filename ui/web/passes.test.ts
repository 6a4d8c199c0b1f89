import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Passes } from './passes.js'

test('the token lets in as often as it is shown', () => {
  const passes = new Passes()

  assert.is(passes.check(passes.token), 'token')
  assert.is(passes.check(passes.token), 'token')
  assert.is(passes.check(`${passes.token}x`), undefined)
  assert.is(passes.check(''), undefined)
})

test('security: secrets in the open: a ticket lets in once', () => {
  const passes = new Passes()
  const ticket = passes.issueTicket()

  assert.is(passes.check(ticket), 'ticket')
  assert.is(passes.check(ticket), undefined)
})

test('security: secrets in the open: a ticket is worth nothing after a minute', () => {
  let now = 0
  const passes = new Passes(() => now)
  const ticket = passes.issueTicket()

  now = 60_001

  assert.is(passes.check(ticket), undefined)
})

test.run()
