import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Offer, Peer, Transfer } from '../api/index.js'
import { hasCode } from '../errors/index.js'
import {
  describeTree,
  type Lan,
  makeTestFolder,
  sha256,
  startLan,
  type TestFolder,
  until,
  writeSample,
} from './index.js'

const test = suite<{ lan: Lan; folder: TestFolder }>('sending with consent')

test.before.each(async context => {
  context.folder = await makeTestFolder('offers')
  context.lan = await startLan()
})

test.after.each(async ({ lan, folder }) => {
  await lan.close()
  await folder.remove()
})

/** The offer that a peer has received and that is in one of these states. */
function offered(peer: Peer, ...states: Offer['state'][]): Promise<Offer> {
  const wanted = states.length > 0 ? states : ['waiting']
  return until(`an offer that is ${wanted}`, async () =>
    (await peer.offers.list()).find(({ state }) => wanted.includes(state)),
  )
}

function transferIn(peer: Peer, id: string | undefined, ...states: Transfer['state'][]): Promise<Transfer> {
  return until(
    `${id} to be ${states}`,
    async () => (await peer.transfers.list()).find(one => one.id === id && states.includes(one.state)),
    60_000,
  )
}

async function makeFolder(path: string): Promise<void> {
  await writeSample(join(path, 'big.bin'), 5_000_001, 1)
  await writeSample(join(path, 'sub', 'small.bin'), 70_000, 2)
  await writeFile(join(path, 'sub', 'empty.txt'), '')
  await mkdir(join(path, 'nothing here'))
  await utimes(join(path, 'sub', 'small.bin'), 1_600_000_000, 1_600_000_000)
}

test('a file and a folder that are not shared arrive byte for byte once they are accepted', async ({
  lan,
  folder,
}) => {
  await makeFolder(folder.at('photos'))
  await writeSample(folder.at('one.bin'), 2_500_000, 3)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')

  const [send] = await anna.offers.send({
    to: [(await anna.people.find('ben')).id],
    paths: [folder.at('photos'), folder.at('one.bin')],
  })
  const offer = await offered(ben)
  const waiting = await transferIn(anna, send?.id, 'awaiting-consent')
  const before = (await ben.transfers.list()).length
  const accepted = await ben.offers.accept(offer.id)
  const done: Transfer[] = []
  for (const id of accepted.transfers) done.push(await transferIn(ben, id, 'done', 'failed', 'cancelled'))
  const sent = await transferIn(anna, send?.id, 'done', 'failed', 'cancelled')

  assert.equal(
    [offer.from, offer.fromName, offer.name, offer.files, offer.bytes, offer.count],
    [anna.id, 'anna', 'photos and 1 more', 4, 7_570_001, 7],
  )
  assert.equal(
    offer.entries.map(({ path }) => path),
    [
      'photos',
      'photos/big.bin',
      'photos/nothing here',
      'photos/sub',
      'photos/sub/empty.txt',
      'photos/sub/small.bin',
      'one.bin',
    ],
  )
  assert.equal([waiting.direction, waiting.toName, waiting.total], ['up', 'ben', 7_570_001])
  assert.is(before, 0)
  assert.equal(
    done.map(({ name, state, offer: of }) => [name, state, of]),
    [
      ['photos', 'done', offer.id],
      ['one.bin', 'done', offer.id],
    ],
  )
  assert.equal(await describeTree(done[0]?.target ?? ''), await describeTree(folder.at('photos')))
  assert.is(await sha256(done[1]?.target ?? ''), await sha256(folder.at('one.bin')))
  assert.equal([sent.state, sent.bytes, sent.filesDone], ['done', 7_570_001, 4])
  assert.is((await offered(ben, 'done')).id, offer.id)
})

test('what is declined never comes, and may be accepted after all', async ({ lan, folder }) => {
  await writeSample(folder.at('one.bin'), 10_000, 4)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.people.find('ben')
  const [send] = await anna.offers.send({ to: [ben.id], paths: [folder.at('one.bin')] })
  const offer = await offered(ben)

  const declined = await ben.offers.decline(offer.id)
  const told = await transferIn(anna, send?.id, 'cancelled')
  const files = await readdir((await ben.status()).folders.downloads)
  const accepted = await ben.offers.accept(offer.id)
  await transferIn(ben, accepted.transfers[0], 'done')
  const sent = await transferIn(anna, send?.id, 'done')

  assert.is(declined.state, 'declined')
  assert.ok((declined.undoUntil ?? 0) > Date.now())
  assert.is(told.error?.code, 'DECLINED')
  assert.equal(files, [])
  assert.is(sent.bytes, 10_000)
})

