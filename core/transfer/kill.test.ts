import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Transfer } from '../api/index.js'
import { describeTree, until, writeSample } from '../testing/index.js'
import type { ChildTask } from './testing/download-child.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers; child?: Child }>('kill')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(async ({ peers, child }) => {
  child?.kill()
  await peers.close()
})

/** A downloading process and the last it told. */
class Child {
  readonly #process: ChildProcess
  last: Transfer | undefined

  constructor(task: ChildTask) {
    this.#process = fork(new URL('./testing/download-child.js', import.meta.url), {
      serialization: 'advanced',
    })
    this.#process.on('message', message => {
      this.last = message as Transfer
    })
    this.#process.send(task)
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = new Promise(resolve => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await gone
  }

  until(what: string, holds: (transfer: Transfer) => boolean): Promise<Transfer> {
    return until(what, () => this.last && holds(this.last) && this.last)
  }
}

function taskOf(peers: TwoPeers, name?: string): ChildTask {
  const plan = name === undefined ? {} : { plan: { name, entries: peers.share?.plan(name) ?? [] } }
  const { owner, downloader, source, folder } = peers
  return { identity: downloader, home: folder.path, owner: owner.id, source, ...plan }
}

test('after kill -9 in the middle of a file it goes on, and what was synced is not fetched again', async context => {
  const { peers } = context
  const bytes = 192 * MiB
  await writeSample(peers.folder.at('share', 'file'), bytes)
  await peers.serve()
  context.child = new Child(taskOf(peers, 'file'))
  const killed = await context.child.until('half of it', transfer => transfer.bytes > bytes / 2)
  await context.child.kill()

  context.child = new Child(taskOf(peers))
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
  context.child = new Child(taskOf(peers, 'tree'))
  for (const share of [0.1, 0.3, 0.6, 0.8]) {
    await context.child.until(
      `${share} of it`,
      ({ bytes, total, state }) => bytes > share * total || state === 'done',
    )
    await context.child.kill()
    context.child = new Child(taskOf(peers))
  }

  const done = await context.child.until('the end', transfer => ['done', 'failed'].includes(transfer.state))

  assert.is(done.state, 'done', done.error?.message)
  assert.equal(
    await describeTree(peers.folder.at('downloads', 'tree')),
    await describeTree(peers.folder.at('share', 'tree')),
  )
})

test.run()
