import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import {
  BULK_HEADER_BYTES,
  BULK_PREFIX_BYTES,
  encodeFrame,
  FRAME,
  FrameParser,
  type FrameSink,
  writeBulkPrefix,
} from './frames.js'
import { LIMITS } from './limits.js'

const HELLO = encodeFrame(FRAME.message, Buffer.from('hello'))
const MiB = 1024 * 1024

type Seen = readonly ['message' | 'deflated', string] | readonly ['bulk', number, number, string]

/** A sink that keeps a copy of all it is given, slices of one chunk joined. */
function record(): { readonly seen: Seen[]; readonly sink: FrameSink; readonly slices: number[] } {
  const seen: Seen[] = []
  const slices: number[] = []
  let chunk: { id: number; offset: number; bytes: Buffer } | undefined
  const sink: FrameSink = {
    message: (kind, payload) =>
      void seen.push([kind === FRAME.deflated ? 'deflated' : 'message', payload.toString('latin1')]),
    bulk({ id, offset, bytes, last }) {
      slices.push(bytes.length)
      chunk ??= { id, offset, bytes: Buffer.alloc(0) }
      assert.is(offset, chunk.offset + chunk.bytes.length)
      chunk = { ...chunk, bytes: Buffer.concat([chunk.bytes, bytes]) }
      if (!last) return
      seen.push(['bulk', chunk.id, chunk.offset, chunk.bytes.toString('latin1')])
      chunk = undefined
    },
  }
  return { seen, sink, slices }
}

function bulkFrame(id: number, offset: number, bytes: Buffer): Buffer {
  const frame = Buffer.alloc(BULK_PREFIX_BYTES + bytes.length)
  writeBulkPrefix(frame, { id, offset, bytes: bytes.length })
  bytes.copy(frame, BULK_PREFIX_BYTES)
  return frame
}

function header(length: number, kind: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt32BE(length, 0)
  bytes[4] = kind
  return bytes
}

test('a stream cut at any byte gives the same frames', () => {
  const frame = fc.oneof(
    fc.record({
      kind: fc.constantFrom(FRAME.message, FRAME.deflated),
      text: fc.string({ minLength: 1, maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant(FRAME.bulk),
      id: fc.nat(0xffffffff),
      offset: fc.maxSafeNat().map(n => Math.floor(n / 2)),
      text: fc.string({ minLength: 1, maxLength: 40 }),
    }),
  )
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
      (frames, cuts) => {
        const { seen, sink } = record()
        const parser = new FrameParser(sink)
        const encoded = frames.map(item => {
          const bytes = Buffer.from(item.text)
          return item.kind === FRAME.bulk
            ? bulkFrame(item.id, item.offset, bytes)
            : encodeFrame(item.kind, bytes)
        })
        const stream = Buffer.concat([HELLO, ...encoded])

        for (let at = 0; at < stream.length; ) {
          const size = cuts.next().value
          parser.push(Buffer.from(stream.subarray(at, at + size)))
          at += size
        }

        const expected: Seen[] = frames.map(item => {
          const text = Buffer.from(item.text).toString('latin1')
          if (item.kind === FRAME.bulk) return ['bulk', item.id, item.offset, text]
          return [item.kind === FRAME.deflated ? 'deflated' : 'message', text]
        })
        assert.equal(seen, [['message', 'hello'], ...expected])
        assert.ok(parser.atEnd)
      },
    ),
  )
})

test('a chunk goes on as the pieces it came in, not gathered, not copied', () => {
  const { sink, slices } = record()
  const views: Buffer[] = []
  const parser = new FrameParser({
    ...sink,
    bulk(slice) {
      views.push(slice.bytes)
      sink.bulk?.(slice)
    },
  })
  parser.push(HELLO)
  const frame = bulkFrame(7, 5 * MiB, Buffer.alloc(MiB, 1))

  for (let at = 0; at < frame.length; at += 65_536) parser.push(frame.subarray(at, at + 65_536))

  assert.equal(slices.slice(0, 2), [65_536 - BULK_PREFIX_BYTES, 65_536])
  assert.ok(views.every(view => view.buffer === frame.buffer))
})

