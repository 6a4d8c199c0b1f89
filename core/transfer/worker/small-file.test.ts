import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, type TestFolder } from '../../testing/index.js'
import { FileSyncer } from './file-syncer.js'
import { lookAtPlace, writeNewFile } from './small-file.js'

const test = suite<{ folder: TestFolder; path: string }>('small-file')

test.before.each(async context => {
  context.folder = await makeTestFolder('small')
  context.path = context.folder.at('file')
})

test.after.each(({ folder }) => folder.remove())

const random = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, i) => ((i * 7919) % 251) | 1))

function write(path: string, bytes: Buffer): Promise<{ taken: boolean; error?: unknown }> {
  return new Promise(resolve => {
    const file = {
      bytes,
      mtime: 1_000_000,
      syncer: new FileSyncer(),
      done: (error: unknown) => resolve({ taken: true, error }),
    }
    if (!writeNewFile(path, file)) resolve({ taken: false })
  })
}

test('a new file is written with its time', async ({ path }) => {
  const written = await write(path, random(10_000))

  assert.equal(written, { taken: true, error: null })
  assert.ok(readFileSync(path).equals(random(10_000)))
  assert.is(statSync(path).mtimeMs, 1_000_000)
})

test('security: write or read through a link: what is at its place stays, a link is not followed', async ({
  folder,
  path,
}) => {
  symlinkSync(folder.at('outside'), path)
  writeFileSync(folder.at('other'), 'mine')

  assert.equal(await write(path, random(10)), { taken: false })
  assert.equal(await write(folder.at('other'), random(10)), { taken: false })
  assert.is(lookAtPlace(path, random(10)), 'other')
  assert.is(readFileSync(folder.at('other'), 'utf8'), 'mine')
})

test('a folder that is gone is told', async ({ folder }) => {
  const { taken, error } = await write(folder.at('gone', 'file'), random(10))

  assert.is(taken, true)
  assert.is((error as { code?: string }).code, 'ENOENT')
})

test('what a crash leaves of the same file is torn: nothing, a beginning, blocks that were never written', ({
  path,
}) => {
  const whole = random(20_000)
  const holes = Buffer.from(whole)
  holes.fill(0, 4096, 12_288)
  for (const [there, what] of [
    [whole, 'same'],
    [Buffer.alloc(0), 'torn'],
    [whole.subarray(0, 5_000), 'torn'],
    [Buffer.alloc(20_000), 'torn'],
    [holes, 'torn'],
    [Buffer.concat([whole, Buffer.from('x')]), 'other'],
    [random(20_000).fill('x', 100, 101), 'other'],
  ] as const) {
    writeFileSync(path, there)
    assert.is(lookAtPlace(path, whole), what)
  }
})

test('no file with anything of its own is torn', ({ path }) => {
  const whole = random(9_000)
  fc.assert(
    fc.property(fc.nat(8_999), fc.integer({ min: 1, max: 255 }), fc.nat(9_000), (at, change, length) => {
      const there = Buffer.from(whole.subarray(0, length))
      if (at < length) there[at] = (there[at] ?? 0) ^ change
      writeFileSync(path, there)
      const isTouched =
        at < length && there.subarray(at - (at % 4096), at - (at % 4096) + 4096).some(byte => byte !== 0)
      assert.is(lookAtPlace(path, whole) === 'other', isTouched)
    }),
    { numRuns: 200 },
  )
})

test('a folder at its place is no file', ({ folder }) => {
  mkdirSync(folder.at('dir'))

  assert.is(lookAtPlace(folder.at('dir'), random(10)), 'other')
})

test.run()
