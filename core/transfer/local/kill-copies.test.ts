import { lstatSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConflictRule, Transfer } from '../../api/index.js'
import type { Root } from '../../manifest/index.js'
import { describeTree, until } from '../../testing/index.js'
import { BIG, SMALL, writeEdition } from '../testing/editions.js'
import { KilledChild, taskOf } from '../testing/killed-child.js'
import { seeded } from '../testing/seeded.js'
import { hashOf } from '../testing/shared-folder.js'
import { TwoPeers } from '../testing/two-peers.js'
import { type MayBe, WholeFiles } from '../testing/whole-files.js'

const KILLS = 3
const FILES = { ...SMALL, ...BIG }

const test = suite<{ peers: TwoPeers; child?: KilledChild }>('kill copies')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(async ({ peers, child }) => {
  await child?.kill()
  await peers.close()
})

interface Case {
  readonly what: string
  readonly rule: ConflictRule
  readonly from: 'share' | 'download'
  readonly there: 'nothing' | 'others' | 'edited'
}

const cases: readonly Case[] = [
  { what: 'from the share', rule: 'keep-both', from: 'share', there: 'nothing' },
  { what: 'from another download', rule: 'keep-both', from: 'download', there: 'nothing' },
  { what: 'from the share over others', rule: 'overwrite', from: 'share', there: 'others' },
  { what: 'from another download over others', rule: 'overwrite', from: 'download', there: 'others' },
  { what: 'from the share beside edited ones', rule: 'keep-both', from: 'share', there: 'edited' },
]

for (const { what, rule, from, there } of cases) {
  test(
    `killed while files are copied ${what}, none is half a copy, and none is there twice in the end`,
    seeded(async (context, random) => {
      const { peers } = context
      const earlier = await prepare(peers, { from, there })
      const may = await whatMayBe(peers, there)
      const files = new WholeFiles(may)
      const task = {
        ...taskOf(peers, 'dir', rule),
        earlier: earlier.length,
        ...(from === 'share' && { localCopies: copiesIn(peers.folder.at('mine')) }),
      }
      const isOver = ({ id, state }: Transfer) =>
        !earlier.includes(id) && (state === 'done' || state === 'failed')
      const inodes = () => [...may.keys()].map(path => lstatSync(path, { throwIfNoEntry: false })?.ino)
      const inodesBefore = inodes()
      const placed = () => inodes().filter((ino, i) => ino !== inodesBefore[i]).length

      for (let i = 0; i < KILLS; i++) {
        const child = new KilledChild(task)
        context.child = child
        const enough = placed() + 1 + Math.floor(random() * 2)
        await files.during(async () => {
          const isTime = () => placed() >= enough || (child.last && isOver(child.last))
          await until('more of it to be there', isTime, undefined, 1)
          await delay(random() ** 2 * 40)
          await child.kill()
        })
      }
      const last = new KilledChild(task)
      context.child = last
      await files.during(async () => void (await last.until('the end', isOver)))

      assert.is(last.last?.state, 'done', last.last?.error?.message)
      new WholeFiles(new Map([...may].map(([path, contents]) => [path, contents.slice(-1)]))).check()
      const tree = Object.entries(await describeTree(peers.folder.at('downloads', 'dir')))
      const found = tree.filter(([, kind]) => kind !== 'folder').map(([path]) => path)
      assert.equal(
        found.sort(),
        [...may.keys()].map(path => path.slice(peers.folder.at('downloads', 'dir').length + 1)).sort(),
      )
    }),
  )
}

/** Makes what the owner has, what is here and what is in the way; gives the ids of earlier downloads. */
async function prepare(peers: TwoPeers, { from, there }: Pick<Case, 'from' | 'there'>): Promise<string[]> {
  const earlier: string[] = []
  await writeEdition(peers.folder.at('share', 'dir'), FILES, 1)
  await writeEdition(peers.folder.at('share', 'copy'), FILES, 2)
  await peers.serve()
  for (const name of [...(there === 'edited' ? ['dir'] : []), ...(from === 'download' ? ['copy'] : [])]) {
    const { id } = await peers.download(name)
    await peers.until(id, 'done')
    earlier.push(id)
  }
  await peers.closeDownloader()
  await writeEdition(peers.folder.at('share', 'dir'), FILES, 2)
  await writeEdition(peers.folder.at('mine'), FILES, 2)
  if (there !== 'nothing') await writeEdition(peers.folder.at('downloads', 'dir'), FILES, 3)
  await peers.serveAgain()
  return earlier
}

/** What may be at each path of the downloaded folder; the last is what must be there in the end. */
async function whatMayBe(peers: TwoPeers, there: Case['there']): Promise<Map<string, MayBe>> {
  const may = new Map<string, MayBe>()
  for (const name of Object.keys(FILES)) {
    const path = peers.folder.at('downloads', 'dir', name)
    const wanted = readFileSync(peers.folder.at('share', 'dir', name))
    const old = there === 'nothing' ? 'absent' : readFileSync(path)
    const isKept = there === 'edited' && old !== 'absent' && !old.equals(wanted)
    may.set(path, isKept ? [old] : [old, wanted])
    if (isKept) may.set(peers.folder.at('downloads', 'dir', secondName(name)), ['absent', wanted])
  }
  return may
}

function secondName(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? `${name} (2)` : `${name.slice(0, dot)} (2)${name.slice(dot)}`
}

function copiesIn(folder: string): ReadonlyMap<Root, string> {
  const copies = new Map<Root, string>()
  for (const name of Object.keys(FILES)) {
    const path = `${folder}/${name}`
    const { size } = lstatSync(path)
    if (size > 0) copies.set(hashOf(path, size).root, path)
  }
  return copies
}

test.run()
