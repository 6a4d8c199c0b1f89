import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Peer, Settings } from '../api/index.js'
import { hasCode } from '../errors/index.js'
import { type Lan, sha256, startLan, until, writeSample } from './index.js'

const test = suite<{ lan: Lan }>('limits of a peer')

test.before.each(async context => {
  context.lan = await startLan()
})

test.after.each(({ lan }) => lan.close())

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    error => error,
  )

test('what is set is checked, told and kept', async ({ lan }) => {
  const anna = await lan.peer('anna')
  const told: Settings[] = []
  anna.subscribe(event => {
    if (event.kind === 'settings') told.push(event.settings)
  })
  const raw = anna.settings.set as (key: string, value: unknown) => Promise<Settings>

  await raw('uploadLimit', '20MB')
  await raw('downloadLimit', 1_500_000)
  await raw('uploadSlots', 4)
  await raw('schedule', 'Mon-Fri 9:00-17:00 up 1MB')
  const refused = await Promise.all(
    [
      ['uploadLimit', 9_999],
      ['uploadLimit', -1],
      ['downloadLimit', 1.5],
      ['downloadLimit', 'fast'],
      ['uploadSlots', 0.5],
      ['uploadSlots', 100_000],
      ['schedule', 'sometimes'],
      ['schedule', 7],
    ].map(([key, value]) => failure(raw(String(key), value))),
  )

  assert.ok(refused.every(error => hasCode(error, 'BAD_INPUT')))
  const now = await anna.settings.all()
  assert.is(told.length, 4)
  await anna.close()
  assert.equal(await (await lan.peer('anna')).settings.all(), now)
  assert.equal(
    [now.uploadLimit, now.downloadLimit, now.uploadSlots, now.schedule],
    [20_000_000, 1_500_000, 4, 'mon-fri 09:00-17:00 up 1MB'],
  )
})

async function sharing(lan: Lan): Promise<{ anna: Peer; ben: Peer }> {
  await writeSample(lan.folder.at('file'), 8_000_000, 1)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(lan.folder.at('file'))
  await lan.hashed(ben, anna, 1)
  return { anna, ben }
}

test('someone’s own limit is theirs, kept, and holds while they download until it is lifted', async ({
  lan,
}) => {
  const { anna, ben } = await sharing(lan)
  await anna.people.list()

  const limited = await anna.people.setLimits(ben.id, { up: 100_000 })
  const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['file'] })
  const at = async () => (await ben.transfers.list()).find(({ id }) => id === transfer?.id)
  await until('the first bytes', async () => ((await at())?.fetched ?? 0) > 0)
  const slow = (await at())?.fetched ?? 0
  const lifted = await anna.people.setLimits(ben.id, { up: 0 })
  const done = await lan.finished(ben, transfer)

  assert.equal(limited.limits, { up: 100_000, down: 0 })
  assert.is(lifted.limits, undefined)
  assert.ok(slow < 4_000_000, `${slow}`)
  assert.is(await sha256(done.target), await sha256(lan.folder.at('file')))
})

test('limits of a person are kept, changed one by one, and refused where they are none', async ({ lan }) => {
  const { anna, ben } = await sharing(lan)
  await anna.people.list()

  await anna.people.setLimits(ben.id, { up: 50_000 })
  await anna.people.setLimits(ben.id, { down: 60_000 })
  const refused = await failure(anna.people.setLimits(ben.id, { up: 5 }))
  const unknown = await failure(anna.people.setLimits('a'.repeat(52) as typeof ben.id, { up: 50_000 }))
  await anna.close()
  const again = await lan.peer('anna')

  assert.ok(hasCode(refused, 'BAD_INPUT'))
  assert.ok(hasCode(unknown, 'NOT_FOUND'))
  assert.equal((await again.people.find('ben')).limits, { up: 50_000, down: 60_000 })
})

test('a download limit of the settings holds at once', async ({ lan }) => {
  const { anna, ben } = await sharing(lan)
  await ben.settings.set('downloadLimit', 100_000)

  const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['file'] })
  const at = async () => (await ben.transfers.list()).find(({ id }) => id === transfer?.id)
  await until('the first bytes', async () => ((await at())?.fetched ?? 0) > 0)
  const slow = (await at())?.fetched ?? 0
  await ben.settings.set('downloadLimit', 0)
  const done = await lan.finished(ben, transfer)

  assert.ok(slow < 4_000_000, `${slow}`)
  assert.is(done.state, 'done')
})

test.run()
