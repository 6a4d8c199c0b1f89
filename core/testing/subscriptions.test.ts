import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { type Lan, startLan, until } from './index.js'

const test = suite<{ lan: Lan }>('folders that follow their source')

test.before.each(async context => {
  context.lan = await startLan()
})

test.after.each(({ lan }) => lan.close())

test('a followed folder is downloaded, and updated by itself when it changes at its owner', async ({
  lan,
}) => {
  mkdirSync(lan.folder.at('album'))
  writeFileSync(lan.folder.at('album', 'one'), 'one')
  writeFileSync(lan.folder.at('album', 'two'), 'two')
  const anna = await lan.peer('anna')
  let ben = await lan.peer('ben')
  await anna.share.add(lan.folder.at('album'))
  await lan.hashed(ben, anna, 2)
  const target = lan.folder.at('here')
  const read = (name: string) =>
    existsSync(lan.folder.at('here', 'album', name)) &&
    readFileSync(lan.folder.at('here', 'album', name), 'utf8')

  const { id } = await ben.subscriptions.add({ owner: anna.id, path: 'album', target })
  await until('the folder', async () => (await ben.subscriptions.list())[0]?.updatedAt !== undefined)
  assert.is(read('one'), 'one')

  writeFileSync(lan.folder.at('album', 'one'), 'one, changed')
  writeFileSync(lan.folder.at('album', 'three'), 'three')
  rmSync(lan.folder.at('album', 'two'))
  await anna.share.rescan()
  await until('the update', () => read('one') === 'one, changed' && read('three') === 'three', 60_000)
  assert.is(read('two'), 'two', 'what is deleted there stays')

  await ben.close()
  writeFileSync(lan.folder.at('album', 'three'), 'three, changed while the other was away')
  await anna.share.rescan()
  ben = await lan.peer('ben')
  await until('the second update', () => read('three') === 'three, changed while the other was away', 60_000)
  assert.equal(readdirSync(target), ['album'])
  assert.equal(readdirSync(lan.folder.at('here', 'album')).sort(), ['one', 'three', 'two'])

  const again = await ben.subscriptions.add({ owner: anna.id, path: 'album', target })
  assert.is(again.id, id, 'the same one is one subscription')
  await ben.subscriptions.remove(id)
  assert.equal(await ben.subscriptions.list(), [])
})

test('a file, one’s own share and what is not there are not followed', async ({ lan }) => {
  writeFileSync(lan.folder.at('file'), 'text')
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(lan.folder.at('file'))
  await lan.hashed(ben, anna, 1)
  const refusal = async (owner: typeof anna, path: string) =>
    ben.subscriptions.add({ owner: owner.id, path }).catch(error => error)

  assert.ok(hasCode(await refusal(anna, 'file'), 'BAD_INPUT'))
  assert.ok(hasCode(await refusal(ben, 'x'), 'BAD_INPUT'))
  assert.ok(hasCode(await refusal(anna, 'none'), 'NOT_FOUND'))
  assert.ok(hasCode(await ben.subscriptions.remove('x').catch(error => error), 'NOT_FOUND'))
  assert.equal(await ben.subscriptions.list(), [])
})

test('what this peer shares itself is copied, not fetched', async ({ lan }) => {
  const bytes = Buffer.alloc(3_000_000, 7)
  writeFileSync(lan.folder.at('big'), bytes)
  writeFileSync(lan.folder.at('same, of mine'), bytes)
  const anna = await lan.peer('anna')
  const ben = await lan.peer('ben')
  await anna.share.add(lan.folder.at('big'))
  await ben.share.add(lan.folder.at('same, of mine'))
  await lan.hashed(ben, anna, 1)
  await until('own hashes', async () => (await ben.status()).share.hashedFiles === 1)

  const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['big'] })
  const done = await lan.finished(ben, transfer)

  assert.is(done.state, 'done')
  assert.is(done.fetched, 0)
  assert.is(done.reused, bytes.length)
  assert.ok(readFileSync(done.target).equals(bytes))
})

test.run()
