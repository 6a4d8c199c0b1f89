import { appendFileSync, closeSync, openSync, renameSync, truncateSync, utimesSync, writeSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { makeTestFolder, type TestFolder, writeSample } from '../testing/index.js'
import { factsOfOpen } from './file-facts.js'
import { type HashJob, hashJob } from './hash-file.js'
import { pieceCount } from './piece-size.js'

const MiB = 1024 * 1024
const BYTES = 9 * MiB
const test = suite<{ folder: TestFolder; path: string }>('hashing a file that changes')

test.before.each(async context => {
  context.folder = await makeTestFolder('hash-file')
  context.path = context.folder.at('busy')
  await writeSample(context.path, BYTES)
})

test.after.each(({ folder }) => folder.remove())

const changes = {
  grows: path => appendFileSync(path, 'x'),
  shrinks: path => truncateSync(path, 100),
  'is written in place': path => writeInPlace(path),
  'gets another time': path => utimesSync(path, 1, 1),
  'is moved away': path => renameSync(path, `${path}.old`),
} satisfies Record<string, (path: string) => void>

for (const [what, change] of Object.entries(changes)) {
  for (const how of ['whole', 'in parts'] as const) {
    test(`a file that ${what} while it is read ${how} is FILE_CHANGED`, async ({ path }) => {
      const job = how === 'whole' ? wholeOf(path) : { ...wholeOf(path), part: partOf(path) }
      let changed = false

      // Called between two reads, so the change always falls into the hashing, however fast that is.
      const failure = await hashJob(job, () => {
        if (!changed) change(path)
        changed = true
      }).catch((error: unknown) => error)

      assert.ok(changed)
      assert.ok(hasCode(failure, 'FILE_CHANGED'), String(failure))
    })
  }
}

test('a part of a file that changed before that part was begun is FILE_CHANGED', async ({ path }) => {
  const part = partOf(path)
  appendFileSync(path, 'x')

  const failure = await hashJob({ ...wholeOf(path), part }, () => {}).catch((error: unknown) => error)

  assert.ok(hasCode(failure, 'FILE_CHANGED'), String(failure))
})

function wholeOf(path: string): HashJob {
  return { path, follow: false, sha256: false, wholeUpTo: Number.POSITIVE_INFINITY }
}

function partOf(path: string): NonNullable<HashJob['part']> {
  const fd = openSync(path, 'r')
  try {
    return { first: 0, count: pieceCount(BYTES), facts: factsOfOpen(fd) }
  } finally {
    closeSync(fd)
  }
}

function writeInPlace(path: string): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, 'changed', 0)
  closeSync(fd)
}

test.run()
