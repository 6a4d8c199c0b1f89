import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ConflictRule, Transfer } from '../api/index.js'
import { describeTree, writeSample } from '../testing/index.js'
import { TwoPeers } from './testing/two-peers.js'

const MiB = 1024 * 1024
const test = suite<{ peers: TwoPeers }>('conflicts')

test.before.each(async context => {
  context.peers = await TwoPeers.make()
})

test.after.each(({ peers }) => peers.close())

async function get(peers: TwoPeers, path: string, onConflict?: ConflictRule): Promise<Transfer> {
  const { id } = await peers.download(path, path, onConflict && { onConflict })
  return peers.until(id, 'done', 'failed')
}

function text(peers: TwoPeers, ...path: string[]): string {
  return readFileSync(peers.folder.at('downloads', ...path), 'utf8')
}

for (const [what, size] of [
  ['a small file', 1_000],
  ['a big file', 3 * MiB + 5],
] as const) {
  test(`${what} that is there already is done without a byte, under whatever number it is there`, async ({
    peers,
  }) => {
    await writeSample(peers.folder.at('share', 'file.bin'), size)
    await peers.serve()
    writeFileSync(peers.folder.at('downloads', 'file.bin'), 'mine')
    writeFileSync(
      peers.folder.at('downloads', 'file (2).bin'),
      readFileSync(peers.folder.at('share', 'file.bin')),
    )

    const done = await get(peers, 'file.bin')

    assert.is(done.state, 'done', done.error?.message)
    assert.is(done.fetched, 0)
    assert.is(done.reused, size)
    assert.is(done.target, peers.folder.at('downloads', 'file (2).bin'))
    assert.equal(readdirSync(peers.folder.at('downloads')).sort(), ['file (2).bin', 'file.bin'])
  })

  test(`${what} takes the place of another one when it is to be overwritten`, async ({ peers }) => {
    await writeSample(peers.folder.at('share', 'file.bin'), size)
    await peers.serve()
    writeFileSync(peers.folder.at('downloads', 'file.bin'), 'mine')

    const done = await get(peers, 'file.bin', 'overwrite')

    assert.is(done.state, 'done', done.error?.message)
    assert.equal(readdirSync(peers.folder.at('downloads')), ['file.bin'])
    assert.ok(
      readFileSync(peers.folder.at('downloads', 'file.bin')).equals(
        readFileSync(peers.folder.at('share', 'file.bin')),
      ),
    )
  })

  test(`${what} is not fetched over another one when that is to be skipped`, async ({ peers }) => {
    await writeSample(peers.folder.at('share', 'file.bin'), size)
    await peers.serve()
    writeFileSync(peers.folder.at('downloads', 'file.bin'), 'mine')

    const done = await get(peers, 'file.bin', 'skip')

    assert.is(done.state, 'done', done.error?.message)
    assert.is(done.fetched, 0)
    assert.is(text(peers, 'file.bin'), 'mine')
    assert.equal(readdirSync(peers.folder.at('downloads')), ['file.bin'])
  })

  test(`security: write or read through a link: ${what} that is overwritten replaces a link, not what it leads to`, async ({
    peers,
  }) => {
    await writeSample(peers.folder.at('share', 'file.bin'), size)
    await peers.serve()
    writeFileSync(peers.folder.at('outside'), 'precious')
    symlinkSync(peers.folder.at('outside'), peers.folder.at('downloads', 'file.bin'))

    const done = await get(peers, 'file.bin', 'overwrite')

    assert.is(done.state, 'done', done.error?.message)
    assert.is(readFileSync(peers.folder.at('outside'), 'utf8'), 'precious')
    assert.ok(lstatSync(peers.folder.at('downloads', 'file.bin')).isFile())
  })
}

test('an empty file follows the rules too', async ({ peers }) => {
  writeFileSync(peers.folder.at('share', 'empty'), '')
  await peers.serve()
  writeFileSync(peers.folder.at('downloads', 'empty'), 'mine')

  await get(peers, 'empty', 'skip')
  assert.is(text(peers, 'empty'), 'mine')
  await get(peers, 'empty')
  assert.is(text(peers, 'empty (2)'), '')
  rmSync(peers.folder.at('downloads', 'empty (2)'))
  await get(peers, 'empty', 'overwrite')

  assert.is(text(peers, 'empty'), '')
  assert.equal(readdirSync(peers.folder.at('downloads')), ['empty'])
})

test('a file never takes the place of a folder', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'thing'), 100)
  await peers.serve()
  mkdirSync(peers.folder.at('downloads', 'thing'))

  const done = await get(peers, 'thing', 'overwrite')

  assert.is(done.target, peers.folder.at('downloads', 'thing (2)'))
  assert.ok(lstatSync(peers.folder.at('downloads', 'thing')).isDirectory())
})

