import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseRate, parseSize, writeRate } from './size.js'

const rates = [
  { text: '20MB', rate: 20_000_000 },
  { text: ' 1.5 mb/s ', rate: 1_500_000 },
  { text: '1MiB', rate: 1_048_576 },
  { text: '100000', rate: 100_000 },
  { text: '0', rate: 0 },
  { text: 'none', rate: 0 },
  { text: 'Off', rate: 0 },
  { text: '-1', rate: undefined },
  { text: '', rate: undefined },
  { text: 'fast', rate: undefined },
  { text: '20MB/h', rate: undefined },
] as const

for (const { text, rate } of rates) {
  test(`"${text}" is ${rate} bytes a second`, () => assert.is(parseRate(text), rate))
}

test('a size is never a rate', () => assert.is(parseSize('20MB/s'), undefined))

test('a rate that is written is read to the byte', () => {
  assert.equal([0, 20_000_000, 1_500, 1_250, 1_234_567].map(writeRate), [
    'none',
    '20MB',
    '1.5kB',
    '1250',
    '1234567',
  ])
  fc.assert(fc.property(fc.nat(2 ** 50), rate => assert.is(parseRate(writeRate(rate)), rate)))
})

test.run()
