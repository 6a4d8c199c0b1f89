import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../errors/index.js'
import { makeTestFolder, type TestFolder } from '../../testing/index.js'
import { listPaths } from './list-paths.js'

const test = suite<{ folder: TestFolder }>('paths to send')

test.before.each(async context => {
  context.folder = await makeTestFolder('list')
})
test.after.each(({ folder }) => folder.remove())

test('a link that is named is followed, one found in a folder is left out', async ({ folder }) => {
  mkdirSync(folder.at('real', 'sub'), { recursive: true })
  writeFileSync(folder.at('real', 'sub', 'a'), 'abc')
  writeFileSync(folder.at('secret'), 'x')
  symlinkSync(folder.at('secret'), folder.at('real', 'link'))
  symlinkSync(folder.at('real'), folder.at('named'))

  const { entries, skipped } = await listPaths([folder.at('named')], [])

  assert.equal(
    entries.map(({ path, type, size }) => [path, type, size]),
    [
      ['named', 'folder', 0],
      ['named/sub', 'folder', 0],
      ['named/sub/a', 'file', 3],
    ],
  )
  assert.is(skipped, 1)
})

test('two things of one name get names that differ', async ({ folder }) => {
  for (const name of ['one', 'two']) {
    mkdirSync(folder.at(name))
    writeFileSync(folder.at(name, 'a.txt'), name)
  }

  const { entries } = await listPaths([folder.at('one', 'a.txt'), folder.at('two', 'a.txt')], [])

  assert.equal(
    entries.map(({ path }) => path),
    ['a.txt', 'a (2).txt'],
  )
})

test('the peer’s own data is never sent, neither by name nor in a folder', async ({ folder }) => {
  mkdirSync(folder.at('home', 'db'), { recursive: true })
  writeFileSync(folder.at('home', 'db', 'key'), 'secret')
  const keepOut = [folder.at('home', 'db')]

  const named = await listPaths([folder.at('home', 'db', 'key')], keepOut).catch(error => error)
  const { entries, skipped } = await listPaths([folder.at('home')], keepOut)

  assert.ok(hasCode(named, 'BAD_PATH'), named)
  assert.equal([entries.length, skipped], [1, 1])
})

test('what is not there is told', async ({ folder }) => {
  const error = await listPaths([folder.at('none')], []).catch(reason => reason)

  assert.ok(hasCode(error, 'NOT_FOUND'), error)
})

test.run()
