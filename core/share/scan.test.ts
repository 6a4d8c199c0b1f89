import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { remotePathFault } from '../paths/index.js'
import { makeTestFolder, type TestFolder } from '../testing/index.js'
import { findPlace, type ScanRules, scanFolder, topPlace } from './scan.js'

const test = suite<{ folder: TestFolder; rules: ScanRules }>('scan')

test.before.each(async context => {
  context.folder = await makeTestFolder('scan')
  const real = realpathSync(context.folder.path)
  for (const name of ['share', 'away', 'db']) mkdirSync(join(real, name))
  context.rules = { share: join(real, 'share'), keepOut: [join(real, 'db')], references: [], exclude: [] }
})

test.after.each(({ folder }) => folder.remove())

/** Every entry below the share folder with its size, its kind or its reason. */
function walk(rules: ScanRules): Record<string, string> {
  const seen: Record<string, string> = {}
  const waiting = [topPlace(rules)]
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { found, folders } = scanFolder(place, rules)
    for (const item of found) {
      const path = place.path === '' ? item.name : `${place.path}/${item.name}`
      assert.is(remotePathFault(path), undefined)
      seen[path] = item.reason ?? (item.type === 'folder' ? 'folder' : `${item.size}`)
    }
    waiting.push(...folders)
  }
  return seen
}

test('files and folders put into the share folder are listed, with empty ones', ({ rules }) => {
  mkdirSync(join(rules.share, 'a/empty'), { recursive: true })
  writeFileSync(join(rules.share, 'a/x'), '123')
  writeFileSync(join(rules.share, 'nothing'), '')

  assert.equal(walk(rules), { a: 'folder', 'a/empty': 'folder', 'a/x': '3', nothing: '0' })
})

test('a file that someone may execute is listed so', ({ rules }) => {
  if (process.platform === 'win32') return
  for (const [name, mode] of [
    ['all', 0o755],
    ['others', 0o645],
    ['none', 0o666],
  ] as const) {
    writeFileSync(join(rules.share, name), name)
    chmodSync(join(rules.share, name), mode)
  }

  const { found } = scanFolder(topPlace(rules), rules)

  const exec = found.map(item => [item.name, item.type === 'file' && item.exec])
  assert.equal(Object.fromEntries(exec), { all: true, others: true, none: undefined })
})

test('links in the share folder are imports and followed, deeper ones while they stay within their import', ({
  folder,
  rules,
}) => {
  mkdirSync(folder.at('away/films/old'), { recursive: true })
  writeFileSync(folder.at('away/films/old/a'), 'a')
  writeFileSync(folder.at('away/secret'), 'secret')
  symlinkSync(folder.at('away/films'), join(rules.share, 'films'))
  symlinkSync(folder.at('away/films/old/a'), join(rules.share, 'one file'))
  symlinkSync('old', folder.at('away/films/within'))
  symlinkSync('old/a', folder.at('away/films/file within'))
  symlinkSync('..', folder.at('away/films/up'))
  symlinkSync('../secret', folder.at('away/films/leaves'))
  symlinkSync('/etc', folder.at('away/films/etc'))

  assert.equal(walk(rules), {
    films: 'folder',
    'one file': '1',
    'films/old': 'folder',
    'films/old/a': '1',
    'films/within': 'folder',
    'films/within/a': '1',
    'films/file within': '1',
    'films/up': 'leaves-import',
    'films/leaves': 'leaves-import',
    'films/etc': 'leaves-import',
  })
  assert.is(findPlace('films/within', rules)?.real, realpathSync(folder.at('away/films/old')))
  assert.is(findPlace('films/etc', rules), undefined)
  assert.is(findPlace('films/old/a', rules), undefined)
  assert.is(findPlace('none', rules), undefined)
})

test('security: a folder whose name begins like the import is not within it', ({ folder, rules }) => {
  for (const name of ['films', 'films 2']) mkdirSync(folder.at('away', name))
  writeFileSync(folder.at('away/films 2/x'), 'x')
  symlinkSync(folder.at('away/films'), join(rules.share, 'films'))
  symlinkSync('../films 2/x', folder.at('away/films/x'))
  symlinkSync('../films 2', folder.at('away/films/dir'))

  assert.equal(walk(rules), { films: 'folder', 'films/x': 'leaves-import', 'films/dir': 'leaves-import' })
})

test('cycles and broken links are listed with a reason and end', ({ folder, rules }) => {
  mkdirSync(folder.at('away/a/b'), { recursive: true })
  symlinkSync(folder.at('away/a'), join(rules.share, 'a'))
  symlinkSync('..', folder.at('away/a/b/up'))
  symlinkSync('.', folder.at('away/a/self'))
  symlinkSync('loop 2', folder.at('away/a/loop 1'))
  symlinkSync('loop 1', folder.at('away/a/loop 2'))
  symlinkSync('nowhere', folder.at('away/a/broken'))
  symlinkSync(folder.at('none'), join(rules.share, 'broken import'))
  symlinkSync(rules.share, join(rules.share, 'the share itself'))
  symlinkSync(folder.path, join(rules.share, 'what holds the share'))

  assert.equal(walk(rules), {
    a: 'folder',
    'broken import': 'broken-link',
    'the share itself': 'cycle',
    'what holds the share': 'cycle',
    'a/b': 'folder',
    'a/b/up': 'cycle',
    'a/self': 'cycle',
    'a/loop 1': 'cycle',
    'a/loop 2': 'cycle',
    'a/broken': 'broken-link',
  })
})

