import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { makeIdentity } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import type { Root } from '../manifest/index.js'
import { until, writeSample } from '../testing/index.js'
import { BULK_PREFIX_BYTES, type FileRequest, LIMITS, writeBulkPrefix } from '../wire/index.js'
import { RawClient } from './testing/raw-client.js'
import { TwoPeers } from './testing/two-peers.js'
import { createUploads } from './uploads.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; clients: RawClient[] }>('uploads')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.clients = []
})

test.after.each(async ({ peers, clients }) => {
  for (const client of clients) client.close()
  await peers.close()
})

async function clientOf({ peers, clients }: { peers: TwoPeers; clients: RawClient[] }): Promise<RawClient> {
  const client = await RawClient.open(peers.downloader, peers.owner.id, peers.uploads?.ports[0] ?? 0)
  clients.push(client)
  return client
}

function rootOf(peers: TwoPeers, path: string): Root {
  const root = peers.share?.entries.find(entry => entry.remotePath === path)?.root
  if (!root) throw new Error('not shared')
  return root
}

const pieces = (root: Root, size: number, first: number, count: number): FileRequest => ({
  want: 'pieces',
  root,
  size,
  first,
  count,
})

test('pieces, layers and small files come as asked', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'big'), 3 * MiB + 5)
  for (const size of [1, 300_000, MiB]) await writeSample(peers.folder.at('share', `f${size}`), size, size)
  await peers.serve()
  const client = await clientOf(context)
  const big = readFileSync(peers.folder.at('share', 'big'))
  const root = rootOf(peers, 'big')

  const [middle, end, layer] = await Promise.all([
    client.ask(pieces(root, big.length, 1, 2)),
    client.ask(pieces(root, big.length, 3, 1)),
    client.ask({ want: 'layer', root, size: big.length }),
  ])
  const batch = await client.ask({
    want: 'files',
    files: [1, 300_000, MiB].map(size => ({ root: rootOf(peers, `f${size}`), size })),
  })
  const asked = await client.ask({ want: 'root', path: 'big' })

  assert.ok(middle.bytes.equals(big.subarray(MiB, 3 * MiB)))
  assert.ok(end.bytes.equals(big.subarray(3 * MiB)))
  assert.is(layer.bytes.length, 4 * 32)
  assert.ok(
    batch.bytes.equals(
      Buffer.concat([1, 300_000, MiB].map(size => readFileSync(peers.folder.at('share', `f${size}`)))),
    ),
  )
  assert.equal(batch.answer, {})
  assert.equal(asked.answer, { root, size: big.length })
})

test('of a batch the files that can be given come, the others are named', async context => {
  const { peers } = context
  for (let i = 0; i < 5; i++) await writeSample(peers.folder.at('share', `f${i}`), 100 + i, i)
  await peers.serve()
  const files = [0, 1, 2, 3, 4].map(i => ({ root: rootOf(peers, `f${i}`), size: 100 + i }))
  writeFileSync(peers.folder.at('share', 'f1'), 'changed')
  const client = await clientOf(context)

  const { bytes, answer } = await client.ask({
    want: 'files',
    files: [...files.slice(0, 4), { root: 'e'.repeat(64) as Root, size: 7 }, ...files.slice(4)],
  })

  const whole = [0, 2, 3, 4].map(i => readFileSync(peers.folder.at('share', `f${i}`)))
  assert.ok(bytes.equals(Buffer.concat(whole)))
  assert.equal(answer, {
    failed: [
      { index: 1, code: 'SOURCE_CHANGED' },
      { index: 4, code: 'NOT_SHARED' },
    ],
  })
})

test("security: arbitrary read by path: 'not for you' and 'not here' are the same answer", async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'secret'), 3 * MiB)
  const share = await peers.serve()
  share.allowed = new Set([peers.owner.id])
  const client = await clientOf(context)
  const unknown = 'd'.repeat(64) as Root
  const requests = (root: Root): FileRequest[] => [
    pieces(root, 3 * MiB, 0, 1),
    { want: 'layer', root, size: 3 * MiB },
  ]

  const hidden = await Promise.all(requests(rootOf(peers, 'secret')).map(request => client.ask(request)))
  const absent = await Promise.all(requests(unknown).map(request => client.ask(request)))

  assert.equal(hidden, absent)
  assert.ok(hidden.every(({ code, bytes }) => code === 'NOT_SHARED' && bytes.length === 0))
})

test('the main side is asked once, a revoke makes it be asked again', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  const share = await peers.serve()
  const client = await clientOf(context)
  const request = pieces(rootOf(peers, 'file'), 3 * MiB, 0, 1)
  for (let i = 0; i < 5; i++) assert.is((await client.ask(request)).code, undefined)
  assert.is(share.asked, 1)

  share.allowed = new Set()
  peers.uploads?.revoke()

  await until('the revoke', async () => (await client.ask(request)).code === 'NOT_SHARED')
})

