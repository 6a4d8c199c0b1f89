import { execFileSync } from 'node:child_process'
import { lstatSync, readlinkSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isPeerError } from '../errors/index.js'
import { silentLogger } from '../log/index.js'
import { makeTestFolder, type TestFolder, writeSample } from '../testing/index.js'
import {
  createHasher,
  factsOfOpen,
  HASH_BYTES,
  type Hasher,
  hashFile,
  pieceHash,
  rootOfLayer,
  stampOf,
  stampOfFacts,
  verifyLayer,
} from './index.js'
import { readVectors, vectorBytes } from './vectors/read-vectors.js'

const MiB = 1024 * 1024
const test = suite<{ folder: TestFolder; hasher: Hasher }>('hasher')

test.before.each(async context => {
  context.folder = await makeTestFolder('hasher')
  context.hasher = createHasher({ threads: 2, log: silentLogger })
})

test.after.each(async ({ folder, hasher }) => {
  await hasher.close()
  await folder.remove()
})

for (const kind of ['thread', 'process'] as const) {
  test(`libtorrent's vectors, hashed in files by a ${kind}`, async ({ folder }) => {
    const hasher = createHasher({ kind, threads: 1, background: true, log: silentLogger })
    try {
      await Promise.all(
        readVectors().map(async ({ size, root, layerPieces, sha256 }) => {
          const path = folder.at(`${size}`)
          writeFileSync(path, vectorBytes(size))

          const hashed = await hasher.hash(path, { sha256: true, expect: { size } })

          assert.is(hashed.root, root)
          assert.is(hashed.sha256, sha256)
          assert.is(hashed.size, size)
          assert.is((hashed.layer?.length ?? 0) / HASH_BYTES, layerPieces)
        }),
      )
    } finally {
      await hasher.close()
    }
  })
}