test('a folder that is not of an earlier download is merged into only when that is asked for', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'dir', 'a'), 10)
  await writeSample(peers.folder.at('share', 'dir', 'b'), 10, 1)
  await peers.serve()
  mkdirSync(peers.folder.at('downloads', 'dir'))
  writeFileSync(peers.folder.at('downloads', 'dir', 'a'), 'mine')

  await get(peers, 'dir', 'skip')

  assert.is(text(peers, 'dir', 'a'), 'mine')
  assert.ok(existsSync(peers.folder.at('downloads', 'dir', 'b')))
  assert.equal(readdirSync(peers.folder.at('downloads')), ['dir'])
})

test('a folder of an earlier download is updated: only what changed is fetched, what the person edited stays', async ({
  peers,
}) => {
  for (const [i, name] of ['same', 'changed', 'edited', 'gone', 'big'].entries())
    await writeSample(peers.folder.at('share', 'dir', 'in', name), name === 'big' ? 3 * MiB : 5_000, i)
  await peers.serve()
  await get(peers, 'dir')
  await writeSample(peers.folder.at('share', 'dir', 'in', 'changed'), 6_000, 11)
  await writeSample(peers.folder.at('share', 'dir', 'in', 'edited'), 6_000, 12)
  await writeSample(peers.folder.at('share', 'dir', 'in', 'big'), 4 * MiB, 13)
  await writeSample(peers.folder.at('share', 'dir', 'in', 'new'), 7_000, 14)
  rmSync(peers.folder.at('share', 'dir', 'in', 'gone'))
  writeFileSync(peers.folder.at('downloads', 'dir', 'in', 'edited'), 'my own words')
  await peers.serveAgain()

  const done = await get(peers, 'dir')

  assert.is(done.state, 'done', done.error?.message)
  assert.is(done.fetched, 6_000 + 6_000 + 7_000 + 4 * MiB)
  assert.equal(readdirSync(peers.folder.at('downloads')), ['dir'])
  assert.equal(readdirSync(peers.folder.at('downloads', 'dir', 'in')).sort(), [
    'big',
    'changed',
    'edited',
    'edited (2)',
    'gone',
    'new',
    'same',
  ])
  assert.is(text(peers, 'dir', 'in', 'edited'), 'my own words')
  for (const name of ['big', 'changed', 'new', 'same']) {
    const [here, there] = ['downloads', 'share'].map(side =>
      readFileSync(peers.folder.at(side, 'dir', 'in', name)),
    )
    assert.ok(here?.equals(there as Buffer), name)
  }

  const again = await get(peers, 'dir')
  assert.is(again.fetched, 0)
})

test('a folder or a file that changed while it was fetched is fetched anew into the same place', async ({
  peers,
}) => {
  for (const [i, path] of ['dir/same', 'dir/changed', 'file'].entries())
    await writeSample(peers.folder.at('share', path), 5_000, i)
  await peers.serve()
  for (const path of ['dir/changed', 'file']) writeFileSync(peers.folder.at('share', path), 'other')
  const stuck = []
  for (const path of ['dir', 'file']) {
    const { id } = await peers.download(path)
    stuck.push(await peers.until(id, 'paused', 'failed', 'done'))
  }
  await peers.serveAgain()

  const ends = [await get(peers, 'dir'), await get(peers, 'file')]

  assert.equal(
    stuck.map(({ reason }) => reason),
    ['source-changed', 'source-changed'],
  )
  assert.equal(
    ends.map(({ state, fetched }) => [state, fetched]),
    [
      ['done', 5],
      ['done', 5],
    ],
  )
  assert.equal(readdirSync(peers.folder.at('downloads')).sort(), ['dir', 'file'])
  assert.is(text(peers, 'dir', 'changed') + text(peers, 'file'), 'otherother')
  assert.equal(
    (await peers.transfers()).list().map(({ id }) => id),
    ends.map(({ id }) => id).reverse(),
  )
})

test('an update goes on after the downloader was closed in between, and another folder is another download', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'dir', 'a'), 1_000)
  await peers.serve()
  await get(peers, 'dir')
  await peers.closeDownloader()
  await writeSample(peers.folder.at('share', 'dir', 'a'), 2_000, 5)
  await peers.serveAgain()

  await get(peers, 'dir')

  assert.is(statSync(peers.folder.at('downloads', 'dir', 'a')).size, 2_000)
  assert.equal(readdirSync(peers.folder.at('downloads')), ['dir'])
})

test('content that is in several entries is fetched once and copied, in batches and in pieces', async ({
  peers,
}) => {
  for (const name of ['a', 'b', 'c']) {
    await writeSample(peers.folder.at('share', 'dir', `${name}.small`), 5_000, 1)
    await writeSample(peers.folder.at('share', 'dir', `${name}.big`), 3 * MiB + 1, 2)
  }
  await peers.serve()

  const done = await get(peers, 'dir')

  assert.is(done.state, 'done', done.error?.message)
  assert.is(done.fetched, 5_000 + 3 * MiB + 1)
  assert.is(done.reused, 2 * (5_000 + 3 * MiB + 1))
  const at = (name: string) => lstatSync(peers.folder.at('downloads', 'dir', name))
  assert.is.not(at('a.big').ino, at('b.big').ino)
  assert.is(at('a.big').nlink, 1)
  assert.equal(
    await describeTree(peers.folder.at('downloads', 'dir')),
    await describeTree(peers.folder.at('share', 'dir')),
  )
})

