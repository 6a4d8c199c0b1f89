import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Lan, makeTestFolder, sha256, startLan, type TestFolder, until, writeSample } from './index.js'

const test = suite<{ lan: Lan; folder: TestFolder }>('a crowd of peers')

test.before.each(async context => {
  context.folder = await makeTestFolder('crowd')
  context.lan = await startLan()
})

test.after.each(async ({ lan, folder }) => {
  await lan.close()
  await folder.remove()
})

test('what someone who left shares with everyone comes from who has downloaded it; what was for one, from nobody', async ({
  lan,
  folder,
}) => {
  await writeSample(folder.at('open.bin'), 12_000_000, 1)
  await writeSample(folder.at('private.bin'), 12_000_000, 2)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  const carl = await lan.peer('carl')
  await anna.settings.set('uploadLimit', 4_000_000)
  await anna.share.add(folder.at('open.bin'))
  await anna.share.add(folder.at('private.bin'), { visibility: [ben.id, carl.id] })
  await lan.hashed(ben, anna, 1)
  const root = await until('the private file to be hashed', async () => {
    const { entries } = await ben.files.browse({ owner: anna.id, path: '' })
    return entries.find(({ name }) => name === 'private.bin')?.root
  })
  for (const path of ['open.bin', 'private.bin']) {
    const [transfer] = await ben.transfers.download({ owner: anna.id, paths: [path] })
    assert.is((await lan.finished(ben, transfer)).state, 'done')
  }
  await anna.close()
  await until('anna to be offline', async () => !(await carl.people.find('anna')).online)

  const [open] = await carl.transfers.download({ owner: anna.id, paths: ['open.bin'] })
  const done = await lan.finished(carl, open)
  const [hidden] = await carl.transfers.download({ root, size: 12_000_000, name: 'private.bin' })
  const waiting = await until('it to wait', async () =>
    (await carl.transfers.list()).find(({ id, state }) => id === hidden?.id && state !== 'finding-sources'),
  )

  assert.is(done.state, 'done', done.error?.message)
  assert.is(await sha256(done.target), await sha256(folder.at('open.bin')))
  assert.equal([waiting.state, waiting.reason, waiting.bytes], ['paused', 'nobody-online', 0])
})

test.run()
