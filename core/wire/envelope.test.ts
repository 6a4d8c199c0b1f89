import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cpuMs } from '../testing/cpu-time.js'
import { encodeCbor } from './codec.js'
import { type Envelope, encodeMessage, errorEnvelope, openMessage, type SentEnvelope } from './envelope.js'
import { FRAME, FRAME_HEADER_BYTES } from './frames.js'
import { LIMITS } from './limits.js'
import type { EventType, RequestType } from './messages/index.js'

const EPOCH = '0'.repeat(32)
const ROOT = 'ab'.repeat(32)

const count = fc.maxSafeNat()
const time = fc.maxSafeInteger()
const text = (units: number) => fc.string({ unit: 'grapheme', maxLength: Math.floor(units / 12) })
const peerId = fc
  .string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), minLength: 51, maxLength: 51 })
  .map(id => `${id}a`)
const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits })
const root = hex(64)
const part = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter(name => !/[/\0]/.test(name) && name !== '.' && name !== '..' && Buffer.byteLength(name) < 256)
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
const name = fc.constantFrom('Anna', 'Ben B.', 'Żółw', '日本')
const version = fc.record({ epoch: hex(32), n: count })
const status = fc.constantFrom('available', 'away', 'busy')
const ports = fc.record({
  control: fc.integer({ min: 1, max: 65_535 }),
  data: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 8 }),
})
const addresses = fc.array(fc.ipV4(), { maxLength: 5 })
const stamp = { at: count, tick: fc.integer({ min: 0, max: LIMITS.chatTicks }) }
const written = { id: hex(32), ...stamp }
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
const about = { ...written, target: hex(32) }
const picture = fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes))
const chatRecord = fc.oneof(
  fc.record({ kind: fc.constant('text'), ...written, text: words }),
  fc.record({ kind: fc.constant('text'), ...written, text: words, replyTo: hex(32) }),
  fc.record({
    kind: fc.constant('file'),
    ...written,
    offer: hex(32),
    name: part,
    size: count,
    thumbnail: picture,
  }),
  fc.record({ kind: fc.constant('edit'), ...about, text: words }),
  fc.record({ kind: fc.constant('delete'), ...about }),
  fc.record({ kind: fc.constant('reaction'), ...about, reaction: fc.constantFrom('', '👍', 'ok') }),
)
const reason = fc.constantFrom('unreadable', 'broken-link', 'cycle', 'not-a-file')
const some = <T, K extends keyof T>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }, requiredKeys: K[]) =>
  fc.record(model, { requiredKeys })
const file = some({ type: fc.constant('file'), path, size: count, mtime: time, root, reason }, [
  'type',
  'path',
  'size',
  'mtime',
])
const folder = some({ type: fc.constant('folder'), path, mtime: time, reason }, ['type', 'path', 'mtime'])
const listedFolder = some(
  { type: fc.constant('folder'), path, mtime: time, reason, files: count, bytes: count },
  ['type', 'path', 'mtime', 'files', 'bytes'],
)
const personFields = {
  id: peerId,
  name,
  online: fc.boolean(),
  lastSeen: time,
  status,
  statusText: text(140),
  files: count,
  bytes: count,
  hashed: count,
  ports,
  addresses,
}
const always = ['id', 'name', 'online', 'lastSeen', 'files', 'bytes', 'hashed'] as const
const person = some(personFields, [...always])
const source = some({ ...personFields, partial: fc.boolean() }, [...always])
const limit = fc.integer({ min: 1, max: LIMITS.pageEntries })
const offered = fc.oneof(
  some({ type: fc.constant('file'), path, size: count, mtime: time, root: hex(64) }, [
    'type',
    'path',
    'size',
    'mtime',
  ]),
  fc.record({ type: fc.constant('folder'), path, mtime: time }),
)
const entriesInAll = fc.integer({ min: 1, max: LIMITS.offerEntries })

