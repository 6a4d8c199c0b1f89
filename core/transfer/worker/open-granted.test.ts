import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../errors/index.js'
import { parseRoot } from '../../manifest/index.js'
import { makeTestFolder, type TestFolder } from '../../testing/index.js'
import type { Grant } from '../grant.js'
import { OpenFiles } from './open-files.js'
import { openGranted } from './open-granted.js'
import { readFiles } from './served-request.js'

const test = suite<{ folder: TestFolder; path: string }>('open-granted')

test.before.each(async context => {
  context.folder = await makeTestFolder('granted')
  context.path = context.folder.at('share', 'sub', 'file')
  mkdirSync(dirname(context.path), { recursive: true })
  writeFileSync(context.path, 'shared')
  writeFileSync(context.folder.at('secret'), 'secret')
})

test.after.each(({ folder }) => folder.remove())

function grantOf(path: string, within: string): Grant {
  const seen = statSync(path, { bigint: true })
  return {
    path,
    size: Number(seen.size),
    dev: String(seen.dev),
    ino: String(seen.ino),
    mtimeNs: String(seen.mtimeNs),
    within: realpathSync(within),
  }
}

function replace(path: string, make: () => void): void {
  rmSync(path)
  make()
}

const refused = (grant: Grant, code = 'SOURCE_CHANGED') =>
  assert.throws(
    () => closeSync(openGranted(grant)),
    (error: unknown) => hasCode(error, code as 'SOURCE_CHANGED'),
  )

test('the file that was listed is opened', ({ folder, path }) => {
  const fd = openGranted(grantOf(path, folder.at('share')))

  assert.is(readFileSync(fd, 'utf8'), 'shared')
  assert.is(inBatch(grantOf(path, folder.at('share'))), 'shared')
  assert.is(inBatch(grantOf(path, path)), 'shared', 'imported by itself')
  closeSync(fd)
})

/** What a batch with this file gives: its text, or the code of what hinders. */
function inBatch(grant: Grant): string {
  const files = [{ root: parseRoot('0'.repeat(64)), size: grant.size }]
  const reading = readFiles({ want: 'files', files }, [grant], 1024)
  const bytes = Buffer.alloc(1024)
  const chunk = reading.read(bytes)
  return reading.answer().failed?.[0]?.code ?? bytes.toString('utf8', 0, chunk?.bytes)
}

const changes: [string, (folder: TestFolder, path: string) => void][] = [
  ['rewritten', (_, path) => writeFileSync(path, 'other!')],
  ['longer', (_, path) => writeFileSync(path, 'more', { flag: 'a' })],
  ['gone', (_, path) => rmSync(path)],
  ['replaced by a folder', (_, path) => replace(path, () => mkdirSync(path))],
  ['replaced by a link', (folder, path) => replace(path, () => symlinkSync(folder.at('secret'), path))],
  ['replaced by a FIFO', (_, path) => replace(path, () => execFileSync('mkfifo', [path]))],
  [
    'behind a folder that is a link now',
    (folder, path) => {
      renameSync(dirname(path), folder.at('moved'))
      symlinkSync(folder.at('moved'), dirname(path))
    },
  ],
]

for (const [what, change] of changes) {
  test(`security: write or read through a link: a file that is ${what} is not opened`, ({ folder, path }) => {
    const grant = grantOf(path, folder.at('share'))

    change(folder, path)

    refused(grant)
    assert.is(inBatch(grant), 'SOURCE_CHANGED')
  })
}

test('security: arbitrary read by path: a granted path outside its folder is not opened', ({ folder }) => {
  const grant = grantOf(folder.at('secret'), folder.at('share'))

  refused(grant)
  assert.is(inBatch(grant), 'SOURCE_CHANGED')
})

test('a handle that is held is checked at each use', ({ folder, path }) => {
  const files = new OpenFiles()
  const grant = grantOf(path, folder.at('share'))
  files.open(grant)
  files.open(grant)

  writeFileSync(path, 'changed')

  assert.throws(() => files.open(grant), 'changed or removed')
  files.closeAll()
})

test('security: write or read through a link: a racing swapper never gets a secret out in 100,000 tries', async ({
  folder,
  path,
}) => {
  const share = folder.at('share')
  mkdirSync(folder.at('evil'))
  writeFileSync(folder.at('evil', 'file'), 'SECRET')
  const grant = grantOf(path, share)
  const swapper = new Worker(
    `const fs = require('node:fs'); const { workerData: w } = require('node:worker_threads')
     for (;;) { try { fs.renameSync(w.sub, w.aside); fs.symlinkSync(w.evil, w.sub); fs.unlinkSync(w.sub); fs.renameSync(w.aside, w.sub) } catch {} }`,
    {
      eval: true,
      workerData: { sub: dirname(path), aside: folder.at('aside'), evil: folder.at('evil') },
    },
  )
  await new Promise(resolve => swapper.once('online', resolve))
  const bytes = Buffer.alloc(6)
  let opened = 0
  let changed = 0

  for (let i = 0; i < 100_000; i++) {
    try {
      const fd = openGranted(grant)
      readSync(fd, bytes, 0, 6, 0)
      closeSync(fd)
      opened++
      assert.is(bytes.toString(), 'shared')
    } catch (error) {
      if (!hasCode(error, 'SOURCE_CHANGED')) throw error
      changed++
    }
    assert.match(inBatch(grant), /^(shared|SOURCE_CHANGED)$/)
  }
  await swapper.terminate()

  assert.ok(opened > 0 && changed > 0, `the race was no race: ${opened} opened, ${changed} refused`)
})

test.run()