for (const [what, size] of [
  ['small', 100_000],
  ['big', 3 * MiB + 1],
] as const) {
  test(`what the share has of a ${what} file is copied, not fetched, without its right to be run`, async ({
    peers,
  }) => {
    await writeSample(peers.folder.at('share', 'file'), size)
    await writeSample(peers.folder.at('mine'), size)
    chmodSync(peers.folder.at('mine'), 0o755)
    await peers.serve()
    await peers.transfers({ localCopyOf: () => peers.folder.at('mine') })

    const done = await get(peers, 'file')

    assert.is(done.fetched, 0)
    assert.is(done.reused, size)
    assert.is(statSync(done.target).mode & 0o111, 0)
    assert.is(statSync(done.target).nlink, 1)
    const [here, there] = [done.target, peers.folder.at('share', 'file')].map(path => statSync(path).mtimeMs)
    assert.ok(Math.abs((here ?? 0) - (there ?? 0)) < 2)
  })

  test(`a ${what} file that only seemed to be here is fetched`, async ({ peers }) => {
    await writeSample(peers.folder.at('share', 'file'), size)
    await writeSample(peers.folder.at('mine'), size, 9)
    await peers.serve()
    await peers.transfers({ localCopyOf: () => peers.folder.at('mine') })

    const done = await get(peers, 'file')

    assert.is(done.fetched, size)
    assert.ok(readFileSync(done.target).equals(readFileSync(peers.folder.at('share', 'file'))))
  })

  test(`security: write or read through a link: a ${what} copy is not made through one`, async ({
    peers,
  }) => {
    await writeSample(peers.folder.at('share', 'file'), size)
    await writeSample(peers.folder.at('mine'), size)
    symlinkSync(peers.folder.at('mine'), peers.folder.at('link'))
    await peers.serve()
    await peers.transfers({ localCopyOf: () => peers.folder.at('link') })

    const done = await get(peers, 'file')

    assert.is(done.fetched, size)
  })

  test(`a ${what} file that was downloaded before is copied from there, unless it is gone or changed`, async ({
    peers,
  }) => {
    await writeSample(peers.folder.at('share', 'file'), size)
    await writeSample(peers.folder.at('share', 'dir', 'other name'), size)
    await peers.serve()
    const first = await get(peers, 'file')
    await peers.closeDownloader()

    const copied = await get(peers, 'dir')
    assert.is(copied.fetched, 0)

    for (const path of [first.target, copied.target]) {
      const file = path === first.target ? path : `${path}/other name`
      writeFileSync(file, 'changed')
    }
    renameSync(copied.target, `${copied.target}-away`)
    const again = await get(peers, 'dir')
    assert.is(again.fetched, size)
  })
}

test('folders keep their times, also those that files were put into', async ({ peers }) => {
  await writeSample(peers.folder.at('share', 'dir', 'in', 'deep', 'a'), 100)
  await writeSample(peers.folder.at('share', 'dir', 'in', 'b'), 2 * MiB)
  mkdirSync(peers.folder.at('share', 'dir', 'empty'))
  const folders = ['dir/in/deep', 'dir/in', 'dir/empty', 'dir']
  folders.forEach((path, i) => {
    utimesSync(peers.folder.at('share', path), 1_000_000_000 + i, 1_000_000_000 + i)
  })
  await peers.serve()

  await get(peers, 'dir')

  for (const [i, path] of folders.entries())
    assert.is(statSync(peers.folder.at('downloads', path)).mtimeMs, (1_000_000_000 + i) * 1_000, path)
})

test('security: write or read through a link: nothing is overwritten below a folder that is a link', async ({
  peers,
}) => {
  await writeSample(peers.folder.at('share', 'dir', 'in', 'a'), 100)
  await writeSample(peers.folder.at('share', 'dir', 'in', 'b'), 2 * MiB, 1)
  await peers.serve()
  mkdirSync(peers.folder.at('outside'))
  for (const name of ['a', 'b']) writeFileSync(peers.folder.at('outside', name), 'precious')
  mkdirSync(peers.folder.at('downloads', 'dir'))
  symlinkSync(peers.folder.at('outside'), peers.folder.at('downloads', 'dir', 'in'))

  const failed = await get(peers, 'dir', 'overwrite')

  assert.is(failed.state, 'failed')
  assert.is(failed.error?.code, 'BAD_PATH')
  assert.is(failed.fetched, 0)
  for (const name of ['a', 'b']) assert.is(readFileSync(peers.folder.at('outside', name), 'utf8'), 'precious')
  assert.is(readlinkSync(peers.folder.at('downloads', 'dir', 'in')), peers.folder.at('outside'))
})

test.run()