/** An arbitrary for every message: a new type without one does not compile. */
const requests: { [T in RequestType]: { request: fc.Arbitrary<unknown>; answer: fc.Arbitrary<unknown> } } = {
  NEW_CONNECTION: {
    request: some(
      {
        name,
        ports,
        addresses,
        version,
        blocked: fc.array(peerId, { maxLength: 5 }),
        status,
        statusText: text(140),
        joinSecret: text(128),
      },
      ['name', 'ports', 'addresses', 'blocked'],
    ),
    answer: some(
      { registryName: text(64), welcome: text(2000), seen: fc.ipV4(), have: version, online: count, time },
      ['registryName', 'seen', 'online', 'time'],
    ),
  },
  HEARTBEAT_REQUEST: {
    request: some(
      { watch: fc.array(peerId, { maxLength: 5 }), newcomers: fc.boolean(), status, statusText: text(140) },
      [],
    ),
    answer: fc.record({ time }),
  },
  PEOPLE: {
    request: some({ ids: fc.array(peerId, { maxLength: 5 }), name: text(64), offset: count, limit }, [
      'offset',
      'limit',
    ]),
    answer: fc.record({ total: count, people: fc.array(person, { maxLength: 5 }) }),
  },
  ABOUT: {
    request: fc.constant({}),
    answer: some({ name, ports, files: count, bytes: count, hashed: count, status, statusText: text(140) }, [
      'name',
      'ports',
      'files',
      'bytes',
      'hashed',
    ]),
  },
  TRY_ME: {
    request: fc.record({ port: fc.integer({ min: 1, max: 65_535 }) }),
    answer: some({ host: fc.ipV4(), reached: fc.boolean(), code: text(32), message: text(500) }, [
      'host',
      'reached',
    ]),
  },
  CALL_ME: { request: fc.record({ id: peerId }), answer: fc.record({}) },
  SHARE_DATA: {
    request: fc.record({
      epoch: hex(32),
      base: count,
      to: count,
      changes: fc.array(
        fc.oneof(
          fc.record({ op: fc.constant('put'), n: count, entry: fc.oneof(file, folder) }),
          fc.record({ op: fc.constant('delete'), n: count, path }),
        ),
        { maxLength: 6 },
      ),
    }),
    answer: some({ have: version }, []),
  },
  FILE_BROWSE: {
    request: some(
      {
        owner: peerId,
        path: fc.oneof(path, fc.constant('')),
        deep: fc.boolean(),
        self: fc.boolean(),
        sort: fc.constantFrom('name', 'size', 'mtime'),
        descending: fc.boolean(),
        offset: count,
        limit,
      },
      ['path', 'offset', 'limit'],
    ),
    answer: some(
      { version, total: count, entries: fc.array(fc.oneof(file, listedFolder), { maxLength: 6 }) },
      ['total', 'entries'],
    ),
  },
  FILE_SEARCH: {
    request: some(
      {
        query: text(128),
        kind: fc.constantFrom('video', 'audio', 'folder'),
        extensions: fc.array(fc.constantFrom('mkv', 'mp3')),
        minSize: count,
        maxSize: count,
        after: time,
        before: time,
        owner: peerId,
        online: fc.boolean(),
        restricted: fc.boolean(),
        offset: count,
        limit,
      },
      ['query', 'offset', 'limit'],
    ),
    answer: fc.record({
      total: count,
      complete: fc.boolean(),
      hits: fc.array(
        some(
          {
            type: fc.constantFrom('file', 'folder'),
            path,
            size: count,
            mtime: time,
            root,
            owners: fc.array(fc.record({ id: peerId, name, online: fc.boolean(), path }), { maxLength: 3 }),
            ownerCount: count,
          },
          ['type', 'path', 'size', 'mtime', 'owners', 'ownerCount'],
        ),
        { maxLength: 4 },
      ),
    }),
  },
  FILE_SOURCES: {
    request: fc.record({ root }),
    answer: some({ sources: fc.array(source, { maxLength: 4 }), size: count, name: text(255) }, ['sources']),
  },
  FILE_ANNOUNCE: {
    request: fc.record({ roots: fc.array(root, { maxLength: 6 }) }),
    answer: fc.record({}),
  },
  FILE_REQUEST: {
    request: fc.oneof(
      fc.record({ want: fc.constant('root'), path }),
      fc.record({ want: fc.constant('layer'), root, size: count }),
      fc.record({ want: fc.constant('have'), root, size: count }),
      fc.record({
        want: fc.constant('pieces'),
        root,
        size: count,
        first: count,
        count: fc.integer({ min: 1, max: LIMITS.requestPieces }),
      }),
      fc.record({
        want: fc.constant('files'),
        files: fc.array(fc.record({ root, size: fc.integer({ min: 1, max: LIMITS.chunkBytes }) }), {
          minLength: 1,
          maxLength: 5,
        }),
      }),
    ),
    answer: some(
      {
        root,
        size: count,
        failed: fc.array(fc.record({ index: count, code: fc.constantFrom('NOT_SHARED') }), { maxLength: 3 }),
      },
      [],
    ),
  },
  FILE_OFFER: {
    request: fc.record({
      id: hex(32),
      at: time,
      files: fc.nat(LIMITS.offerEntries),
      bytes: count,
      count: entriesInAll,
      entries: fc.array(offered, { minLength: 1, maxLength: 6 }),
    }),
    answer: fc.record({ stored: fc.boolean() }),
  },
  OFFER_ENTRIES: {
    request: fc.record({ id: hex(32), offset: count, limit }),
    answer: fc.record({ total: entriesInAll, entries: fc.array(offered, { maxLength: 6 }) }),
  },
  OFFER_ANSWER: {
    request: some(
      {
        id: hex(32),
        answer: fc.constantFrom('accept', 'later', 'decline', 'done', 'cancel'),
        some: fc.uint8Array({ maxLength: 64 }).map(bytes => Buffer.from(bytes)),
        files: count,
        bytes: count,
      },
      ['id', 'answer'],
    ),
    answer: fc.record({}),
  },
  OFFER_CANCEL: { request: fc.record({ id: hex(32) }), answer: fc.record({}) },
  MESSAGE: {
    request: fc.record(
      { records: fc.array(chatRecord, { maxLength: 5 }), read: fc.record(stamp) },
      { requiredKeys: ['records'] },
    ),
    answer: fc.record(
      {
        taken: count,
        refused: fc.array(
          fc.record({ index: count, code: fc.string({ maxLength: 32 }), message: fc.string() }),
        ),
        waitMs: count,
      },
      { requiredKeys: ['taken'] },
    ),
  },
}
const events: { [T in EventType]: fc.Arbitrary<unknown> } = {
  HELLO: fc.record({
    role: fc.constantFrom('peer', 'registry'),
    purpose: fc.constantFrom('control', 'data'),
    features: fc.array(text(32), { maxLength: 4 }),
    agent: text(64),
  }),
  GOODBYE: some({ code: fc.constantFrom('REPLACED', 'NAME_TAKEN'), message: text(500) }, []),
  PRESENCE: fc.record({ people: fc.array(person, { maxLength: 5 }) }),
  CALLED: fc.record({ person }),
  TYPING: fc.record({}),
  OFFER_PROGRESS: some(
    {
      id: hex(32),
      state: fc.constantFrom('queued', 'downloading', 'paused', 'failed'),
      reason: fc.constantFrom('user', 'disk-full'),
      code: text(32),
      files: count,
      bytes: count,
    },
    ['id', 'state', 'files', 'bytes'],
  ),
}

