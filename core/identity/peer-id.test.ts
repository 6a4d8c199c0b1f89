import { generateKeyPairSync } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isPeerId, parsePeerId, peerIdOfKey, shortId } from './index.js'

test('an id has the form it is read by, whatever the key', () => {
  for (let i = 0; i < 50; i++) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

    const id = peerIdOfKey(publicKey.export({ type: 'spki', format: 'der' }))

    assert.ok(isPeerId(id))
    assert.is(parsePeerId(` ${id.toUpperCase()} `), id)
    assert.is(shortId(id).length, 8)
  }
})

test('an id is base32 of SHA-256 (the empty input, by RFC 4648 and FIPS 180)', () => {
  assert.is(peerIdOfKey(Buffer.alloc(0)), '4oymiquy7qobjgx36tejs35zeqt24qpemsnzgtfeswmrw6csxbkq')
})

for (const text of ['', 'abc', 'a'.repeat(51), 'a'.repeat(53), `${'a'.repeat(51)}b`, `${'1'.repeat(52)}`]) {
  test(`"${text.slice(0, 12)}" of ${text.length} characters is no id`, () => {
    assert.not.ok(isPeerId(text))
    assert.throws(
      () => parsePeerId(text),
      (error: { code: string }) => error.code === 'BAD_ID',
    )
  })
}

test.run()
