import { Encoder, Tag } from 'cbor-x'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { cpuMs } from '../testing/cpu-time.js'
import { scanCbor } from './cbor-scan.js'
import { decodeCbor, encodeCbor } from './codec.js'
import { LIMITS } from './limits.js'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const LOOP_MS = 50

const taken: readonly { what: string; bytes: string; value: unknown }[] = [
  { what: 'the empty map', bytes: 'a0', value: {} },
  { what: 'an integer of a byte', bytes: 'a1 61 61 18 ff', value: { a: 255 } },
  { what: 'a small integer in eight bytes', bytes: 'a1 61 61 1b 0000000000000001', value: { a: 1 } },
  { what: '2^53-1', bytes: 'a1 61 61 1b 001fffffffffffff', value: { a: 2 ** 53 - 1 } },
  { what: '-(2^53-1)', bytes: 'a1 61 61 3b 001ffffffffffffe', value: { a: -(2 ** 53 - 1) } },
  { what: 'a negative in four bytes', bytes: 'a1 61 61 3a ffffffff', value: { a: -(2 ** 32) } },
  { what: 'an integer as float64', bytes: 'a1 61 61 fb 41f0000000000000', value: { a: 2 ** 32 } },
  { what: 'an integer as float32', bytes: 'a1 61 61 fa 47800000', value: { a: 65_536 } },
  { what: 'an integer as float16', bytes: 'a1 61 61 f9 3c00', value: { a: 1 } },
  {
    what: 'true, false, null, undefined',
    bytes: 'a1 61 61 84 f5 f4 f6 f7',
    value: { a: [true, false, null, undefined] },
  },
  {
    what: 'a text with its length in eight bytes',
    bytes: 'a1 61 61 7b 0000000000000002 6869',
    value: { a: 'hi' },
  },
  { what: 'bytes', bytes: 'a1 61 61 42 0102', value: { a: Buffer.from([1, 2]) } },
  { what: 'U+FFFD itself', bytes: 'a1 61 61 63 efbfbd', value: { a: '\ufffd' } },
]
for (const { what, bytes, value } of taken) {
  test(`${what} is taken`, () => {
    assert.equal(decodeCbor(hex(bytes)), value)
  })
}

const refused: readonly { what: string; bytes: Buffer }[] = [
  { what: 'nothing at all', bytes: hex('') },
  { what: 'a tag', bytes: hex('a1 61 61 c0 60') },
  { what: 'a tag of a Uint8Array', bytes: hex('a1 61 61 d8 40 41 00') },
  { what: 'a record of cbor-x', bytes: hex('d9 dfff 83 19 e000 81 61 61 01') },
  { what: 'a 200 KB bignum', bytes: Buffer.concat([hex('c2 5a 00030d40'), Buffer.alloc(200_000, 0xff)]) },
  { what: 'a map of indefinite length', bytes: hex('bf 61 61 01 ff') },
  { what: 'an array of indefinite length', bytes: hex('a1 61 61 9f 01 ff') },
  { what: 'a text of indefinite length', bytes: hex('a1 61 61 7f 61 61 ff') },
  { what: 'bytes of indefinite length', bytes: hex('a1 61 61 5f 41 00 ff') },
  { what: 'a lone break', bytes: hex('ff') },
  { what: 'a reserved head', bytes: hex('1c') },
  { what: 'an unknown simple value', bytes: hex('a1 61 61 f8 20') },
  { what: 'an integer over 2^53-1', bytes: hex('a1 61 61 1b 0020000000000000') },
  { what: 'an integer under -(2^53-1)', bytes: hex('a1 61 61 3b 001fffffffffffff') },
  { what: 'a map with 2^32-1 entries', bytes: hex('ba ffffffff 61 61 01') },
  { what: 'an array of 2^32-1 items', bytes: hex('a1 61 61 9a ffffffff 01') },
  { what: 'an array of 2^53-1 items', bytes: hex('a1 61 61 9b 001fffffffffffff 01') },
  { what: 'a text longer than what came', bytes: hex('a1 61 61 7a 7fffffff 61') },
  { what: 'bytes longer than what came', bytes: hex('a1 61 61 5b 001fffffffffffff 61') },
  { what: 'an array that ends too early', bytes: hex('a1 61 61 82 01') },
  { what: 'a number that ends too early', bytes: hex('a1 61 61 1a 0000') },
  { what: 'a float that ends too early', bytes: hex('a1 61 61 fb 00') },
  { what: 'bytes after the end', bytes: hex('a0 00') },
  { what: 'a key twice', bytes: hex('a2 61 61 01 61 61 02') },
  { what: 'a key twice, in two encodings', bytes: hex('a2 61 61 01 78 01 61 02') },
  { what: 'a key that is a number', bytes: hex('a1 01 01') },
  { what: 'a key that is a map', bytes: hex('a1 a0 01') },
  { what: 'the key __proto__', bytes: hex('a1 69 5f5f70726f746f5f5f a0') },
  { what: 'half a character', bytes: hex('a1 61 61 63 eda080') },
  { what: 'an overlong slash', bytes: hex('a1 61 61 62 c0af') },
  { what: 'a cut character', bytes: hex('a1 61 61 61 c3') },
  { what: 'bad UTF-8 in a key', bytes: hex('a1 61 ff 01') },
  {
    what: 'bad UTF-8 in a long text',
    bytes: Buffer.concat([hex('a1 61 61 78 64'), Buffer.alloc(99, 0x61), hex('ff')]),
  },
  { what: '9 levels', bytes: nested(9) },
  { what: '100,000 levels', bytes: nested(100_000) },
  { what: '100,000 items', bytes: Buffer.concat([hex('9a 000186a0'), Buffer.alloc(100_000, 0x60)]) },
  { what: '65 keys', bytes: cborx({ ...Array.from({ length: 65 }, (_, i) => i) }) },
  { what: '10,000 keys', bytes: cborx({ ...Array.from({ length: 10_000 }, (_, i) => i) }) },
]
for (const { what, bytes } of refused) {
  test(`security: CBOR bombs: ${what} is refused at once`, () => {
    const took = bestMs(() =>
      assert.throws(
        () => decodeCbor(bytes),
        (error: unknown) => hasCode(error, 'PROTOCOL_ERROR'),
      ),
    )

    assert.ok(took < LOOP_MS, `${took} ms`)
  })
}

