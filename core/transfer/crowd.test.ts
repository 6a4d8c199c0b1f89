import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeIdentity } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import { until, writeSample } from '../testing/index.js'
import type { FileRequest } from '../wire/index.js'
import { Crowd, type Member } from './testing/crowd.js'
import { RawClient } from './testing/raw-client.js'

const MiB = 1024 * 1024
const SIZE = 24 * MiB
const test = suite<{ crowd: Crowd; clients: RawClient[] }>('a crowd')

test.before.each(async context => {
  context.crowd = await Crowd.make(share => writeSample(join(share, 'file'), SIZE))
  context.clients = []
})

test.after.each(async ({ crowd, clients }) => {
  for (const client of clients) client.close()
  await crowd.close()
})

function rootOf(crowd: Crowd): Root {
  const root = crowd.share.entries.find(entry => entry.remotePath === 'file')?.root
  if (!root) throw new Error('not shared')
  return root
}

const ask = (root: Root, want: 'have' | 'layer'): FileRequest => ({ want, root, size: SIZE })
const pieces = (root: Root, first: number): FileRequest => ({
  want: 'pieces',
  root,
  size: SIZE,
  first,
  count: 1,
})

async function stranger(
  context: { clients: RawClient[] },
  { identity, uploads }: Member,
): Promise<RawClient> {
  const client = await RawClient.open(await makeIdentity(), identity.id, uploads.ports[0] ?? 0)
  context.clients.push(client)
  return client
}

test('downloaders of one slow owner feed each other: it sends far less than all of them get', async ({
  crowd,
}) => {
  crowd.limit(6 * MiB)
  const members: Member[] = []
  for (let i = 0; i < 4; i++) members.push(await crowd.join())

  const started = await Promise.all(members.map(member => crowd.download(member, 'file')))
  const done = await Promise.all(
    members.map((member, i) => crowd.until(member, started[i]?.id ?? '', 'done', 'failed')),
  )

  const original = readFileSync(crowd.folder.at('share', 'file'))
  for (const { state, target, error } of done) {
    assert.is(state, 'done', error?.message)
    assert.ok(readFileSync(target).equals(original))
  }
  assert.ok(crowd.sent < 2 * SIZE, `${(crowd.sent / SIZE).toFixed(2)} × the file`)
})

test('what is verified of an open file is served while it is fetched, and whole when it is done', async context => {
  const { crowd } = context
  crowd.limit(3 * MiB)
  const member = await crowd.join()
  const { id } = await crowd.download(member, 'file')
  const root = rootOf(crowd)
  await until('the first pieces to be announced', () => member.announced.includes(root))
  const client = await stranger(context, member)
  const early = await until('some pieces', async () => {
    const { answer } = await client.ask(ask(root, 'have'))
    const have = (answer as { have?: Buffer } | undefined)?.have
    return have?.some(byte => byte !== 0) && have
  })
  const held = Array.from({ length: SIZE / MiB }, (_, piece) => piece).filter(
    piece => ((early[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0,
  )
  const original = readFileSync(crowd.folder.at('share', 'file'))

  const first = held[0] ?? 0
  const got = await client.ask(pieces(root, first))
  const layer = await client.ask(ask(root, 'layer'))
  const state = member.transfers.list()[0]?.state
  crowd.limit(0)
  await crowd.until(member, id, 'done')
  const whole = await client.ask(ask(root, 'have'))
  const last = await client.ask(pieces(root, SIZE / MiB - 1))

  assert.is(state, 'downloading')
  assert.ok(got.bytes.equals(original.subarray(first * MiB, (first + 1) * MiB)))
  assert.is(layer.bytes.length, (SIZE / MiB) * 32)
  assert.equal((whole.answer as { have?: Buffer }).have, Buffer.alloc(3, 0xff))
  assert.ok(last.bytes.equals(original.subarray(SIZE - MiB)))
})

test('security: a private file fetched by its root: a stranger who asks a downloader for content of an entry that is not open gets NOT_SHARED', async context => {
  const { crowd } = context
  crowd.isListed = false
  crowd.limit(6 * MiB)
  const member = await crowd.join()
  const { id } = await crowd.download(member, 'file')
  const root = rootOf(crowd)
  await until('some of it', () => (member.transfers.list()[0]?.bytes ?? 0) > 8 * MiB)
  const client = await stranger(context, member)

  const answers = [
    await client.ask(ask(root, 'have')),
    await client.ask(ask(root, 'layer')),
    await client.ask(pieces(root, 0)),
  ]
  crowd.limit(0)
  await crowd.until(member, id, 'done')
  answers.push(await client.ask(pieces(root, 0)))

  assert.equal(
    answers.map(({ code }) => code),
    ['NOT_SHARED', 'NOT_SHARED', 'NOT_SHARED', 'NOT_SHARED'],
  )
  assert.equal(member.announced, [])
})

test('a download that is paused or taken off the list is served no more', async context => {
  const { crowd } = context
  crowd.limit(3 * MiB)
  const member = await crowd.join()
  const { id } = await crowd.download(member, 'file')
  const root = rootOf(crowd)
  await until('it to be announced', () => member.announced.includes(root))
  const client = await stranger(context, member)

  await member.transfers.pause(id)
  const paused = await client.ask(ask(root, 'have'))
  await until('it to be withdrawn', () => member.announced.length === 0)
  crowd.limit(0)
  await member.transfers.resume(id)
  await crowd.until(member, id, 'done')
  await member.transfers.remove(id)

  assert.is(paused.code, 'NOT_SHARED')
  assert.is((await client.ask(pieces(root, 0))).code, 'NOT_SHARED')
})

test.run()
