import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../../core/index.js'
import { formatDuration, formatPercent, formatSize, isoTime, Output, table } from './index.js'
import { jsonLine } from './json-line.js'
import { displayWidth, fit } from './width.js'

const sizes: readonly [number, string][] = [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1234, '1.2 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1_200_000_000, '1.2 GB'],
  [2 ** 53, '9.0 PB'],
]
for (const [bytes, text] of sizes)
  test(`${bytes} bytes are shown as ${text}`, () => {
    assert.is(formatSize(bytes), text)
  })

const durations: readonly [number, string][] = [
  [0, '0 s'],
  [7.2, '8 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [273_600, '3 d 4 h'],
]
for (const [seconds, text] of durations)
  test(`${seconds} seconds are shown as ${text}`, () => {
    assert.is(formatDuration(seconds), text)
  })

test('100 percent is shown only when all is there', () => {
  assert.equal(
    [formatPercent(0, 10), formatPercent(999_999, 1_000_000), formatPercent(10, 10), formatPercent(0, 0)],
    ['0 %', '99 %', '100 %', '100 %'],
  )
})

test('a time that no calendar has is null', () => {
  assert.is(isoTime(Date.UTC(2026, 0, 2)), '2026-01-02T00:00:00.000Z')
  assert.is(isoTime(2 ** 53), null)
})

test('wide and combining characters count as a terminal draws them', () => {
  assert.equal(['abc', '日本', 'e\u0301', '😀'].map(displayWidth), [3, 4, 1, 2])
  assert.is(fit('日本語', 5), '日本…')
  assert.is(fit('日本語', 6), '日本語')
})

const COLUMNS = [{ title: 'SIZE', right: true }, { title: 'NAME', flexible: true }, { title: 'ID' }]

test('a table is aligned, and fitted to the terminal', () => {
  const rows = [
    ['1 B', 'a name that is very long indeed', 'x'],
    ['12 MB', '日本', 'y'],
  ]

  assert.equal(table(COLUMNS, rows, 30), [
    ' SIZE  NAME                 ID',
    '  1 B  a name that is ver…  x',
    '12 MB  日本                 y',
  ])
})

test('a table that programs read is never cut', () => {
  const long = 'x'.repeat(500)

  assert.ok(table(COLUMNS, [['1', long, 'y']], undefined)[1]?.includes(long))
})

test('security: terminal escapes never reach the terminal in a JSON line, which stays the same object', () => {
  const hostile = {
    name: '\u001b[2J\u0007\u009b31m\u007f\u202egpj.exe\u200b\u{e0041}\u2028\ud800',
    'k\u202e': 1,
  }

  const line = jsonLine(hostile)

  assert.match(line, /^[\x20-\x7e]*$/)
  assert.equal(JSON.parse(line), hostile)
})

function output(options: { json: boolean; isTTY: boolean }): {
  output: Output
  out: string[]
  err: string[]
} {
  const out: string[] = []
  const err: string[] = []
  const sink = (to: string[]) => ({
    write: (text: string) => void to.push(text),
    isTTY: options.isTTY,
    columns: 20,
  })
  return {
    output: new Output({ out: sink(out), err: sink(err), json: options.json, color: false }),
    out,
    err,
  }
}

test('an error is a sentence on stderr, and with --json an object on stdout', () => {
  const { output: o, out, err } = output({ json: true, isTTY: false })

  o.error(new PeerError('NOT_FOUND', 'No "\u001b[31mBen".'))

  assert.equal(out, ['{"event":"error","code":"NOT_FOUND","message":"No \\"\\u001b[31mBen\\"."}\n'])
  assert.equal(err, ['tspeer: NOT_FOUND: No "\\u{1b}[31mBen".\n'])
})

test('a status line rewrites itself on a terminal, fitted, and makes room for other lines', () => {
  const { output: o, out, err } = output({ json: false, isTTY: true })

  o.status('10 % of something long')
  o.status('20 %')
  o.line('done')

  assert.equal(err, ['\r10 % of something …\u001b[K', '\r20 %\u001b[K', '\r\u001b[K'])
  assert.equal(out, ['done\n'])
})

test('without a terminal there is no status line', () => {
  const { output: o, out, err } = output({ json: false, isTTY: false })

  o.status('10 %')
  o.line('done')

  assert.equal([out, err], [['done\n'], []])
})

test.run()
