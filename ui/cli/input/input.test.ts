import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCount, parsePort, parseSize, parseTarget, UsageError } from './index.js'

const sizes: readonly [string, number][] = [
  ['0', 0],
  ['4096', 4096],
  ['10MB', 10_000_000],
  ['10 mb', 10_000_000],
  ['1.5GiB', 1_610_612_736],
  ['2k', 2000],
  ['1T', 1e12],
]
for (const [text, bytes] of sizes)
  test(`the size ${text} is ${bytes} bytes`, () => {
    assert.is(parseSize(text), bytes)
  })

const wrong: readonly [string, (text: string) => unknown, readonly string[]][] = [
  ['size', parseSize, ['', '-1', '1e3', 'ten', '10 XB', '9999999TB', '0x10', '10MB10']],
  ['port', parsePort, ['', '-1', '65536', '1.5', 'http', '0x50', ' 80']],
  ['count', parseCount, ['', '0', '-3', '1.5', 'many']],
  ['target', parseTarget, ['', ':x', 'root:', 'root:12', `root:${'g'.repeat(64)}`]],
]
for (const [what, parse, texts] of wrong)
  for (const text of texts)
    test(`"${text}" is not a ${what}`, () => {
      assert.throws(
        () => parse(text),
        (error: unknown) => error instanceof UsageError,
      )
    })

const targets: readonly [string, unknown][] = [
  ['Ben', { kind: 'path', who: 'Ben', path: '' }],
  ['Ben:', { kind: 'path', who: 'Ben', path: '' }],
  ['Ben:/music/a: b.mp3/', { kind: 'path', who: 'Ben', path: 'music/a: b.mp3' }],
  ['Ben#abcdefgh:x', { kind: 'path', who: 'Ben#abcdefgh', path: 'x' }],
  [`root:${'AB'.repeat(32)}`, { kind: 'root', root: 'ab'.repeat(32) }],
]
for (const [text, target] of targets)
  test(`the target ${text} is understood`, () => {
    assert.equal(parseTarget(text), target)
  })

test.run()
