import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { addressesFor, isPrivate, listeningAddresses } from './addresses.js'
import { NewNames, TokenBucket } from './rates.js'

const gateways = new Set(['172.17.0.1'])
const declared = ['192.168.1.5', '8.8.8.8', 'not an address', 'fd00::7']

for (const { what, seen, asker, told } of [
  { what: 'the address seen alone', seen: '10.0.0.9', asker: '10.0.0.2', told: ['10.0.0.9'] },
  { what: 'a public one seen, whatever is declared', seen: '9.9.9.9', asker: '10.0.0.2', told: ['9.9.9.9'] },
  {
    what: 'private declared ones behind loopback',
    seen: '127.0.0.1',
    asker: '10.0.0.2',
    told: ['192.168.1.5', 'fd00::7'],
  },
  {
    what: 'loopback too to one on loopback',
    seen: '127.0.0.1',
    asker: '::1',
    told: ['127.0.0.1', '192.168.1.5', 'fd00::7'],
  },
  {
    what: 'private declared ones behind a gateway',
    seen: '172.17.0.1',
    asker: '10.0.0.2',
    told: ['192.168.1.5', 'fd00::7', '172.17.0.1'],
  },
]) {
  test(`security: reflection: told of a peer's addresses: ${what}`, () => {
    assert.equal(addressesFor({ seen, declared }, asker, gateways), told)
  })
}

test('private addresses are told from public ones', () => {
  for (const address of [
    '10.1.2.3',
    '172.16.0.1',
    '172.31.9.9',
    '192.168.0.1',
    '169.254.1.1',
    '100.64.0.1',
    'fe80::1',
    'fd12:3::4',
  ]) {
    assert.ok(isPrivate(address), address)
  }
  for (const address of [
    '11.0.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '2001:db8::1',
    '127.0.0.1',
    '',
    'fd.example',
  ]) {
    assert.not(isPrivate(address), address)
  }
})

test('an address to listen on is told as host and port', () => {
  assert.equal(listeningAddresses('127.0.0.1', 7), ['127.0.0.1:7'])
  assert.equal(listeningAddresses('fe80::1', 7), ['[fe80::1]:7'])
  assert.ok(listeningAddresses('0.0.0.0', 7).includes('127.0.0.1:7'))
})

test('security: one name, one owner: 3 new names an hour from one address', () => {
  const names = new NewNames({ namesAnHour: 3 })

  const taken = [0, 1, 2, 3].map(minute => names.take('10.0.0.1', minute * 60_000))

  assert.equal(taken, [true, true, true, false])
  assert.ok(names.take('10.0.0.2', 0))
  assert.not(names.take('10.0.0.1', 3_599_999))
  assert.ok(names.take('10.0.0.1', 3_600_000))
})

test('a bucket gives its burst at once and then so many a second', () => {
  const bucket = new TokenBucket({ aSecond: 5, burst: 10 }, 0)
  const take = (now: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length

  assert.is(take(0, 20), 10)
  assert.is(take(400, 20), 2)
  assert.is(take(100_000, 20), 10)
})

test.run()