test('folders that all link to one another come to an end', ({ rules }) => {
  const names = Array.from({ length: 5 }, (_, i) => `${i}`)
  for (const name of names) mkdirSync(join(rules.share, 'all', name), { recursive: true })
  for (const from of names)
    for (const to of names) if (from !== to) symlinkSync(`../${to}`, join(rules.share, 'all', from, to))

  const seen = walk(rules)

  assert.ok(Object.keys(seen).length < 5000)
  assert.ok(Object.values(seen).every(what => what === 'folder' || what === 'cycle'))
})

test("security: tsPeer's own folders are not shared, even through a link made by hand", ({
  folder,
  rules,
}) => {
  writeFileSync(folder.at('db/key'), 'secret')
  mkdirSync(folder.at('db/inner'))
  symlinkSync(folder.at('db'), join(rules.share, 'db'))
  symlinkSync(folder.at('db/key'), join(rules.share, 'key'))
  symlinkSync(folder.at('db/inner'), join(rules.share, 'inner'))

  assert.equal(walk(rules), { db: 'leaves-import', key: 'leaves-import', inner: 'leaves-import' })
})

test('hidden files and litter are left out, but not what was imported by name', ({ folder, rules }) => {
  for (const name of ['.hidden', '.DS_Store', 'Thumbs.db', 'desktop.ini', 'film.mkv.part', 'kept.txt']) {
    writeFileSync(join(rules.share, name), 'x')
  }
  mkdirSync(join(rules.share, '.git'))
  writeFileSync(folder.at('away/my.part'), 'x')
  symlinkSync(folder.at('away/my.part'), join(rules.share, 'my.part'))

  assert.equal(walk(rules), { 'kept.txt': '1', 'my.part': '1' })
})

test('security: FIFOs, sockets and devices are listed, never opened', async ({ folder, rules }) => {
  execFileSync('mkfifo', [join(rules.share, 'fifo')])
  symlinkSync('/dev/zero', join(rules.share, 'zero'))
  symlinkSync(join(rules.share, 'fifo'), join(rules.share, 'link to fifo'))
  const server = createServer().listen(join(rules.share, 'socket'))
  await new Promise(resolve => server.once('listening', resolve))

  assert.equal(walk(rules), {
    fifo: 'not-a-file',
    socket: 'not-a-file',
    zero: 'not-a-file',
    'link to fifo': 'not-a-file',
  })
  assert.is(folder.at() !== '', true)
  await new Promise(resolve => server.close(resolve))
})

test('names are kept as they are stored; those that are not UTF-8 are listed and told apart', ({ rules }) => {
  const names = [
    'with\nnewline',
    '😀',
    'x'.repeat(255),
    'é'.normalize('NFD'),
    'é'.normalize('NFC'),
    'case',
    'CASE',
    'a\\b',
    'Re: x.pdf',
    'con',
    ' ',
  ]
  for (const name of names) writeFileSync(join(rules.share, name), '1')
  const raw = (bytes: number[]) => Buffer.concat([Buffer.from(`${rules.share}/`), Buffer.from(bytes)])
  writeFileSync(raw([0x61, 0xe9]), 'latin 1')
  writeFileSync(raw([0x61, 0xff]), 'no text at all')
  writeFileSync(join(rules.share, 'a\\xe9'), 'looks like it')
  mkdirSync(raw([0xff]))

  const seen = walk(rules)
  // Node's own rm can't name these.
  execFileSync('rm', ['-r', rules.share])

  for (const name of names) assert.is(seen[name], '1', name)
  assert.is(seen['a\\xff'], 'bad-name')
  assert.is(seen['\\xff'], 'bad-name')
  assert.equal(
    Object.keys(seen)
      .filter(name => name.startsWith('a\\xe9'))
      .map(name => seen[name])
      .sort(),
    ['13', 'bad-name'],
  )
  assert.is(Object.keys(seen).length, names.length + 4)
})

test('what lies deeper than 64 levels, or in too long a path, is left to its folder that says so', ({
  rules,
}) => {
  mkdirSync(join(rules.share, ...Array.from({ length: 70 }, () => 'd')), { recursive: true })
  const long = 'x'.repeat(250)
  let path = rules.share
  for (let i = 0; i < 13; i++) path = join(path, long)
  mkdirSync(path, { recursive: true })
  for (let i = 0; i < 7; i++) {
    process.chdir(path)
    mkdirSync(long)
    path = long
  }
  process.chdir('/')

  const seen = walk(rules)
  execFileSync('rm', ['-r', rules.share])

  const deep = Object.entries(seen).filter(([, what]) => what === 'too-deep')
  assert.is(deep.length, 2)
  assert.is(seen[Array.from({ length: 64 }, () => 'd').join('/')], 'too-deep')
})

test('a reference stands for a link that the system refused', ({ folder, rules }) => {
  writeFileSync(folder.at('away/film'), '12345')
  const references = [
    { name: 'film', original: folder.at('away/film') },
    { name: 'gone', original: folder.at('away/gone') },
  ]

  assert.equal(walk({ ...rules, references }), { film: '5', gone: 'broken-link' })
})

test.run()
