import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describeTree, makeTestFolder, type TestFolder } from '../../testing/index.js'
import { FileSyncer } from './file-syncer.js'
import { place } from './place.js'
import { TargetFolders } from './target-folders.js'

const test = suite<{ folder: TestFolder; folders: TargetFolders; base: string; tmp: string }>('place')

test.before.each(async context => {
  context.folder = await makeTestFolder('place')
  context.base = context.folder.at('downloads')
  mkdirSync(context.base)
  context.tmp = context.folder.at('part')
  writeFileSync(context.tmp, 'new')
  context.folders = new TargetFolders(new FileSyncer())
})

test.after.each(async ({ folder, folders }) => {
  folders.close()
  await folder.remove()
})

test('a file is moved to its place, folders are made on the way', ({ base, tmp, folders, folder }) => {
  const name = place(tmp, folders.open(base, ['a', 'b']), 'c.txt')

  assert.is(name, 'c.txt')
  assert.is(readFileSync(folder.at('downloads', 'a', 'b', 'c.txt'), 'utf8'), 'new')
  assert.not.ok(existsSync(tmp))
})

test('what is there stays, the new one is numbered', ({ base, tmp, folders, folder }) => {
  for (const name of ['c.txt', 'c (2).txt']) writeFileSync(folder.at('downloads', name), 'old')

  const name = place(tmp, folders.open(base, []), 'c.txt')

  assert.is(name, 'c (3).txt')
  assert.is(readFileSync(folder.at('downloads', 'c.txt'), 'utf8'), 'old')
  assert.is(readFileSync(folder.at('downloads', 'c (2).txt'), 'utf8'), 'old')
})

test('a link at the target is neither followed nor replaced', ({ base, tmp, folders, folder }) => {
  symlinkSync(folder.at('outside'), folder.at('downloads', 'c.txt'))

  const name = place(tmp, folders.open(base, []), 'c.txt')

  assert.is(name, 'c (2).txt')
  assert.not.ok(existsSync(folder.at('outside')))
})

test('a crash between link and unlink is finished, not doubled', ({ base, tmp, folders, folder }) => {
  linkSync(tmp, folder.at('downloads', 'c.txt'))

  const name = place(tmp, folders.open(base, []), 'c.txt')

  assert.is(name, 'c.txt')
  assert.equal(readdirSync(base), ['c.txt'])
  assert.not.ok(existsSync(tmp))
})

test('the same content that is there already counts as placed', ({ base, tmp, folders, folder }) => {
  writeFileSync(folder.at('downloads', 'c.txt'), 'new')

  const name = place(tmp, folders.open(base, []), 'c.txt', path => readFileSync(path, 'utf8') === 'new')

  assert.is(name, 'c.txt')
  assert.equal(readdirSync(base), ['c.txt'])
})

test('security: never write through a link: a folder that is a link is refused', async ({
  base,
  folder,
  folders,
}) => {
  mkdirSync(folder.at('outside'))
  symlinkSync(folder.at('outside'), folder.at('downloads', 'a'))

  assert.throws(() => folders.open(base, ['a', 'b']), 'in the download folder is a link')

  assert.equal(await describeTree(folder.at('outside')), {})
})

test('security: never write through a link: one swapped in after the folder was opened leads nowhere', async ({
  base,
  tmp,
  folder,
  folders,
}) => {
  if (process.platform !== 'linux') return
  mkdirSync(folder.at('outside'))
  const opened = folders.open(base, ['a'])
  renameSync(folder.at('downloads', 'a'), folder.at('downloads', 'real'))
  symlinkSync(folder.at('outside'), folder.at('downloads', 'a'))

  place(tmp, opened, 'c.txt')

  assert.equal(await describeTree(folder.at('outside')), {})
  assert.ok(existsSync(folder.at('downloads', 'real', 'c.txt')))
})

for (const part of ['..', '.', '', 'a/b', 'a\0b']) {
  test(`security: hostile names: the part ${JSON.stringify(part)} opens nothing`, ({ base, folders }) => {
    assert.throws(() => folders.open(base, ['x', part]), 'no name of a file')
    assert.equal(readdirSync(base), [])
  })
}

test('a folder that was removed meanwhile is made again', ({ base, tmp, folders, folder }) => {
  folders.open(base, ['a', 'b'])
  rmSync(folder.at('downloads', 'a'), { recursive: true })

  place(tmp, folders.open(base, ['a', 'b']), 'c.txt')

  assert.ok(existsSync(folder.at('downloads', 'a', 'b', 'c.txt')))
})

test('syncing a new folder syncs those it was made in, with many more opened meanwhile', async ({
  base,
  folders,
}) => {
  const deep = folders.open(base, ['a', 'b', 'c', 'd'])
  for (let i = 0; i < 200; i++) folders.open(base, ['x', `y${i}`])

  const error = await new Promise(resolve => deep.sync(resolve))

  assert.not.ok(error)
})

test('more folders at once than are held open each get their own file', ({ base, folders, folder }) => {
  mkdirSync(folder.at('downloads', 'there', 'before'), { recursive: true })
  mkdirSync(folder.at('downloads', 'other'))
  const names = Array.from({ length: 200 }, (_, i) => (i % 2 ? `there/before/${i}` : `new/${i}`))
  const opened = names.map(name => folders.open(base, name.split('/')))

  const existing = folders.open(base, ['other'])
  writeFileSync(existing.at('last'), 'last')
  opened.forEach((target, i) => {
    writeFileSync(target.at('file'), `${i}`)
  })

  assert.is(readFileSync(folder.at('downloads', 'other', 'last'), 'utf8'), 'last')
  names.forEach((name, i) => {
    assert.is(readFileSync(folder.at('downloads', name, 'file'), 'utf8'), `${i}`)
  })
})

test.run()