test('while much is served the main side hears of it', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
  let told = 0
  await peers.serve({ onServing: () => void told++ })
  const client = await clientOf(context)

  const { bytes } = await client.ask(pieces(rootOf(peers, 'file'), 3 * MiB, 0, 3))

  assert.is(bytes.length, 3 * MiB)
  await until('it to be told', () => told > 0)
})

for (const [what, request] of [
  ['pieces past the end', (root: Root) => pieces(root, 3 * MiB, 2, 2)],
  ['pieces of another size', (root: Root) => pieces(root, 4 * MiB, 0, 1)],
] as const) {
  test(`${what} are refused, and the connection goes on`, async context => {
    const { peers } = context
    await writeSample(peers.folder.at('share', 'file'), 3 * MiB)
    await peers.serve()
    const client = await clientOf(context)
    const root = rootOf(peers, 'file')

    assert.is((await client.ask(request(root))).code, 'BAD_INPUT')
    assert.is((await client.ask(pieces(root, 3 * MiB, 2, 1))).code, undefined)
  })
}

test('a file that is still being hashed is answered PENDING with progress', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'file'), 100)
  const share = await peers.serve()
  share.pending.add('file')
  const client = await clientOf(context)

  const { code, details } = await client.ask({ want: 'root', path: 'file' })

  assert.equal([code, details], ['PENDING', { done: 1, total: 2 }])
})

test('a cancelled request ends early, those after it are answered', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'file'), 64 * MiB)
  await peers.serve()
  const client = await clientOf(context)
  const root = rootOf(peers, 'file')
  const first = client.ask(pieces(root, 64 * MiB, 0, 16))
  const second = client.ask(pieces(root, 64 * MiB, 16, 16))

  client.send({ op: 'cancel', id: 2 })
  const third = client.ask(pieces(root, 64 * MiB, 32, 1))

  assert.is((await first).bytes.length, 16 * MiB)
  assert.is((await second).code, 'CLOSED')
  assert.is((await third).bytes.length, MiB)
})

const chunk = () => {
  const frame = Buffer.alloc(BULK_PREFIX_BYTES + 10)
  writeBulkPrefix(frame, { id: 1, offset: 0, bytes: 10 })
  return frame
}

const violations: [string, (client: RawClient) => void, string][] = [
  ['an unsolicited chunk', client => client.raw(chunk()), 'PROTOCOL_ERROR'],
  [
    'an answer to nothing',
    client => client.send({ op: 'answer', id: 1, type: 'FILE_REQUEST', body: {} }),
    'PROTOCOL_ERROR',
  ],
  ['junk', client => client.raw(Buffer.alloc(50, 0xff)), 'PROTOCOL_ERROR'],
  [
    'a path that climbs',
    client =>
      client.send({ op: 'request', id: 1, type: 'FILE_REQUEST', body: { want: 'root', path: '../x' } }),
    'PROTOCOL_ERROR',
  ],
  [
    'too many open requests',
    client => {
      for (let id = 1; id <= LIMITS.requestsInFlight + 1; id++) {
        client.send({
          op: 'request',
          id,
          type: 'FILE_REQUEST',
          body: pieces('a'.repeat(64) as Root, 3 * MiB, 0, 1),
        })
      }
    },
    'TOO_BUSY',
  ],
]

for (const [what, violate, code] of violations) {
  test(`security: consent bypass: ${what} ends the connection`, async context => {
    const { peers } = context
    await writeSample(peers.folder.at('share', 'file'), 100)
    await peers.serve()
    const client = await clientOf(context)

    violate(client)

    assert.is(await client.ended, code)
  })
}

test('security: connection floods: a peer gets so many data connections and no more', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'file'), 100)
  await peers.serve()
  for (let i = 0; i < LIMITS.connectionsAPeer; i++) await clientOf(context)

  const refused = await clientOf(context).then(
    () => undefined,
    error => error,
  )

  assert.ok(hasCode(refused, 'TOO_BUSY'))
  context.clients.pop()?.close()
  await until('room again', () =>
    clientOf(context)
      .then(() => true)
      .catch(() => false),
  )
})

test('security: man in the middle: another key than expected is not spoken to', async context => {
  const { peers } = context
  await writeSample(peers.folder.at('share', 'file'), 100)
  await peers.serve()
  const { id } = await makeIdentity()

  const refused = await RawClient.open(peers.downloader, id, peers.uploads?.ports[0] ?? 0).catch(
    error => error,
  )

  assert.ok(hasCode(refused, 'WRONG_PEER'))
})

test('a busy port is PORT_BUSY, and nothing is left running', async ({ peers }) => {
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const grants = { grant: () => [], layer: () => undefined, have: () => undefined, rootOf: () => undefined }

  const refused = await createUploads({
    identity: peers.owner,
    host: '127.0.0.1',
    ports: [0, port],
    log: silentLogger,
    grants,
  }).catch(error => error)

  assert.ok(hasCode(refused, 'PORT_BUSY'))
  taken.close()
})

test.run()