test('security: CBOR bombs: the largest that is let through is decoded in time', () => {
  const small = Array.from({ length: 60 }, (_, i) => [`key number ${i}`, `value ${i}`])
  const maps = Array.from({ length: 400 }, () => Object.fromEntries(small))
  const bytes = cborx({ maps })

  const took = bestMs(() => decodeCbor(bytes))

  assert.ok(bytes.length > 400_000)
  assert.ok(took < LOOP_MS, `${took} ms for ${bytes.length} bytes`)
})

test('8 levels are taken', () => {
  scanCbor(nested(LIMITS.cborDepth))
})

test('security: prototype pollution: no key reaches Object.prototype', () => {
  const value = decodeCbor(cborx({ constructor: { prototype: { polluted: 1 } }, toString: 1 }))

  assert.ok(value)
  assert.is(({} as { polluted?: number }).polluted, undefined)
  assert.is(typeof {}.toString, 'function')
})

test('a byte order mark at the start of a text stays, however long the text', () => {
  const long = `\ufeff${'name '.repeat(20)}`
  const value = { path: long, short: '\ufeffx', '\ufeffkey': [long, `\ue000${long}`, Buffer.from('\ufeff')] }

  assert.equal(decodeCbor(encodeCbor(value)), value)
})

test('what is decoded keeps no view of what came in', () => {
  const bytes = Buffer.from(encodeCbor({ data: Buffer.from('abc'), text: 'text' }))
  const value = decodeCbor(bytes)

  bytes.fill(0)

  assert.equal(value, { data: Buffer.from('abc'), text: 'text' })
})

const text = fc.string({ unit: 'binary', maxLength: 90 })
const leaf = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
)
const { tree } = fc.letrec(tie => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(key(), tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
}))

test('any plain value comes back as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(key(), tree, { maxKeys: 5, noNullPrototype: true }), value => {
      assert.equal(decodeCbor(encodeCbor(value)), value)
    }),
    { numRuns: 400 },
  )
})

/** Random bytes hardly ever hit what is interesting: so valid messages with some bytes changed, and heads of every kind. */
const structured = fc.oneof(
  fc
    .tuple(
      fc.dictionary(key(), tree, { maxKeys: 5, noNullPrototype: true }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    )
    .map(([value, changes]) => {
      const bytes = Buffer.from(encodeCbor(value))
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      return bytes
    }),
  fc
    .array(
      fc.oneof(fc.constantFrom(0xbf, 0xc2, 0xd8, 0x9f, 0x5b, 0x7b, 0x9b, 0xbb, 0xff, 0xfb), fc.nat(255)),
      { maxLength: 60 },
    )
    .map(bytes => Buffer.from(bytes)),
)

test('security: CBOR bombs: any bytes are refused with PROTOCOL_ERROR or decoded, never anything else', () => {
  fc.assert(
    fc.property(structured, bytes => {
      try {
        scanCbor(bytes)
      } catch (error) {
        assert.ok(hasCode(error, 'PROTOCOL_ERROR'), String(error))
        return
      }
      decodeCbor(bytes)
    }),
    { numRuns: 3_000 },
  )
})

test('the decoder itself would take what the scan refuses, so the scan is what stands in the way', () => {
  const decoder = new Encoder({ useRecords: false })

  assert.equal(decoder.decode(hex('bf 61 61 01 ff')), { a: 1 })
  assert.is(decoder.decode(hex('c2 42 0100')), 256n)
  assert.ok(decoder.decode(hex('d9 1234 01')) instanceof Tag)
})

function key() {
  return fc.string({ unit: 'binary', maxLength: 12 }).filter(name => name !== '__proto__')
}

/** The shortest of up to 30 runs. */
function bestMs(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 30 && best > LOOP_MS / 2; tries++) best = Math.min(best, cpuMs(run))
  return best
}

function nested(levels: number): Buffer {
  return Buffer.concat([Buffer.alloc(levels - 1, 0x81), hex('80')])
}

function cborx(value: object): Buffer {
  return new Encoder({ useRecords: false, variableMapSize: true }).encode(value)
}

test.run()