test('an offer waits for whoever is offline, and for its sender after a restart', async ({ lan, folder }) => {
  await writeSample(folder.at('one.bin'), 1_500_000, 5)
  let anna = await lan.peer('anna')
  let ben = await lan.peer('ben')
  const { id: benId } = await anna.people.find('ben')
  await ben.close()
  await until('ben to be offline', async () => !(await anna.people.find('ben')).online)

  const [send] = await anna.offers.send({ to: [benId], paths: [folder.at('one.bin')] })
  await anna.close()
  anna = await lan.peer('anna')
  const waiting = await transferIn(anna, send?.id, 'awaiting-consent')
  ben = await lan.peer('ben')
  const offer = await offered(ben)
  await anna.close()
  await until('anna to be offline', async () => !(await ben.people.find('anna')).online)
  const accepted = await ben.offers.accept(offer.id)
  await ben.close()
  ben = await lan.peer('ben')
  anna = await lan.peer('anna')
  const started = await until('its download', async () =>
    (await ben.transfers.list()).find(one => one.offer === offer.id),
  )
  const done = await transferIn(ben, started.id, 'done', 'failed')
  const sent = await transferIn(anna, send?.id, 'done')

  assert.is(waiting.reason, 'nobody-online')
  assert.equal([accepted.state, accepted.transfers], ['accepted', []])
  assert.is(await sha256(done.target), await sha256(folder.at('one.bin')))
  assert.is(sent.state, 'done')
})

test('some of an offer is accepted, renamed and put elsewhere; the rest is not granted', async ({
  lan,
  folder,
}) => {
  await makeFolder(folder.at('photos'))
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.people.find('ben')
  await anna.offers.send({ to: [ben.id], paths: [folder.at('photos')] })
  const offer = await offered(ben)

  const unknown = await ben.offers.accept(offer.id, { entries: ['photos/none'] }).catch(error => error)
  const climbing = await ben.offers
    .accept(offer.id, { rename: { photos: '../photos' } })
    .catch(error => error)
  const { transfers } = await ben.offers.accept(offer.id, {
    entries: ['photos/sub'],
    rename: { photos: 'pictures', 'photos/sub/small.bin': 'tiny.bin' },
    target: folder.at('elsewhere'),
  })
  const done = await transferIn(ben, transfers[0], 'done', 'failed')

  assert.ok(hasCode(unknown, 'BAD_INPUT'), unknown)
  assert.ok(hasCode(climbing, 'BAD_NAME'), climbing)
  assert.is(done.target, folder.at('elsewhere', 'pictures'))
  assert.equal(Object.keys(await describeTree(done.target)).sort(), ['sub', 'sub/empty.txt', 'sub/tiny.bin'])
})

test('a send of many files to several people: each decides, each gets all', async ({ lan, folder }) => {
  for (let i = 0; i < 450; i++) await writeSample(folder.at('many', `d${i % 7}`, `f${i}`), 500 + i, i)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  const cleo = await lan.peer('cleo')
  await anna.people.list()
  const sends = await anna.offers.send({ to: [ben.id, cleo.id], paths: [folder.at('many')] })

  const targets: string[] = []
  for (const peer of [ben, cleo]) {
    const offer = await offered(peer)
    assert.equal([offer.entries.length, offer.count], [100, 458])
    assert.is((await peer.offers.entries(offer.id, { offset: 400 })).length, 58)
    const { transfers } = await peer.offers.accept(offer.id)
    targets.push((await transferIn(peer, transfers[0], 'done', 'failed')).target)
  }
  for (const { id } of sends) await transferIn(anna, id, 'done')

  const wanted = await describeTree(folder.at('many'))
  for (const target of targets) assert.equal(await describeTree(target), wanted)
})

test('its sender cancels: the offer is gone, and comes back when they think better of it', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('one.bin'), 10_000, 6)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.people.find('ben')
  const [send] = await anna.offers.send({ to: [ben.id], paths: [folder.at('one.bin')] })
  await offered(ben)

  for (let i = 0; i < 5; i++) {
    await anna.transfers.cancel(send?.id ?? '')
    await until('the offer to go', async () => (await ben.offers.list()).length === 0)
    await anna.transfers.resume(send?.id ?? '')
    assert.is((await offered(ben)).id, send?.id)
  }
})

test.run()
