import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseRoot } from '../manifest/index.js'
import {
  HASH_BYTES,
  hasLayer,
  layerHash,
  leafHash,
  merkleRoot,
  PieceHasher,
  pieceBytes,
  pieceCount,
  pieceHash,
  pieceLength,
  rootOfLayer,
  rootOfSmall,
  verifyLayer,
} from './index.js'
import { readVectors, vectorBytes } from './vectors/read-vectors.js'

const MiB = 1024 * 1024

for (const vector of readVectors()) {
  test(`libtorrent's root of ${vector.size} bytes`, () => {
    const bytes = vectorBytes(vector.size)

    assert.is(createHash('sha256').update(bytes).digest('hex'), vector.sha256)
    assert.is(hasLayer(vector.size), vector.layerPieces > 0)
    if (vector.layerPieces === 0) {
      assert.is(rootOfSmall(bytes), vector.root)
    } else {
      const layer = layerOf(bytes)
      assert.is(layer.length / HASH_BYTES, vector.layerPieces)
      assert.is(rootOfLayer(layer, vector.size), vector.root)
      assert.ok(verifyLayer(parseRoot(vector.root), vector.size, layer))
    }
  })
}

test('a piece that comes in chunks of any length has the hash of the whole', () => {
  const bytes = vectorBytes(200_000)
  const whole = pieceHash(bytes, MiB)
  const hasher = new PieceHasher(MiB)

  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 30 }), lengths => {
      let at = 0
      for (let i = 0; at < bytes.length; i++) {
        const end = Math.min(bytes.length, at + (lengths[i % lengths.length] ?? 1))
        hasher.update(bytes.subarray(at, end))
        at = end
      }
      assert.equal(hasher.digest(MiB), whole)
    }),
    { numRuns: 30 },
  )
})

test('the tree over leaves is the plain definition: pad with zero hashes, hash pairs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 40 }),
      leaves => {
        assert.is(merkleRoot(Buffer.concat(leaves)), naiveRoot(leaves).toString('hex'))
      },
    ),
  )
})

test('a layer with a wrong, missing or additional piece is refused', () => {
  const bytes = vectorBytes(3 * MiB + 1)
  const layer = layerOf(bytes)
  const root = rootOfLayer(layer, bytes.length)
  const wrong = Buffer.from(layer)
  wrong[40] = (wrong[40] ?? 0) ^ 1

  assert.ok(verifyLayer(root, bytes.length, layer))
  assert.not.ok(verifyLayer(root, bytes.length, wrong))
  assert.not.ok(verifyLayer(root, bytes.length, layer.subarray(0, -HASH_BYTES)))
  assert.not.ok(verifyLayer(root, bytes.length, layer.subarray(0, -1)))
  assert.not.ok(verifyLayer(root, bytes.length, Buffer.concat([layer, Buffer.alloc(HASH_BYTES)])))
  assert.not.ok(verifyLayer(root, 100, Buffer.alloc(0)))
  assert.equal(Buffer.from(layerHash(layer, 1)), pieceHash(bytes.subarray(MiB, 2 * MiB), MiB))
})

for (const [size, bytes, pieces] of [
  [0, MiB, 0],
  [1, MiB, 1],
  [MiB, MiB, 1],
  [MiB + 1, MiB, 2],
  [32_768 * MiB, MiB, 32_768],
  [32_768 * MiB + 1, 2 * MiB, 16_385],
  [2 ** 53 - 1, 2 ** 38, 32_768],
] as const) {
  test(`a file of ${size} bytes has ${pieces} pieces of ${bytes}`, () => {
    assert.is(pieceBytes(size), bytes)
    assert.is(pieceCount(size), pieces)
    assert.is(hasLayer(size), pieces > 1)
    let total = pieceLength(size, pieces - 1) + Math.max(0, pieces - 1) * bytes
    if (pieces === 0) total = 0
    assert.is(total, size)
  })
}

test('pieces of 2 MiB are padded as wide as they are', () => {
  const size = 32_768 * MiB + 1
  const layer = Buffer.alloc(pieceCount(size) * HASH_BYTES, 7)
  const zeros = Array.from({ length: 128 }, () => Buffer.alloc(HASH_BYTES))
  const padded: Buffer[] = Array.from({ length: pieceCount(size) }, () => Buffer.alloc(HASH_BYTES, 7))
  while (padded.length < 32_768) padded.push(naiveRoot(zeros))

  assert.is(rootOfLayer(layer, size), naiveRoot(padded).toString('hex'))
})

function layerOf(bytes: Buffer): Buffer {
  const full = pieceBytes(bytes.length)
  return Buffer.concat(
    Array.from({ length: pieceCount(bytes.length) }, (_, i) =>
      pieceHash(bytes.subarray(i * full, (i + 1) * full), full),
    ),
  )
}

/** BEP 52 word for word, with no thought of speed. */
function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  let level: Buffer[] = leaves.map(leaf => Buffer.from(leaf))
  while (!Number.isInteger(Math.log2(level.length))) level.push(Buffer.alloc(HASH_BYTES))
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) =>
      leafHash(Buffer.concat([level[2 * i] ?? Buffer.alloc(0), level[2 * i + 1] ?? Buffer.alloc(0)])),
    )
  }
  return level[0] ?? Buffer.alloc(HASH_BYTES)
}

test.run()
