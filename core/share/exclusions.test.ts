import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { Exclusions, parseExclusions } from './exclusions.js'

const leftOut = (pattern: string, path: string, isFolder = false) =>
  new Exclusions([pattern]).has(path, isFolder)

test('a pattern without a slash holds for names at any depth, whatever their case', () => {
  assert.ok(leftOut('*.tmp', 'a.tmp'))
  assert.ok(leftOut('*.tmp', 'photos/deep/A.TMP'))
  assert.not.ok(leftOut('*.tmp', 'a.tmpx'))
  assert.not.ok(leftOut('*.tmp', 'x.tmp/a'))
})

test('one with a slash inside holds for a path from the share on', () => {
  assert.ok(leftOut('photos/raw', 'photos/raw', true))
  assert.not.ok(leftOut('photos/raw', 'more/photos/raw', true))
  assert.ok(leftOut('/photos/*.raw', 'photos/1.raw'))
  assert.not.ok(leftOut('photos/*.raw', 'photos/old/1.raw'))
  assert.ok(leftOut('photos/**', 'photos/old/1.raw'))
  assert.ok(leftOut('**/cache', 'a/b/cache'))
})

test('one with a slash at the end holds for folders only', () => {
  assert.ok(leftOut('node_modules/', 'work/node_modules', true))
  assert.not.ok(leftOut('node_modules/', 'work/node_modules'))
})

test('a pattern that would be slow to match is taken literally, and a negation too', () => {
  const begun = performance.now()
  assert.not.ok(leftOut('+(+(+(a)))', 'a'.repeat(200)))
  assert.ok(performance.now() - begun < 1_000)
  assert.not.ok(leftOut('!a', 'b'))
  assert.ok(leftOut('!a', '!a'))
})

test('patterns are parted by semicolons or lines; what is too much is refused', () => {
  assert.equal(parseExclusions(' *.tmp;; node_modules/\n a b '), ['*.tmp', 'node_modules/', 'a b'])
  assert.equal(parseExclusions(''), [])
  for (const bad of ['x'.repeat(300), '//', Array(300).fill('a').join(';')]) {
    assert.throws(
      () => parseExclusions(bad),
      (error: unknown) => hasCode(error, 'BAD_INPUT'),
    )
  }
})

test.run()
