import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { type Lan, startLan, until } from './index.js'

const test = suite<{ lan: Lan }>('programs between whole peers')

test.before.each(async context => {
  context.lan = await startLan()
})

test.after.each(({ lan }) => lan.close())

const mayRun = (path: string) => (statSync(path).mode & 0o111) !== 0

test('security: received programs: the executable bit only when the receiver accepts it, from scan to file', async ({
  lan,
}) => {
  writeFileSync(lan.folder.at('run'), '#!/bin/sh\n')
  chmodSync(lan.folder.at('run'), 0o755)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(lan.folder.at('run'))
  await lan.hashed(ben, anna, 1)
  let received = 0
  const get = async () => {
    const target = lan.folder.at(`received ${++received}`)
    const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['run'], target })
    const done = await lan.finished(ben, transfer)
    assert.is(done.state, 'done')
    return done.target
  }
  const set = ben.settings.set as (key: string, value: unknown) => Promise<unknown>

  const byDefault = await get()
  const refused = await set('keepExecutable', 'perhaps').catch(error => error)
  const unchanged = await get()
  await set('keepExecutable', 'yes')
  const accepted = await get()
  const kept = (await ben.settings.all()).keepExecutable
  await anna.close()
  const fromRegistry = await ben.files.browse({ owner: anna.id, path: '' })

  assert.ok(hasCode(refused, 'BAD_INPUT'))
  assert.equal([byDefault, unchanged, accepted].map(mayRun), [false, false, true])
  assert.is(kept, true)
  assert.is(fromRegistry.from, 'registry')
})

test('a right to execute that is given or taken is a change of the share', async ({ lan }) => {
  writeFileSync(lan.folder.at('tool'), '#!/bin/sh\n')
  chmodSync(lan.folder.at('tool'), 0o644)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await ben.settings.set('keepExecutable', true)
  await anna.share.add(lan.folder.at('tool'))
  await lan.hashed(ben, anna, 1)

  let received = 0
  const get = async () => {
    const target = lan.folder.at(`received ${++received}`)
    const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['tool'], target })
    return mayRun((await lan.finished(ben, transfer)).target)
  }
  const before = await get()
  chmodSync(lan.folder.at('tool'), 0o755)
  await anna.share.rescan()
  await until('the bit to arrive', get)

  assert.is(before, false)
})

test.run()