const id = fc.nat(0xffff_ffff)
const everyMessage: [string, fc.Arbitrary<unknown>][] = [
  ...Object.entries(requests).flatMap(([type, { request, answer }]): [string, fc.Arbitrary<unknown>][] => [
    [
      `${type} request`,
      fc.record({ op: fc.constant('request'), id, type: fc.constant(type), body: request }),
    ],
    [`${type} answer`, fc.record({ op: fc.constant('answer'), id, type: fc.constant(type), body: answer })],
  ]),
  ...Object.entries(events).map(([type, body]): [string, fc.Arbitrary<unknown>] => [
    `${type} event`,
    fc.record({ op: fc.constant('event'), type: fc.constant(type), body }),
  ]),
  ['cancel', fc.record({ op: fc.constant('cancel'), id })],
  [
    'error',
    some(
      {
        op: fc.constant('error'),
        id,
        code: fc.constantFrom('PENDING', 'NEW_CODE'),
        message: text(500),
        details: fc.record({ done: count, what: text(100), sure: fc.boolean() }),
      },
      ['op', 'id', 'code', 'message'],
    ),
  ],
]
/** A copy of plain objects, arrays and values; bytes stay Buffers. */
function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainCopy)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainCopy(inner)]))
}

for (const [what, messages] of everyMessage) {
  test(`any ${what} comes back as it was, plain and deflated`, () => {
    fc.assert(
      fc.property(messages, fc.boolean(), (message, deflate) => {
        // Plain objects in place of those without a prototype.
        const plain = plainCopy(message)
        assert.equal(reopen(plain as SentEnvelope, deflate), plain)
      }),
      { numRuns: 60 },
    )
  })
}