test('an empty file has no root, only its plain hash', async ({ folder, hasher }) => {
  writeFileSync(folder.at('empty'), '')

  const { root, layer, size, sha256 } = await hasher.hash(folder.at('empty'), { sha256: true })

  assert.equal({ root, layer, size }, { root: undefined, layer: undefined, size: 0 })
  assert.is(sha256, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('a large file shared out among workers has the root of one read in a row, and tells its progress', async ({
  folder,
  hasher,
}) => {
  const path = folder.at('large')
  const size = 200 * MiB + 12_345
  await writeSample(path, size)
  const told: number[] = []

  const shared = await hasher.hash(path, { onProgress: bytes => told.push(bytes) })
  const row = await hasher.hash(path, { sha256: true })

  assert.is(shared.root, row.root)
  assert.equal(Buffer.from(shared.layer ?? []), Buffer.from(row.layer ?? []))
  assert.ok(shared.root && shared.layer && verifyLayer(shared.root, size, shared.layer))
  assert.equal(
    told,
    [...told].sort((a, b) => a - b),
  )
  assert.ok((told.at(-1) ?? 0) <= size)
})

test('many small files in one go each get their own answer, failures among them', async ({
  folder,
  hasher,
}) => {
  const names = Array.from({ length: 500 }, (_, i) => `${i}`)
  for (const name of names) if (Number(name) % 7 !== 0) writeFileSync(folder.at(name), `content ${name}`)

  const answers = await Promise.allSettled(
    names.map(name => hasher.hash(folder.at(name), { expect: { size: 8 + name.length } })),
  )

  answers.forEach((answer, i) => {
    if (i % 7 === 0) assert.is(answer.status === 'rejected' && answer.reason.code, 'NOT_FOUND')
    else
      assert.is(
        answer.status === 'fulfilled' && answer.value.root,
        pieceHash(Buffer.from(`content ${i}`), 16_384).toString('hex'),
      )
  })
})

for (const kind of ['thread', 'process'] as const) {
  test(`small files given together have an answer each, in their order, from a ${kind}`, async ({
    folder,
  }) => {
    const hasher = createHasher({ kind, threads: 1, log: silentLogger })
    const files = ['a', 'gone', '', 'bc', 'other', 'link'].map(content => {
      const path = folder.at(`small ${content}`)
      if (content === 'link') symlinkSync('small a', path)
      else writeFileSync(path, content)
      const { size, ...facts } = lstatSync(path)
      return { path, size, stamp: stampOf({ ...facts, size }) }
    })
    unlinkSync(folder.at('small gone'))
    writeFileSync(folder.at('small other'), 'OTHER')
    utimesSync(folder.at('small other'), 1, 1)

    const hashes = await hasher.hashSmall(files)

    const rootOf = (text: string) => pieceHash(Buffer.from(text), 16_384).toString('hex')
    const told = hashes.map(hash => (isPeerError(hash) ? hash.code : (hash.root ?? 'none')))
    assert.equal(told, [rootOf('a'), 'NOT_FOUND', 'none', rootOf('bc'), 'FILE_CHANGED', 'UNREADABLE'])
    const [first] = hashes
    const changed = Math.floor(lstatSync(folder.at('small a')).ctimeMs)
    assert.is(isPeerError(first) ? undefined : first?.ctimeMs, changed)
    await hasher.close()
  })
}

test('small files rest with the pace, others go on meanwhile, and an abort ends them', async ({
  folder,
  hasher,
}) => {
  const files = ['a', 'b', 'c'].map(name => {
    writeFileSync(folder.at(name), name)
    return { path: folder.at(name), size: 1, stamp: stampOf(lstatSync(folder.at(name))) }
  })
  hasher.setPace(0)
  const stop = new AbortController()
  const paced = hasher.hashSmall(files, { isPaced: true })
  const stopped = hasher.hashSmall(files, { isPaced: true, signal: stop.signal }).catch(error => error)

  const free = await hasher.hashSmall(files)
  stop.abort(new Error('enough'))

  assert.ok(free.every(hash => !isPeerError(hash) && hash.root))
  assert.is((await stopped).message, 'enough')
  hasher.setPace(undefined)
  assert.equal(await paced, free)
})

test('a file that is not what was expected is FILE_CHANGED before it is read', async ({ folder, hasher }) => {
  writeFileSync(folder.at('x'), 'abc')
  const stamp = stampOf(lstatSync(folder.at('x')))

  assert.is(await codeOf(hasher.hash(folder.at('x'), { expect: { size: 4 } })), 'FILE_CHANGED')
  assert.is(
    await codeOf(hasher.hash(folder.at('x'), { expect: { size: 3, stamp: stamp + 1 } })),
    'FILE_CHANGED',
  )
  assert.is(await codeOf(hasher.hash(folder.at('x'), { expect: { size: 3, stamp } })), undefined)
})

test('the stamp of a status is that of the exact facts, and each fact changes it', async ({ folder }) => {
  for (let i = 0; i < 200; i++) {
    const path = folder.at(`${i}`)
    writeFileSync(path, 'x'.repeat(i))
    utimesSync(path, i * 12_345.678_9, i % 3 === 0 ? -i * 1.234_567 : i * 98_765.432_1)
    const file = await open(path)
    assert.is(stampOfFacts(factsOfOpen(file.fd)), stampOf(lstatSync(path)))
    await file.close()
  }
  const facts = { ino: 1, size: 2, mtimeMs: 3, ctimeMs: 4 }
  const stamps = [
    facts,
    { ...facts, ino: 2 },
    { ...facts, size: 3 },
    { ...facts, mtimeMs: 3.001 },
    { ...facts, ctimeMs: 5 },
  ]
  assert.is(new Set(stamps.map(stampOf)).size, 5)
})

test('what is not a regular file is never opened, and a link only where allowed', async ({
  folder,
  hasher,
}) => {
  writeFileSync(folder.at('file'), 'abc')
  symlinkSync('file', folder.at('link'))
  execFileSync('mkfifo', [folder.at('fifo')])

  assert.is(await codeOf(hasher.hash(folder.at('fifo'))), 'UNREADABLE')
  assert.is(await codeOf(hasher.hash(folder.path)), 'UNREADABLE')
  assert.is(await codeOf(hasher.hash('/dev/zero')), 'UNREADABLE')
  assert.is(await codeOf(hasher.hash(folder.at('link'))), 'UNREADABLE')
  assert.is(await codeOf(hasher.hash(folder.at('none'))), 'NOT_FOUND')
  assert.is(await codeOf(hasher.hash(folder.at('file', 'below'))), 'NOT_FOUND')
  const { root, sha256 } = await hashFile(folder.at('link'), { sha256: true })
  assert.is(root, sha256)
  assert.is(readlinkSync(folder.at('link')), 'file')
})

test('an abort ends one file with the reason, and the next goes on', async ({ folder, hasher }) => {
  await writeSample(folder.at('large'), 300 * MiB)
  writeFileSync(folder.at('small'), 'abc')
  for (const sha256 of [false, true]) {
    const stop = new AbortController()
    const reason = new Error('not wanted any more')
    const stopped = hasher.hash(folder.at('large'), { sha256, signal: stop.signal })
    const other = hasher.hash(folder.at('small'))
    // The worker has its job by then, and its answer can't be here before the abort.
    setImmediate(() => stop.abort(reason))

    assert.is(await stopped.catch(error => error), reason)
    assert.ok((await other).root)
  }
  assert.is(
    await hasher.hash(folder.at('small'), { signal: AbortSignal.abort('early') }).catch(error => error),
    'early',
  )
})

test('close ends what is running and waiting with CLOSED, can be called twice, and nothing starts after it', async ({
  folder,
  hasher,
}) => {
  await writeSample(folder.at('large'), 300 * MiB)
  const codes = [0, 1, 2, 3].map(() => codeOf(hasher.hash(folder.at('large'))))

  await Promise.all([hasher.close(), hasher.close()])

  assert.equal(await Promise.all(codes), ['CLOSED', 'CLOSED', 'CLOSED', 'CLOSED'])
  assert.is(await codeOf(hasher.hash(folder.at('large'))), 'CLOSED')
})

test('what is paced rests while the pace is 0, others go on, and an abort ends it', async ({
  folder,
  hasher,
}) => {
  for (const name of ['a', 'b', 'c']) writeFileSync(folder.at(name), name)
  hasher.setPace(0)
  const stop = new AbortController()
  const paced = hasher.hash(folder.at('a'), { isPaced: true })
  const stopped = hasher.hash(folder.at('b'), { isPaced: true, signal: stop.signal }).catch(error => error)

  const free = await hasher.hash(folder.at('c'))
  stop.abort(new Error('enough'))

  assert.ok(free.root)
  assert.is((await stopped).message, 'enough')
  assert.ok(hasher.paused)
  hasher.setPace(undefined)
  assert.ok((await paced).root)
})

test('a file that is being read rests too, and what is not paced does not wait behind it', async ({
  folder,
}) => {
  const hasher = createHasher({ threads: 1, log: silentLogger })
  await writeSample(folder.at('big'), 24 * MiB)
  writeFileSync(folder.at('small'), 'x')
  hasher.setPace(4 * MiB)
  const begun = performance.now()
  const began = new Promise<number>(resolve => {
    void hasher.hash(folder.at('big'), { isPaced: true, onProgress: resolve }).catch(() => {})
  })
  const small = await hasher.hash(folder.at('small'))

  assert.ok((await began) < 24 * MiB)
  assert.ok(small.root)
  assert.ok(performance.now() - begun < 6_000)
  await hasher.close()
})

test('what is shared out is hashed by the layer that the file has', async ({ folder, hasher }) => {
  await writeSample(folder.at('x'), 5 * MiB)
  const bytes = await readFile(folder.at('x'))

  const { layer, root } = await hasher.hash(folder.at('x'))

  const pieces = [0, 1, 2, 3, 4].map(i => pieceHash(bytes.subarray(i * MiB, (i + 1) * MiB), MiB))
  assert.equal(Buffer.from(layer ?? []), Buffer.concat(pieces))
  assert.is(root, rootOfLayer(Buffer.concat(pieces), bytes.length))
})

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: { code: string }) => error.code,
  )
}

test.run()
