import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describeTree, writeSample } from '../testing/index.js'
import { KilledChild, taskOf } from './testing/killed-child.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; child?: KilledChild }>('kill')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(async ({ peers, child }) => {
  child?.kill()
  await peers.close()
})

test('after kill -9 in the middle of a file it goes on, and what was synced is not fetched again', async context => {
  const { peers } = context
  const bytes = 192 * MiB
  await writeSample(peers.folder.at('share', 'file'), bytes)
  await peers.serve()
  context.child = new KilledChild(taskOf(peers, 'file'))
  const killed = await context.child.until('half of it', transfer => transfer.bytes > bytes / 2)
  await context.child.kill()

  context.child = new KilledChild(taskOf(peers))
  const done = await context.child.until('the end', transfer => ['done', 'failed'].includes(transfer.state))

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(done.fetched < bytes - killed.bytes + 64 * MiB, `fetched ${done.fetched / MiB} MiB again`)
  assert.ok(done.reused > 0)
  assert.is(done.fetched + done.reused, bytes)
  assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
})

test('killed again and again among many files, the tree is whole in the end', async context => {
  const { peers } = context
  for (let i = 0; i < 1_500; i++)
    await writeSample(peers.folder.at('share', 'tree', `d${i % 30}`, `f${i}`), 1 + (i % 9_000), i)
  for (let i = 0; i < 8; i++)
    await writeSample(peers.folder.at('share', 'tree', `big${i}`), (2 + i) * MiB + i, i)
  await peers.serve()
  context.child = new KilledChild(taskOf(peers, 'tree'))
  for (const share of [0.1, 0.3, 0.6, 0.8]) {
    await context.child.until(
      `${share} of it`,
      ({ bytes, total, state }) => bytes > share * total || state === 'done',
    )
    await context.child.kill()
    context.child = new KilledChild(taskOf(peers))
  }

  const done = await context.child.until('the end', transfer => ['done', 'failed'].includes(transfer.state))

  assert.is(done.state, 'done', done.error?.message)
  assert.equal(
    await describeTree(peers.folder.at('downloads', 'tree')),
    await describeTree(peers.folder.at('share', 'tree')),
  )
})

test.run()