const BROWSE = { op: 'request', id: 1, type: 'FILE_BROWSE', body: { path: '', offset: 0, limit: 5 } }
const wrong: readonly { field: string; message: unknown }[] = [
  { field: 'op', message: [1] },
  { field: 'op', message: { op: 'shout' } },
  { field: 'id', message: { ...BROWSE, id: -1 } },
  { field: 'id', message: { ...BROWSE, id: 2 ** 32 } },
  { field: 'type', message: { ...BROWSE, type: 'x'.repeat(65) } },
  { field: 'type', message: { op: 'answer', id: 1, type: 'NEWER', body: {} } },
  { field: 'body', message: { ...BROWSE, body: null } },
  { field: 'body.offset', message: { ...BROWSE, body: { path: '', offset: 1.5, limit: 5 } } },
  { field: 'body.offset', message: { ...BROWSE, body: { path: '', offset: -1, limit: 5 } } },
  { field: 'body.limit', message: { ...BROWSE, body: { path: '', offset: 0, limit: 301 } } },
  { field: 'body.path', message: { ...BROWSE, body: { path: '../x', offset: 0, limit: 5 } } },
  { field: 'body.owner', message: { ...BROWSE, body: { path: '', offset: 0, limit: 5, owner: 'x' } } },
  { field: 'body.sort', message: { ...BROWSE, body: { path: '', offset: 0, limit: 5, sort: 'toString' } } },
  { field: 'body.deep', message: { ...BROWSE, body: { path: '', offset: 0, limit: 5, deep: 1 } } },
  {
    field: 'body.changes.1.entry.size',
    message: {
      op: 'request',
      id: 1,
      type: 'SHARE_DATA',
      body: {
        epoch: EPOCH,
        base: 0,
        to: 1,
        changes: [
          { op: 'delete', n: 1, path: 'a' },
          { op: 'put', n: 1, entry: { type: 'file', path: 'a', size: 'big', mtime: 1 } },
        ],
      },
    },
  },
  {
    field: 'body.records.0.text',
    message: {
      op: 'request',
      id: 1,
      type: 'MESSAGE',
      body: { records: [{ kind: 'text', id: EPOCH, at: 1, tick: 0, text: 'é'.repeat(8193) }] },
    },
  },
  {
    field: 'body.files',
    message: {
      op: 'request',
      id: 1,
      type: 'FILE_REQUEST',
      body: {
        want: 'files',
        files: Array.from({ length: LIMITS.batchFiles + 1 }, () => ({ root: ROOT, size: 1 })),
      },
    },
  },
]
for (const { field, message } of wrong) {
  test(`a known field with a bad value is a protocol error that names it: ${field}`, () => {
    const failure = caught(() => openMessage(FRAME.message, encodeCbor(message as object)))

    assert.is(failure.code, 'PROTOCOL_ERROR')
    assert.is(failure.details?.field, field)
    assert.match(failure.message, field)
    assert.ok(failure.message.length < 300)
  })
}

test('unknown fields are ignored and dropped', () => {
  const message = { ...BROWSE, extra: { a: [1] }, body: { ...BROWSE.body, later: 'x' } }

  assert.equal(openMessage(FRAME.message, encodeCbor(message)), BROWSE)
})

test('a request of a newer version is told apart, whatever its body; so is an event', () => {
  assert.equal(open({ op: 'request', id: 7, type: 'NEWER', body: [1] }), {
    op: 'unknown-request',
    id: 7,
    type: 'NEWER',
  })
  assert.equal(open({ op: 'event', type: 'NEWER' }), { op: 'unknown-event', type: 'NEWER' })
})

