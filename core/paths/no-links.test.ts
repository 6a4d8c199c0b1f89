import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { assertNoLinks } from './index.js'

const test = suite<{ top: string; base: string }>('no links')

test.before.each(async context => {
  context.top = await mkdtemp(join(tmpdir(), 'tspeer-links-'))
  context.base = join(context.top, 'downloads')
  await mkdir(join(context.base, 'folder', 'deeper'), { recursive: true })
  await mkdir(join(context.top, 'outside'))
  await writeFile(join(context.top, 'outside', 'file'), '')
  await symlink(join(context.top, 'outside'), join(context.base, 'folder', 'link'))
  await symlink('../outside/file', join(context.base, 'file-link'))
  await symlink('nowhere', join(context.base, 'broken'))
})

test.after.each(({ top }) => rm(top, { recursive: true }))

for (const path of ['folder', 'folder/deeper/new.txt', 'new/a/b', '']) {
  test(`"${path}" has no link on its way`, ({ base }) => {
    assertNoLinks(base, join(base, path))
  })
}

for (const path of [
  'folder/link',
  'folder/link/file',
  'folder/link/new',
  'file-link',
  'broken',
  '../outside/file',
  '..',
]) {
  test(`security: write or read through a link: "${path}" is refused`, ({ base }) => {
    assert.throws(
      () => assertNoLinks(base, join(base, path)),
      (error: unknown) => hasCode(error, 'BAD_PATH'),
    )
  })
}

test('a base that is a link itself is the person’s choice', async ({ top, base }) => {
  await symlink(base, join(top, 'chosen'))

  assertNoLinks(join(top, 'chosen'), join(top, 'chosen', 'folder', 'x'))
})

test.run()
