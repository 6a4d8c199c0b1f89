import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nthName } from './target-name.js'

const rows = [
  { name: 'a.txt', n: 1, type: 'file', is: 'a.txt' },
  { name: 'a.txt', n: 2, type: 'file', is: 'a (2).txt' },
  { name: 'a.tar.gz', n: 3, type: 'file', is: 'a.tar (3).gz' },
  { name: '.bashrc', n: 2, type: 'file', is: '.bashrc (2)' },
  { name: 'README', n: 12, type: 'file', is: 'README (12)' },
  { name: 'v1.2', n: 2, type: 'folder', is: 'v1.2 (2)' },
  { name: 'a.', n: 2, type: 'file', is: 'a (2).' },
] as const

for (const { name, n, type, is } of rows) {
  test(`the ${type} ${name}, try ${n}, is ${is}`, () => assert.is(nthName(name, n, type), is))
}

test('a name of 255 bytes is cut at a whole character', () => {
  const name = nthName(`${'é'.repeat(125)}.text`, 2, 'file')

  assert.ok(Buffer.byteLength(name) <= 255)
  assert.ok(name.endsWith('é (2).text'))
  assert.ok(name.isWellFormed())
})

test('an ending too long to be one is cut like the rest', () => {
  const name = nthName(`a.${'x'.repeat(253)}`, 2, 'file')

  assert.is(Buffer.byteLength(name), 255)
  assert.ok(name.endsWith('x (2)'))
})

test.run()
