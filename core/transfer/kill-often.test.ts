import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { describeTree, writeSample } from '../testing/index.js'
import { systemClock } from './clock.js'
import { Limits } from './limits/limits.js'
import { KilledChild, taskOf } from './testing/killed-child.js'
import { randomFrom } from './testing/seeded.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const KILLS = 50
const SMALL_FILES = 300
/** So slow that it is not over before it was killed so often. */
const RATE = 6e6
const RULES = { up: 0, down: 0, slots: 0, schedule: [], people: new Map() }

const test = suite<{ peers: TwoPeers; limits: Limits; child?: KilledChild }>('kill often')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.limits = new Limits(systemClock)
})

test.after.each(async ({ peers, limits, child }) => {
  await child?.kill()
  await peers.close()
  limits.close()
})

/** A third die at some time after their start, whatever they do; the others soon after they have come so far. */
function momentsOf(random: () => number) {
  return Array.from({ length: KILLS }, (_, i) => {
    const share = ((i + random()) / KILLS) * 0.75
    const afterMs = random() < 1 / 3 ? Math.floor(random() * 700) : undefined
    return { share, afterMs, laterMs: Math.floor(random() ** 2 * 60) }
  })
}

/**
 * What is in its place already is right, whenever the process died; but a small file is written there at once, and
 * may be cut short until the next start.
 */
function assertPlacedIsRight(peers: TwoPeers): void {
  const placed = peers.folder.at('downloads', 'tree')
  if (!existsSync(placed)) return
  for (const path of readdirSync(placed, { recursive: true, withFileTypes: true })) {
    if (!path.isFile()) continue
    const at = join(path.parentPath, path.name)
    const original = peers.folder.at('share', 'tree') + at.slice(placed.length)
    const [got, wanted] = [readFileSync(at), readFileSync(original)]
    const isWhole = path.name === 'big' || got.length === wanted.length
    assert.ok(got.equals(isWhole ? wanted : wanted.subarray(0, got.length)), at)
  }
}

test(`killed at ${KILLS} random moments of one download, the tree is right in the end`, async context => {
  const { peers, limits } = context
  const seed = Number(process.env.TSPEER_SEED ?? Math.floor(Math.random() * 2 ** 32))
  console.log(`TSPEER_SEED=${seed}`)
  const random = randomFrom(seed)
  await writeSample(peers.folder.at('share', 'tree', 'big'), 40 * MiB + 12_345)
  for (let i = 0; i < SMALL_FILES; i++) {
    const bytes = 1 + Math.floor(random() * 40_000)
    await writeSample(peers.folder.at('share', 'tree', `d${i % 9}`, `f${i}`), bytes, i)
  }
  await peers.serve({ limits: limits.up })
  limits.set({ ...RULES, up: RATE })

  for (const [i, { share, afterMs, laterMs }] of momentsOf(random).entries()) {
    const child = new KilledChild({ ...taskOf(peers, 'tree'), workers: 1 })
    context.child = child
    if (afterMs !== undefined) await delay(afterMs)
    else {
      await child.until(`kill ${i}`, ({ bytes, total, state }) => {
        assert.not.ok(state === 'done' || state === 'failed', `${state} before kill ${i}`)
        return total > 0 && bytes >= share * total
      })
      await delay(laterMs)
    }
    await child.kill()
    assertPlacedIsRight(peers)
  }
  limits.set(RULES)
  context.child = new KilledChild(taskOf(peers, 'tree'))
  const done = await context.child.until('the end', ({ state }) => state === 'done' || state === 'failed')

  assert.is(done.state, 'done', done.error?.message)
  assert.ok(done.reused > 0)
  assert.equal(await describeTree(peers.folder.at('downloads')), await describeTree(peers.folder.at('share')))
})

test.run()
