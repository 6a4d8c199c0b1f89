import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pieceBytes } from '../content/index.js'
import { makeIdentity } from '../identity/index.js'
import { writeSample } from '../testing/index.js'
import type { FileRequest } from '../wire/index.js'
import { systemClock } from './clock.js'
import { Limits } from './limits/limits.js'
import { type Behave, type FakeLink, FakeSource } from './testing/fake-source.js'
import { hashOf } from './testing/shared-folder.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; sources: FakeSource[] }>('sources')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.sources = []
})

test.after.each(async ({ peers, sources }) => {
  await peers.close()
  for (const source of sources) await source.close()
})

interface Content {
  readonly bytes: Buffer
  readonly layer: Buffer
}

async function contentOf(peers: TwoPeers, mebibytes: number): Promise<Content> {
  const path = peers.folder.at('share', 'file')
  await writeSample(path, mebibytes * MiB)
  const bytes = readFileSync(path)
  return { bytes, layer: hashOf(path, bytes.length).layer ?? Buffer.alloc(0) }
}

/** Gives what it is asked for, or what `change` makes of it. */
function honest({ bytes, layer }: Content, change: (piece: Buffer) => Buffer = piece => piece): Behave {
  return (request, link) => {
    switch (request.want) {
      case 'layer':
        link.chunk(request.id, 0, layer)
        break
      case 'pieces':
        givePieces(request, link, bytes, change)
    }
    link.answer(request.id)
  }
}

function givePieces(
  { id, first, count, size }: Extract<FileRequest, { want: 'pieces' }> & { readonly id: number },
  link: FakeLink,
  bytes: Buffer,
  change: (piece: Buffer) => Buffer,
): void {
  const full = pieceBytes(size)
  for (let piece = first; piece < first + count; piece++) {
    link.chunk(id, piece * full, change(bytes.subarray(piece * full, (piece + 1) * full)))
  }
}

async function addSource(context: { peers: TwoPeers; sources: FakeSource[] }, behave: Behave) {
  const source = await FakeSource.start(await makeIdentity(), behave)
  context.sources.push(source)
  context.peers.others.push(source.source)
  return source
}

test('with three sources, one of which lies and one stalls, the file is right in the end', async context => {
  const { peers } = context
  const content = await contentOf(peers, 24)
  const limits = new Limits(systemClock)
  limits.set({ up: 6 * MiB, down: 0, slots: 0, schedule: [], people: new Map() })
  await peers.serve({ limits: limits.up })
  const liar = await addSource(
    context,
    honest(content, piece => Buffer.alloc(piece.length, 7)),
  )
  let stalledFor = 0
  await addSource(context, request => {
    if (request.want === 'pieces') stalledFor += request.count
  })
  const { id } = await peers.download('file')
  const done = await peers.until(id, 'done', 'failed')
  limits.close()

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(readFileSync(done.target).equals(content.bytes))
  assert.ok(liar.connections > 0)
  assert.ok(done.wasted > 0)
  assert.ok(stalledFor > 0)
})

test.run()
