import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clockFinding, clockOffset } from './clock.js'
import { adviceFor, rangeOf } from './firewall.js'
import { arpAnswer } from './neighbours.js'
import { isInside, ownNetworks } from './networks.js'

const MINUTE = 60_000

function address(given: string, family: 'IPv4' | 'IPv6', internal = false): NetworkInterfaceInfo {
  const base = { address: given.split('/')[0] ?? '', netmask: '', mac: '', internal, cidr: given }
  return family === 'IPv4' ? { ...base, family } : { ...base, family, scopeid: 0 }
}

const networks = ownNetworks({
  lo: [address('127.0.0.1/8', 'IPv4', true)],
  wlan0: [address('fe80::7/64', 'IPv6'), address('10.77.130.9/20', 'IPv4')],
})

test('the networks of this computer are told with their range, IPv4 first', () => {
  assert.equal(
    networks.map(({ name, address, range }) => [name, address, range]),
    [
      ['wlan0', '10.77.130.9', '10.77.128.0/20'],
      ['wlan0', 'fe80::7', 'fe80::7/64'],
    ],
  )
})

for (const [address, inside] of [
  ['10.77.143.255', true],
  ['10.77.144.0', false],
  ['fe80::1%wlan0', true],
  ['2001:db8::1', false],
  ['127.0.0.1', true],
  ['campus.example', false],
] as const)
  test(`${address} is ${inside ? 'in this network' : 'in another'}`, () => {
    assert.is(isInside(networks, address), inside)
  })

test('a computer that answered for its hardware address is told from one that did not', () => {
  const table = [
    'IP address       HW type     Flags       HW address            Mask     Device',
    '10.77.0.2        0x1         0x2         02:42:ac:11:00:02     *        eth0',
    '10.77.0.3        0x1         0x0         00:00:00:00:00:00     *        eth0',
  ].join('\n')

  assert.equal(
    ['10.77.0.2', '10.77.0.3', '10.77.0.4'].map(ip => arpAnswer(table, ip)),
    [true, false, undefined],
  )
})

test('what opens the ports is said for the firewall that is there', () => {
  const ports = { control: 7471, data: [7472, 7473] }
  assert.is(rangeOf(ports), '7471-7473')
  assert.is(rangeOf({ control: 9000, data: [] }), '9000')
  assert.match(adviceFor('ufw', ports), 'sudo ufw allow 7471:7473/tcp')
  assert.match(adviceFor('firewalld', ports), '--add-port=7471-7473/tcp')
  for (const other of ['windows', 'macos', 'other'] as const) assert.ok(adviceFor(other, ports).endsWith('.'))
})

test('a clock is compared with the middle of the time it took to ask', async () => {
  const times = [1_000, 1_200]
  const now = () => times.shift() ?? 0
  assert.is(await clockOffset(async () => 6_100, now), 5_000)
})

for (const [offset, ok, seen] of [
  [300, true, 'less than a second'],
  [-4 * MINUTE, true, '4 minutes'],
  [6 * MINUTE, false, '6 minutes behind the registry’s'],
  [-24 * 60 * MINUTE, false, '24 hours ahead of the registry’s'],
] as const)
  test(`a clock that differs by ${offset} ms is ${ok ? 'good enough' : 'wrong'}`, () => {
    const finding = clockFinding(offset, 'the registry’s')
    assert.is(finding.ok, ok)
    assert.match(finding.seen, seen)
    assert.is(finding.remedy === undefined, ok)
  })

test.run()
