import { watch } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AcceptChoice } from '../../api/index.js'
import { describeTree, until, writeSample } from '../../testing/index.js'
import { isOver, KilledPair } from '../testing/killed-pair.js'
import { seeded } from '../testing/seeded.js'

const MiB = 1024 * 1024
const test = suite<{ pair: KilledPair }>('killed receivers')

test.before.each(async context => {
  context.pair = await KilledPair.make()
})

test.after.each(({ pair }) => pair.close())

/** A folder with what there is: big and small files, an empty one, folders. */
async function makePhotos(folder: string): Promise<void> {
  await writeSample(`${folder}/big.bin`, 3 * MiB + 17, 1)
  for (let i = 0; i < 20; i++) await writeSample(`${folder}/sub/f${i}`, 100 + i * 1_000, i)
  await writeFile(`${folder}/sub/empty`, '')
  await mkdir(`${folder}/nothing here`)
}

test(
  'offers that were acknowledged are there after the receiver is killed; what it accepts goes on, as it chose',
  seeded(async ({ pair }, random) => {
    await makePhotos(pair.at('out', 'photos'))
    await writeSample(pair.at('out', 'film.bin'), 5 * MiB, 2)
    const photos = Object.entries(await describeTree(pair.at('out', 'photos')))
    const film = Object.entries(await describeTree(pair.at('out'))).filter(([path]) => path === 'film.bin')
    const inFolder = (name: string, entries: Iterable<readonly [string, string]> = photos) =>
      Object.fromEntries([[name, 'folder'], ...[...entries].map(([path, what]) => [`${name}/${path}`, what])])
    const some: AcceptChoice = {
      entries: ['photos/sub', 'photos/big.bin'],
      rename: { photos: 'pictures', 'photos/big.bin': 'large.bin' },
    }
    const renamed = photos.flatMap(([path, what]) =>
      path === 'nothing here' ? [] : [[path === 'big.bin' ? 'large.bin' : path, what] as const],
    )
    /** What is offered, how it is accepted, whether the receiver is killed only as that is acknowledged, what comes. */
    const cases = [
      { out: 'photos', choice: {}, acknowledged: true, wanted: inFolder('photos') },
      { out: 'photos', choice: some, acknowledged: true, wanted: inFolder('pictures', renamed) },
      { out: 'film.bin', choice: {}, acknowledged: false, wanted: Object.fromEntries(film) },
      {
        out: 'film.bin',
        choice: { rename: { 'film.bin': 'f' } },
        acknowledged: false,
        wanted: { f: film[0]?.[1] },
      },
    ]
    const offers: { id: string; choice: AcceptChoice }[] = []
    for (const [i, { out, choice }] of cases.entries())
      offers.push({ id: await pair.offer('out', out), choice: { ...choice, target: pair.at(`target ${i}`) } })
    await pair.ben.kill()

    const again: string[] = []
    for (const [i, { id, choice }] of offers.entries()) {
      const ben = await pair.start('ben')
      assert.is(ben.offers.get(id)?.state, 'waiting')
      if (cases[i]?.acknowledged) await ben.lastCall(random() * 40 * (i % 2), 'offers', 'accept', id, choice)
      else {
        const accepting = ben.call('offers', 'accept', id, choice)
        accepting.catch(() => {}) // it may be killed before it can answer
        await delay(random() * 100)
        await ben.kill()
      }
    }
    const ben = await pair.start('ben')
    for (const [i, { id, choice }] of offers.entries()) {
      if (ben.offers.get(id)?.state !== 'waiting') continue
      assert.is(cases[i]?.acknowledged, false)
      again.push(id)
      await ben.call('offers', 'accept', id, choice)
    }
    for (const [i, { id }] of offers.entries()) {
      const got = await ben.transfer('its download', one => one.offer === id && isOver(one))
      const sent = await pair.anna.transfer('the send to end', one => one.id === id && isOver(one))
      assert.equal([got.state, sent.state], ['done', 'done'], got.error?.message ?? sent.error?.message)
      assert.equal(await describeTree(pair.at(`target ${i}`)), cases[i]?.wanted)
      await ben.offer(id, 'done')
      if (!again.includes(id)) assert.is(ben.states.get(id)?.includes('waiting'), false)
    }
    assert.is(ben.offers.size, offers.length)
    assert.is(ben.transfers.size, offers.length)
    assert.equal(await readdir(pair.at('ben', 'downloads')), [])
  }),
)

test('a receiver that is killed as it makes the folder of what it accepted makes no second one', async ({
  pair,
}) => {
  await makePhotos(pair.at('out', 'photos'))
  const ids: string[] = []
  for (let i = 0; i < 4; i++) ids.push(await pair.offer('out', 'photos'))

  for (const [i, id] of ids.entries()) {
    const target = pair.at(`target ${i}`)
    await mkdir(target)
    const made = new Promise<void>(resolve => {
      const watcher = watch(target, () => {
        watcher.close()
        resolve()
      })
    })
    pair.ben.call('offers', 'accept', id, { target }).catch(() => {}) // it is killed before it can answer
    await made
    await pair.ben.kill()
    await pair.start('ben')
  }

  for (const [i, id] of ids.entries()) {
    const got = await pair.ben.transfer('its download', one => one.offer === id && isOver(one))
    assert.is(got.state, 'done', got.error?.message)
    assert.equal(await readdir(pair.at(`target ${i}`)), ['photos'])
    assert.equal(await describeTree(got.target), await describeTree(pair.at('out', 'photos')))
  }
})

test('an offer that is accepted while its sender is away begins when they are back, though the receiver was killed', async ({
  pair,
}) => {
  await writeSample(pair.at('out', 'one.bin'), 2 * MiB, 1)
  const id = await pair.offer('out', 'one.bin')
  await pair.anna.kill()

  const accepted = await pair.ben.lastCall(0, 'offers', 'accept', id, { rename: { 'one.bin': 'mine.bin' } })
  const ben = await pair.start('ben')
  const kept = ben.offers.get(id)?.state
  await pair.start('anna')
  const got = await ben.transfer('its download', one => one.offer === id && isOver(one))
  await pair.anna.transfer('the send to end', one => one.id === id && one.state === 'done')

  assert.equal([accepted.state, accepted.transfers, kept], ['accepted', [], 'accepted'])
  assert.is(got.state, 'done', got.error?.message)
  assert.equal(await readdir(pair.at('ben', 'downloads')), ['mine.bin'])
})

for (const isAway of [false, true]) {
  test(`what is declined stays so after the receiver is killed, and its sender ${isAway ? 'who was away' : ''} hears of it`, async ({
    pair,
  }) => {
    await writeSample(pair.at('out', 'one.bin'), 10_000, 1)
    const id = await pair.offer('out', 'one.bin')
    if (isAway) await pair.anna.kill()

    const declined = await pair.ben.lastCall(0, 'offers', 'decline', id)
    const ben = await pair.start('ben')
    const kept = ben.offers.get(id)?.state
    if (isAway) await pair.start('anna')
    const told = await pair.anna.transfer('the send to end', one => one.id === id && isOver(one))
    await until('nothing to wait for', () => ben.offers.get(id)?.state === 'declined')

    assert.equal([declined.state, kept], ['declined', 'declined'])
    assert.equal([told.state, told.error?.code], ['cancelled', 'DECLINED'])
    assert.equal(ben.states.get(id), ['declined'])
    assert.is(ben.transfers.size, 0)
  })
}

test.run()
