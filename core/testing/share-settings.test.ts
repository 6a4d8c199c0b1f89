import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Peer } from '../api/index.js'
import { hasCode } from '../errors/index.js'
import { type Lan, makeTestFolder, startLan, type TestFolder, until, writeSample } from './index.js'

const test = suite<{ lan: Lan; folder: TestFolder }>('settings of the share')

test.before.each(async context => {
  context.folder = await makeTestFolder('share-settings')
  context.lan = await startLan()
})

test.after.each(async ({ lan, folder }) => {
  await lan.close()
  await folder.remove()
})

const shareOf = async (peer: Peer) => (await peer.status()).share

function untilShared(peer: Peer, files: number): Promise<boolean> {
  return until(`${files} shared files`, async () => {
    const { scanning, files: found } = await shareOf(peer)
    return !scanning && found === files
  })
}

test('what the patterns of a person name is not shared, from then on and after a restart', async ({
  lan,
  folder,
}) => {
  const work = folder.at('work')
  await mkdir(join(work, 'node_modules', 'x'), { recursive: true })
  for (const path of ['node_modules/x/a.js', 'old.tmp', 'kept.txt']) await writeFile(join(work, path), path)
  const anna = await lan.peer('anna')
  await anna.share.add(work)
  await untilShared(anna, 3)

  const refused = await anna.settings.set('exclude', '//').catch(error => error)
  await anna.settings.set('exclude', 'node_modules/; *.tmp')
  await untilShared(anna, 1)
  await writeFile(join(work, 'new.tmp'), 'new')
  await anna.share.rescan()

  assert.ok(hasCode(refused, 'BAD_INPUT'))
  assert.is((await shareOf(anna)).files, 1)
  await anna.close()
  const again = await lan.peer('anna')
  await untilShared(again, 1)
  await again.settings.set('exclude', '')
  await untilShared(again, 4)
})

test('its owner sees all of a share, also what is only for others', async ({ lan, folder }) => {
  await writeFile(folder.at('for ben.txt'), 'Ben')
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(folder.at('for ben.txt'), { visibility: [ben.id] })
  const { entries } = await anna.files.browse({ owner: anna.id, path: '' })
  assert.equal(
    entries.map(({ name }) => name),
    ['for ben.txt'],
  )
})

test('hashing rests while it is paused, also after a restart, and what is sent does not wait for it', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('films', 'film'), 300_000, 1)
  await writeSample(folder.at('gift'), 200_000, 2)
  const first = await lan.peer('anna')
  await first.settings.set('hashPaused', true)
  await first.share.add(folder.at('films'))
  await untilShared(first, 1)
  await first.close()
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')

  await anna.offers.send({ to: [ben.id], paths: [folder.at('gift')] })
  const offer = await until('the offer', async () => (await ben.offers.list())[0])
  await ben.offers.accept(offer.id)
  const done = await until('it', async () =>
    (await ben.transfers.list()).find(one => one.offer === offer.id && one.state === 'done'),
  )

  assert.ok((await readFile(done.target)).equals(await readFile(folder.at('gift'))))
  const resting = await shareOf(anna)
  assert.equal([resting.paused, resting.hashedFiles], [true, 0])
  await anna.settings.set('hashPaused', false)
  await until('the film to be hashed', async () => (await shareOf(anna)).hashedFiles === 1)
  assert.is((await shareOf(anna)).paused, false)
})

test.run()
