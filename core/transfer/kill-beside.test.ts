import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Transfer } from '../api/index.js'
import { until, writeSample } from '../testing/index.js'
import { KilledChild, taskOf } from './testing/killed-child.js'
import { seeded } from './testing/seeded.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const FILES = 8

const test = suite<{ peers: TwoPeers; child?: KilledChild }>('kill beside')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(async ({ peers, child }) => {
  await child?.kill()
  await peers.close()
})

test(
  'killed as files are placed beside edited ones, none is there twice in the end',
  seeded(async (context, random) => {
    const { peers } = context
    const at = (side: string, i: number) => peers.folder.at(side, 'dir', `f${i}`)
    for (let i = 0; i < FILES; i++) await writeSample(at('share', i), 2 * MiB, i)
    await peers.serve()
    const first = await peers.download('dir')
    await peers.until(first.id, 'done')
    await peers.closeDownloader()
    for (let i = 0; i < FILES; i++) {
      await writeSample(at('share', i), 2 * MiB, 100 + i)
      await writeSample(at('downloads', i), 2 * MiB, 200 + i)
    }
    await peers.serveAgain()
    const task = { ...taskOf(peers, 'dir'), earlier: 1 }
    const isOver = ({ id, state }: Transfer) => id !== first.id && (state === 'done' || state === 'failed')

    for (let i = 0; i < FILES; i++) {
      const child = new KilledChild(task)
      context.child = child
      const isNext = () => existsSync(`${at('downloads', i)} (2)`) || (child.last && isOver(child.last))
      await until('the next one', isNext, undefined, 1)
      await delay(random() * 15)
      await child.kill()
    }
    const last = new KilledChild(task)
    context.child = last
    await last.until('the end', isOver)

    const wanted = Array.from({ length: FILES }, (_, i) => [`f${i}`, `f${i} (2)`]).flat()
    assert.equal(readdirSync(peers.folder.at('downloads', 'dir')).sort(), wanted.sort())
  }),
)

test.run()
