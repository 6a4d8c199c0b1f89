import { readdirSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Root } from '../../manifest/index.js'
import { makeTestFolder, type TestFolder, until, writeSample } from '../../testing/index.js'
import { LIMITS, type OfferBody } from '../../wire/index.js'
import { OfferSide } from '../testing/offer-side.js'
import { RawClient } from '../testing/raw-client.js'
import { hashOf } from '../testing/shared-folder.js'

const MiB = 1024 * 1024
const SIZE = 2 * MiB + 7

interface World {
  folder: TestFolder
  anna: OfferSide
  ben: OfferSide
  /** She calls herself Ben. */
  mallory: OfferSide
  clients: RawClient[]
}

const test = suite<World>('offers')

test.before.each(async world => {
  world.folder = await makeTestFolder('offers')
  const people = new Map<PeerId, OfferSide>()
  world.anna = await OfferSide.open(world.folder, 'Anna', people)
  world.ben = await OfferSide.open(world.folder, 'Ben', people)
  world.mallory = await OfferSide.open(world.folder, 'Ben', people)
  world.clients = []
})

test.after.each(async ({ folder, anna, ben, mallory, clients }) => {
  for (const client of clients) client.close()
  await Promise.all([anna, ben, mallory].map(side => side.close()))
  await folder.remove()
})

async function clientOf({ clients }: World, from: OfferSide, to: OfferSide): Promise<RawClient> {
  const client = await RawClient.open(from.identity, to.id, to.port)
  clients.push(client)
  return client
}

/** What a peer is answered that asks for a file of an offer in each way there is. */
async function tries(client: RawClient, offer: string, path: string, root: Root) {
  const answers = await Promise.all([
    client.ask({ want: 'root', path, offer }),
    client.ask({ want: 'root', path }),
    client.ask({ want: 'pieces', root, size: SIZE, first: 0, count: 1 }),
    client.ask({ want: 'layer', root, size: SIZE }),
  ])
  return answers.map(({ code, bytes }) => [code, bytes.length])
}

const NOTHING = new Array(4).fill(['NOT_SHARED', 0])

test('security: consent bypass: an offer grants nothing until accepted, then one peer one offer, until it ends', async world => {
  const { folder, anna, ben, mallory } = world
  for (const name of ['a.bin', 'b.bin']) await writeSample(folder.at('out', name), SIZE, name.charCodeAt(0))
  const { root } = hashOf(folder.at('out', 'a.bin'), SIZE)
  const other = hashOf(folder.at('out', 'b.bin'), SIZE)
  const [send] = await anna.offers.send({ to: [ben.id], paths: [folder.at('out')] })
  const id = send?.id ?? ''
  await ben.received('waiting')
  const asBen = await clientOf(world, ben, anna)
  const asMallory = await clientOf(world, mallory, anna)

  const before = await tries(asBen, id, 'out/a.bin', root)
  const stolen = await mallory.ask(anna, 'OFFER_ANSWER', { id, answer: 'accept' }).catch(error => error)
  // The folder and a.bin, not b.bin.
  await ben.ask(anna, 'OFFER_ANSWER', { id, answer: 'accept', some: Buffer.from([0b1100_0000]) })
  await until(
    'the root',
    async () => (await asBen.ask({ want: 'root', path: 'out/a.bin', offer: id })).code === undefined,
  )
  const piece = await until('the piece', async () => {
    const got = await asBen.ask({ want: 'pieces', root, size: SIZE, first: 0, count: 1 })
    return got.code === undefined && got
  })
  const unchosen = await tries(asBen, id, 'out/b.bin', other.root)
  const strangers = await tries(asMallory, id, 'out/a.bin', root)
  await ben.ask(anna, 'OFFER_ANSWER', { id, answer: 'done' })
  await until('the end of the grant', async () =>
    (await tries(asBen, id, 'out/a.bin', root)).every(([code]) => code === 'NOT_SHARED'),
  )

  assert.equal(before, NOTHING)
  assert.ok(hasCode(stolen, 'NOT_FOUND'), stolen)
  assert.is(piece.bytes.length, MiB)
  assert.equal(unchosen, NOTHING)
  assert.equal(strangers, NOTHING)
  assert.equal(readdirSync(ben.downloads), [])
})

test('security: arbitrary read by path: a stranger gets a private offer neither from sender nor from receiver', async world => {
  const { folder, anna, ben, mallory } = world
  await writeSample(folder.at('a.bin'), SIZE, 1)
  const { root } = hashOf(folder.at('a.bin'), SIZE)
  const [send] = await anna.offers.send({ to: [ben.id], paths: [folder.at('a.bin')] })
  const id = send?.id ?? ''
  const offer = await ben.received('waiting')
  await ben.offers.accept(offer.id)
  await ben.received('done')
  await anna.sent(id, 'done')

  const atSender = await tries(await clientOf(world, mallory, anna), id, 'a.bin', root)
  const atReceiver = await tries(await clientOf(world, mallory, ben), id, 'a.bin', root)

  assert.equal(atSender, NOTHING)
  assert.equal(atReceiver, NOTHING)
  assert.equal(ben.announced, [])
})

