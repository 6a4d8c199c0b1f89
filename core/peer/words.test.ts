import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { makeIdentity, type PeerId } from '../identity/index.js'
import { codeOf, parseCode, wordsOf } from './words.js'

const A = 'a'.repeat(52) as PeerId
const B = `b${'a'.repeat(51)}` as PeerId
const C = `c${'a'.repeat(51)}` as PeerId

test('two people have the same twelve words, whoever asks', () => {
  const words = wordsOf(A, B)

  assert.is(words.length, 12)
  assert.ok(words.every(word => /^[a-z]{3,8}$/.test(word)))
  assert.equal(wordsOf(B, A), words)
})

test('the words are those of the specification', () => {
  // Made once from the text of PROTOCOL.md by another program.
  assert.is(
    wordsOf(A, B).join(' '),
    'goose figure hand end mix awkward update cannon ahead comfort primary client',
  )
})

test('another key has other words', async () => {
  const { id } = await makeIdentity()

  assert.not.equal(wordsOf(A, B), wordsOf(A, C))
  assert.not.equal(wordsOf(A, id), wordsOf(B, id))
})

test('a code is read however it is written, and nothing else is', () => {
  const code = codeOf(A, B)
  const bad = [
    '',
    'tspeer://verify/',
    `tspeer://verify/${A}`,
    `tspeer://verify/${A}/${B}/x`,
    `tspeer://join/${A}/${B}`,
  ]

  assert.is(code, code.toUpperCase())
  assert.equal(parseCode(code), { from: A, to: B })
  assert.equal(parseCode(` ${code.toLowerCase()}\n`), { from: A, to: B })
  for (const text of bad) {
    try {
      parseCode(text)
      assert.unreachable(text)
    } catch (error) {
      assert.ok(hasCode(error, 'BAD_INPUT'), text)
    }
  }
})

test.run()