for (const type of ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'HELLO']) {
  test(`security: prototype pollution: a request ${type} is no request`, () => {
    assert.is(open({ op: 'request', id: 1, type, body: {} }).op, 'unknown-request')
  })
}

test('security: prototype pollution: details with such keys leave Object.prototype clean', () => {
  const details = { constructor: 'x', prototype: 'y' }
  const opened = open({
    op: 'error',
    id: 1,
    code: 'INTERNAL',
    message: 'x',
    details: { ...details, fine: 1 },
  })

  assert.ok(opened.op === 'error')
  assert.is(opened.details?.fine, 1)
  assert.is(({} as { polluted?: unknown }).polluted, undefined)
  assert.is({}.constructor, Object)
})

test('security: CBOR bombs: a deflate bomb stops at 1 MiB', () => {
  const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 })

  const tries = Array.from({ length: 5 }, () => {
    const failures: ReturnType<typeof caught>[] = []
    const took = cpuMs(() => failures.push(caught(() => openMessage(FRAME.deflated, bomb))))
    return { field: failures[0]?.details?.field, took }
  })

  assert.ok(bomb.length < LIMITS.messageBytes)
  assert.ok(tries.every(({ field }) => field === 'frame.payload'))
  assert.ok(Math.min(...tries.map(({ took }) => took)) < 50)
})

for (const payload of ['', 'no deflate', '\x03\x00']) {
  test(`what is no deflated message (${JSON.stringify(payload)}) is a protocol error`, () => {
    assert.is(caught(() => openMessage(FRAME.deflated, Buffer.from(payload))).code, 'PROTOCOL_ERROR')
  })
}

test('a large message is deflated only where the other side can inflate it', () => {
  const message: SentEnvelope = {
    op: 'request',
    id: 1,
    type: 'MESSAGE',
    body: { records: [{ kind: 'text', id: EPOCH, at: 1, tick: 0, text: 'word '.repeat(1000) }] },
  }

  assert.is(encodeMessage(message)[4], FRAME.message)
  assert.is(encodeMessage(message, { deflate: true })[4], FRAME.deflated)
  assert.is(encodeMessage({ op: 'cancel', id: 1 }, { deflate: true })[4], FRAME.message)
})

test('a message over what the wire carries is refused before it is sent', () => {
  const welcome = Array.from({ length: 4000 }, (_, i) => `${i}`.padStart(52, 'a'))
  const blocked = Array.from({ length: 60_000 }, () => welcome[0])
  const message = {
    op: 'request',
    id: 1,
    type: 'NEW_CONNECTION',
    body: { blocked },
  } as unknown as SentEnvelope

  assert.is(caught(() => encodeMessage(message)).code, 'INTERNAL')
  assert.is(caught(() => encodeMessage(message, { deflate: true })).code, 'INTERNAL')
})

test('an error is cut to what the wire carries and stays whole text', () => {
  const envelope = errorEnvelope(1, {
    code: 'PENDING',
    message: `${'x'.repeat(499)}🎬`,
    details: { done: 5, long: 'x'.repeat(501), ['k'.repeat(33)]: 1 },
  })

  const opened = reopen(envelope, false)

  assert.ok(opened.op === 'error')
  assert.is(opened.message, `${'x'.repeat(499)}\ufffd`)
  assert.equal(opened.details, { done: 5 })
})

function open(message: object): Envelope {
  return openMessage(FRAME.message, encodeCbor(message))
}

function reopen(message: SentEnvelope, deflate: boolean): Envelope {
  const frame = encodeMessage(message, { deflate })
  const kind = frame[4] === FRAME.deflated ? FRAME.deflated : FRAME.message
  return openMessage(kind, frame.subarray(FRAME_HEADER_BYTES))
}

function caught(run: () => unknown): { code: string; message: string; details?: { field?: string } } {
  try {
    run()
  } catch (error) {
    return error as { code: string; message: string; details?: { field?: string } }
  }
  throw new Error('nothing was thrown')
}

test.run()