const lengths = [
  { kind: FRAME.message, name: 'message', least: 1, cap: LIMITS.messageBytes },
  { kind: FRAME.deflated, name: 'deflated message', least: 1, cap: LIMITS.messageBytes },
  {
    kind: FRAME.bulk,
    name: 'chunk',
    least: BULK_HEADER_BYTES + 1,
    cap: BULK_HEADER_BYTES + LIMITS.chunkBytes,
  },
]
for (const { kind, name, least, cap } of lengths) {
  for (const length of [least, cap]) {
    test(`security: length bombs: a ${name} of ${length} bytes is taken`, () => {
      const parser = new FrameParser(record().sink)
      parser.push(HELLO)

      parser.push(header(length, kind))

      assert.not.ok(parser.atEnd)
    })
  }
  for (const length of [0, least - 1, cap + 1, 2 ** 31, 2 ** 32 - 1]) {
    test(`security: length bombs: a ${name} of ${length} bytes ends the stream at its header`, () => {
      const parser = new FrameParser(record().sink)
      parser.push(HELLO)

      assert.throws(() => parser.push(header(length, kind)), isFault('frame.length'))
    })
  }
}

test('security: length bombs: nothing is kept for bytes that did not come', () => {
  const parsers: FrameParser[] = []
  const before = process.memoryUsage()

  for (let i = 0; i < 500; i++) {
    const parser = new FrameParser(record().sink)
    parser.push(HELLO)
    parser.push(header(LIMITS.messageBytes, FRAME.message))
    parser.push(Buffer.from([0xa1]))
    parsers.push(parser)
  }

  const after = process.memoryUsage()
  const grown = after.external + after.heapUsed - before.external - before.heapUsed
  assert.is(parsers.length, 500)
  assert.ok(grown < 16 * MiB, `${grown} bytes for 500 announced messages of 256 KiB`)
})

const firstFrames = [
  { what: 'over 4 KiB', bytes: header(LIMITS.helloFrameBytes + 1, FRAME.message), field: 'frame.length' },
  { what: 'of bulk', bytes: header(100, FRAME.bulk), field: 'frame.kind' },
  { what: 'deflated', bytes: header(100, FRAME.deflated), field: 'frame.kind' },
  { what: 'of an unknown kind', bytes: header(1, 3), field: 'frame.kind' },
  { what: 'that is an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\n'), field: 'frame.kind' },
]
for (const { what, bytes, field } of firstFrames) {
  test(`a first frame ${what} is refused`, () => {
    assert.throws(() => new FrameParser(record().sink).push(bytes), isFault(field))
  })
}

test('security: consent bypass: a chunk where none is expected ends the stream', () => {
  const parser = new FrameParser({ message() {} })
  parser.push(HELLO)

  assert.throws(() => parser.push(bulkFrame(1, 0, Buffer.from('unasked'))), isFault('frame.kind'))
})

test('an offset over 2^53-1 is refused', () => {
  const parser = new FrameParser(record().sink)
  parser.push(HELLO)
  const frame = bulkFrame(1, 0, Buffer.from('x'))
  frame.writeBigUInt64BE(2n ** 53n - 1n, 9)

  assert.throws(() => parser.push(frame), isFault('chunk.offset'))
})

test('any bytes give frames or a protocol error, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      const parser = new FrameParser(record().sink)
      parser.push(HELLO)
      try {
        parser.push(Buffer.from(bytes))
      } catch (error) {
        assert.ok(hasCode(error, 'PROTOCOL_ERROR'))
      }
    }),
    { numRuns: 500 },
  )
})

function isFault(field: string) {
  return (error: { code?: string; details?: { field?: string } }) =>
    error.code === 'PROTOCOL_ERROR' && error.details?.field === field
}

test.run()
