import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { LocalNames, localName, localPath, remotePathFault } from './index.js'

const refused = [
  { what: 'the empty path', path: '' },
  { what: 'an absolute path', path: '/etc/passwd' },
  { what: 'a step up', path: '../secret' },
  { what: 'a step up inside', path: 'a/../../b' },
  { what: 'a single dot', path: './a' },
  { what: 'an empty part', path: 'a//b' },
  { what: 'a slash at the end', path: 'a/' },
  { what: 'a NUL', path: 'a\0b' },
  { what: 'half a character', path: 'a\ud800' },
  { what: 'a part over 255 bytes', path: 'é'.repeat(128) },
  { what: 'a path over 4 KiB', path: Array.from({ length: 20 }, () => 'x'.repeat(250)).join('/') },
  { what: '65 levels', path: Array.from({ length: 65 }, () => 'x').join('/') },
]
for (const { what, path } of refused) {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    test(`security: hostile names: ${what} is refused on ${platform}`, () => {
      assert.throws(
        () => localPath('/base', path, platform),
        (error: unknown) => hasCode(error, 'BAD_PATH'),
      )
      assert.throws(
        () => new LocalNames('/base', platform).place(path),
        (error: unknown) => hasCode(error, 'BAD_PATH'),
      )
    })
  }
}

const names: readonly { name: string; win32?: string; darwin?: string }[] = [
  { name: 'plain.txt' },
  { name: 'Ünïcödé 日本 🎬' },
  { name: '.hidden' },
  { name: '...', win32: '．．．' },
  { name: 'Re: notes.pdf', win32: 'Re： notes.pdf', darwin: 'Re： notes.pdf' },
  { name: '..\\..\\evil', win32: '..＼..＼evil' },
  { name: 'C:\\Windows', win32: 'C：＼Windows', darwin: 'C：\\Windows' },
  { name: '\\\\server\\share', win32: '＼＼server＼share' },
  { name: 'file:stream', win32: 'file：stream', darwin: 'file：stream' },
  { name: 'what? * "this" <or> |that|', win32: 'what？ ＊ ＂this＂ ＜or＞ ｜that｜' },
  { name: 'CON', win32: 'CON_' },
  { name: 'con.txt', win32: 'con_.txt' },
  { name: 'NUL .tar.gz', win32: 'NUL_ .tar.gz' },
  { name: 'com1', win32: 'com1_' },
  { name: 'LPT¹.log', win32: 'LPT¹_.log' },
  { name: 'console.log' },
  { name: 'com10' },
  { name: 'trailing dot.', win32: 'trailing dot．' },
  { name: 'trailing space ', win32: 'trailing space␠' },
  { name: 'mixed . .', win32: 'mixed␠．␠．' },
  { name: 'bell\x07', win32: 'bell␇' },
  { name: 'turn\u202eexe' },
]
for (const { name, win32 = name, darwin = name } of names) {
  test(`security: hostile names: ${JSON.stringify(name)} is kept on Linux, escaped where it must be`, () => {
    assert.is(localName(name, 'linux'), name)
    assert.is(localName(name, 'win32'), win32)
    assert.is(localName(name, 'darwin'), darwin)
  })
}

test('it tells what was renamed', () => {
  assert.equal(localPath('/base', 'a/Re: b', 'linux'), { path: '/base/a/Re: b', renamed: false })
  assert.equal(localPath('/base', 'a/Re: b', 'win32'), { path: '/base/a/Re： b', renamed: true })
})

test('a name that grows over 255 bytes by escapes is cut before its extension', () => {
  const name = localName(`${'?'.repeat(250)}.mkv`, 'win32')

  assert.ok(Buffer.byteLength(name) <= 255)
  assert.match(name, /^？+\.mkv$/)
})

test('security: hostile names: case-folded twins are numbered, and a path keeps its place', () => {
  const here = new LocalNames('/base', 'win32')

  const places = [
    'Notes/a.txt',
    'notes/a.txt',
    'notes/A.txt',
    'Notes/b',
    'notes',
    'a:b',
    'a：b',
    'cafe\u0301',
    'caf\u00e9',
  ].map(path => here.place(path).path)

  assert.equal(places, [
    '/base/Notes/a.txt',
    '/base/notes (2)/a.txt',
    '/base/notes (2)/A (2).txt',
    '/base/Notes/b',
    '/base/notes (2)',
    '/base/a：b',
    '/base/a：b (2)',
    '/base/cafe\u0301',
    '/base/caf\u00e9 (2)',
  ])
})

test('on Linux twins are two names', () => {
  const here = new LocalNames('/base', 'linux')

  assert.equal(here.place('A').path, '/base/A')
  assert.equal(here.place('a').path, '/base/a')
})

/** Parts that have hurt others, among ordinary ones. */
const part = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '~',
    'CON',
    'a',
    'A',
    'C:',
    '\\',
    '..\\x',
    '\0',
    '%2e%2e',
    '．．',
    'a:b',
    ' ',
    '. .',
    '\u202e',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const hostilePath = fc.array(part, { maxLength: 8 }).map(parts => parts.join('/'))

test('security: write outside the folder: no path of any kind leaves the base', () => {
  for (const platform of ['linux', 'win32', 'darwin'] as const) {
    const here = new LocalNames('/base/in', platform)
    fc.assert(
      fc.property(hostilePath, path => {
        if (remotePathFault(path) !== undefined) return
        for (const place of [localPath('/base/in', path, platform).path, here.place(path).path]) {
          const inside = relative('/base/in', place)
          assert.ok(inside !== '' && !inside.startsWith('/') && !inside.split('/').includes('..'))
          assert.is(inside.split('/').length, path.split('/').length)
          if (platform === 'win32') assert.not.match(inside, /[\\:*?"<>|]|[. ](?=\/|$)/)
        }
      }),
      { numRuns: 700 },
    )
  }
})

test('two different remote paths never share a place', () => {
  fc.assert(
    fc.property(fc.uniqueArray(hostilePath, { maxLength: 12 }), paths => {
      const here = new LocalNames('/base', 'win32')
      const good = paths.filter(path => remotePathFault(path) === undefined)
      const places = good.map(path => here.place(path).path.normalize('NFC').toLowerCase())
      assert.is(new Set(places).size, good.length)
    }),
    { numRuns: 300 },
  )
})

test('security: write outside the folder: 300 hostile writes change nothing outside', () => {
  const top = mkdtempSync(join(tmpdir(), 'tspeer-paths-'))
  try {
    const base = join(top, 'downloads')
    mkdirSync(base)
    writeFileSync(join(top, 'outside'), 'as it was')
    const before = treeHash(top, 'downloads')

    fc.assert(
      fc.property(hostilePath, path => {
        try {
          const { path: place } = localPath(base, path)
          mkdirSync(dirname(place), { recursive: true })
          writeFileSync(place, 'written')
        } catch {
          // Refused, or a file stands where a folder is needed: either way nothing is written.
        }
      }),
      { numRuns: 300 },
    )

    assert.is(treeHash(top, 'downloads'), before)
  } finally {
    rmSync(top, { recursive: true })
  }
})

function treeHash(top: string, except: string): string {
  const hash = createHash('sha256')
  for (const item of readdirSync(top, { withFileTypes: true }))
    if (item.name !== except) hash.update(item.name).update(readFileSync(join(top, item.name)))
  return hash.digest('hex')
}

test.run()
