import { once } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Peer, ReadRequest } from '../api/index.js'
import { hasCode, PeerError } from '../errors/index.js'
import { readStream } from './read-stream.js'

const CONTENT = Uint8Array.from({ length: 2_000_000 }, (_, at) => at % 251)

/** A peer that has one entry, gives at most 100,000 bytes a read, and from `here` on waits. */
function peerWith(here = CONTENT.length) {
  const reads: ReadRequest[] = []
  const ended: string[] = []
  const waiting = new Map<string, (error: PeerError) => void>()
  const transfers = {
    read: (request: ReadRequest) => {
      reads.push(request)
      const { offset, length = 100_000, reader = '' } = request
      if (offset < here || here === CONTENT.length)
        return Promise.resolve(CONTENT.slice(offset, Math.min(here, offset + Math.min(length, 100_000))))
      return new Promise((_, reject) => waiting.set(reader, reject))
    },
    endRead: async (reader: string) => {
      ended.push(reader)
      waiting.get(reader)?.(new PeerError('CLOSED', 'The reading was ended.'))
    },
  }
  return { peer: { transfers } as unknown as Peer, reads, ended, waiting }
}

for (const [start, end] of [
  [undefined, undefined],
  [1_999_999, undefined],
  [5, 5],
  [123_456, 1_234_567],
  [0, 9_000_000],
  [9_000_000, undefined],
] as const) {
  test(`from ${start} to ${end} the bytes are those of the entry`, async () => {
    const { peer, ended, reads } = peerWith()
    const range = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) }

    const chunks: Buffer[] = await readStream(peer, 'id', 0, range).toArray()

    assert.equal(Buffer.concat(chunks), Buffer.from(CONTENT.slice(start, end)))
    assert.equal(ended.length, 1)
    assert.ok(reads.every(({ reader }) => reader === ended[0]))
  })
}

test('a slow reader is not run ahead of', async () => {
  const { peer, reads } = peerWith()
  const stream = readStream(peer, 'id', 0)

  await once(stream, 'readable')
  await new Promise(resolve => setImmediate(resolve))

  assert.ok(reads.length <= 7, `${reads.length} reads`)
  stream.destroy()
})

test('destroyed while it waits, it ends its reader and says nothing', async () => {
  const { peer, ended, waiting } = peerWith(50_000)
  const stream = readStream(peer, 'id', 0)
  stream.resume()
  while (waiting.size === 0) await new Promise(resolve => setImmediate(resolve))

  stream.destroy()
  await once(stream, 'close')

  assert.equal(ended, [...waiting.keys()])
})

test('it fails with the reason the transfer gives', async () => {
  const { peer, waiting } = peerWith(50_000)
  const stream = readStream(peer, 'id', 0)
  const failed = stream.toArray().catch(error => error)
  while (waiting.size === 0) await new Promise(resolve => setImmediate(resolve))

  for (const fail of waiting.values()) fail(new PeerError('NOT_SHARED', 'Anna does not share it any more.'))

  assert.ok(hasCode(await failed, 'NOT_SHARED'))
})

test.run()
