import { lstatSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Transfer } from '../api/index.js'
import { describeTree } from '../testing/index.js'
import { systemClock } from './clock.js'
import { Limits } from './limits/limits.js'
import { BIG, type Sizes, SMALL, writeEdition } from './testing/editions.js'
import { KilledChild, taskOf } from './testing/killed-child.js'
import { seeded } from './testing/seeded.js'
import { TwoPeers } from './testing/two-peers.js'
import { WholeFiles } from './testing/whole-files.js'

const KILLS = 8
/** So slow that it is not over before it was killed so often. */
const RATE = 6e6
const RULES = { up: 0, down: 0, slots: 0, schedule: [], people: new Map() }

const test = suite<{ peers: TwoPeers; limits: Limits; child?: KilledChild }>('kill overwrite')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
  context.limits = new Limits(systemClock)
})

test.after.each(async ({ peers, limits, child }) => {
  await child?.kill()
  await peers.close()
  limits.close()
})

const isOver = ({ state }: Transfer) => state === 'done' || state === 'failed'
const isFile = ([, what]: [string, string]) => what !== 'folder'

const MORE: Sizes = { 'more.bin': 4e6 + 1, 'in/more': 50_000, 'in/more twins': 50_000 }
/** What is there before, by the rule, and what may become of it. */
const cases = [
  { rule: 'overwrite', there: { ...SMALL, ...BIG }, wanted: { ...SMALL, ...BIG }, isReplaced: true },
  { rule: 'skip', there: { ...SMALL, ...BIG }, wanted: { ...SMALL, ...BIG, ...MORE }, isReplaced: false },
] as const

for (const { rule, there, wanted, isReplaced } of cases) {
  const becomes = isReplaced ? 'the old file or the new one' : 'as it was'
  test(
    `killed ${KILLS} times in a download that is to ${rule} what is in the way, that is ${becomes}, whole at every moment`,
    seeded(async (context, random) => {
      const { peers, limits } = context
      const [here, owners] = [peers.folder.at('downloads', 'dir'), peers.folder.at('share', 'dir')]
      await writeEdition(owners, wanted, 2)
      await writeEdition(here, there, 1)
      await peers.serve({ limits: limits.up })
      limits.set({ ...RULES, up: RATE })
      const before = await describeTree(here)
      const files = new WholeFiles(
        new Map(
          Object.keys(there).map(name => {
            const old = readFileSync(`${here}/${name}`)
            return [`${here}/${name}`, isReplaced ? [old, readFileSync(`${owners}/${name}`)] : [old]]
          }),
        ),
      )
      const inodes = () => Object.keys(there).map(name => lstatSync(`${here}/${name}`).ino)
      const inodesBefore = inodes()

      for (let i = 0; i < KILLS; i++) {
        const share = ((i + random()) / KILLS) * 0.75
        const child = new KilledChild({ ...taskOf(peers, 'dir', rule), workers: 1 })
        context.child = child
        await files.during(async () => {
          await child.until(`kill ${i}`, one => {
            assert.not.ok(one.state === 'failed', one.error?.message)
            return isOver(one) || (one.bytes > 0 && one.bytes >= share * one.total)
          })
          await delay(random() ** 2 * 60)
          await child.kill()
        })
      }
      limits.set(RULES)
      const last = new KilledChild({ ...taskOf(peers, 'dir', rule), workers: 1 })
      context.child = last
      await files.during(async () => void (await last.until('the end', isOver)))

      assert.is(last.last?.state, 'done', last.last?.error?.message)
      const after = Object.entries(await describeTree(here)).filter(isFile)
      const kept = isReplaced ? {} : before
      const right = Object.entries({ ...(await describeTree(owners)), ...kept }).filter(isFile)
      assert.equal(Object.fromEntries(after), Object.fromEntries(right))
      if (!isReplaced) assert.equal(inodes(), inodesBefore)
    }),
  )
}

test.run()