test('security: spoofed rules: same name, other key: asked', async ({ folder, anna, ben, mallory }) => {
  await writeSample(folder.at('a.bin'), 1_000, 1)
  await anna.offers.setRule(ben.id, { kind: 'always' })

  await mallory.offers.send({ to: [anna.id], paths: [folder.at('a.bin')] })
  const asked = await anna.received('waiting')
  await ben.offers.send({ to: [anna.id], paths: [folder.at('a.bin')] })
  const taken = await anna.received('done')

  assert.equal([asked.from, asked.fromName], [mallory.id, 'Ben'])
  assert.is(taken.from, ben.id)
  assert.is(anna.offers.list().find(({ id }) => id === asked.id)?.state, 'waiting')
})

test('rules accept up to a size, or take nothing', async ({ folder, anna, ben }) => {
  await writeSample(folder.at('small.bin'), 1_000, 1)
  await writeSample(folder.at('large.bin'), 1_001, 2)
  await anna.offers.setRule(ben.id, { kind: 'up-to', bytes: 1_000 })

  await ben.offers.send({ to: [anna.id], paths: [folder.at('large.bin')] })
  const asked = await anna.received('waiting')
  await ben.offers.send({ to: [anna.id], paths: [folder.at('small.bin')] })
  const taken = await anna.received('done')
  await anna.offers.setRule(ben.id, { kind: 'never' })
  const [send] = await ben.offers.send({ to: [anna.id], paths: [folder.at('small.bin')] })
  const refused = await ben.sent(send?.id ?? '', 'cancelled')

  assert.equal([asked.name, taken.name], ['large.bin', 'small.bin'])
  assert.is(refused.error?.code, 'DECLINED')
  assert.is(anna.offers.list().length, 2)
})

const file = (path: string, size = 1) => ({ type: 'file', path, size, mtime: 0 }) as const
const folderAt = (path: string) => ({ type: 'folder', path, mtime: 0 }) as const
const honest: OfferBody = { id: 'a'.repeat(32), at: 0, files: 1, bytes: 1, count: 1, entries: [file('a')] }
const lies: readonly [string, OfferBody][] = [
  ['more bytes than it says', { ...honest, entries: [file('a', 2)] }],
  ['more files than it says', { ...honest, files: 0 }],
  ['more entries than it says', { ...honest, files: 2, bytes: 2, entries: [file('a'), file('b')] }],
  ['a path twice', { ...honest, count: 2, entries: [folderAt('a'), folderAt('a')] }],
  ['something below a file', { ...honest, count: 2, files: 1, entries: [file('a'), folderAt('a/b')] }],
]
for (const [what, body] of lies) {
  test(`an offer that lists ${what} is refused, and nothing is kept of it`, async ({ anna, mallory }) => {
    const error = await mallory.ask(anna, 'FILE_OFFER', body).catch(reason => reason)

    assert.ok(hasCode(error, 'BAD_INPUT'), error)
    assert.equal(anna.offers.list(), [])
  })
}

test('an offer that its sender does not know is gone when it is accepted', async ({ anna, mallory }) => {
  await mallory.ask(anna, 'FILE_OFFER', { ...honest, count: 200, files: 200, bytes: 200 })

  const error = await anna.offers.accept(honest.id).catch(reason => reason)

  assert.ok(hasCode(error, 'NOT_FOUND'), error)
  assert.equal(readdirSync(anna.downloads), [])
})

test('the id of another’s offer is not taken', async ({ anna, ben, mallory }) => {
  await ben.ask(anna, 'FILE_OFFER', honest)

  const error = await mallory.ask(anna, 'FILE_OFFER', honest).catch(reason => reason)
  const cancel = await mallory.ask(anna, 'OFFER_CANCEL', { id: honest.id }).catch(reason => reason)

  assert.ok(hasCode(error, 'BAD_INPUT'), error)
  assert.ok(hasCode(cancel, 'NOT_FOUND'), cancel)
  assert.is(anna.offers.list()[0]?.from, ben.id)
})

test('of one person only so many offers wait; others are not hindered by it', async ({
  anna,
  ben,
  mallory,
}) => {
  const offer = (n: number) => ({ ...honest, id: n.toString(16).padStart(32, '0') })
  for (let n = 0; n < LIMITS.offersAPerson; n++) await mallory.ask(anna, 'FILE_OFFER', offer(n))

  const error = await mallory.ask(anna, 'FILE_OFFER', offer(99)).catch(reason => reason)
  await ben.ask(anna, 'FILE_OFFER', offer(100))

  assert.ok(hasCode(error, 'TOO_BUSY'), error)
  assert.is(anna.offers.list().length, LIMITS.offersAPerson + 1)
})

test.run()
