import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createHasher, type Hasher, rootOfSmall, type SmallHash } from '../content/index.js'
import { isPeerError, PeerError } from '../errors/index.js'
import { peerIdOfKey } from '../identity/index.js'
import { silentLogger } from '../log/index.js'
import type { Root, Visibility } from '../manifest/index.js'
import { openStore, type Store } from '../store/index.js'
import { makeTestFolder, type TestFolder, until, writeSample } from '../testing/index.js'
import { type Asker, openShare, type Share, type ShareOptions } from './index.js'

interface Context {
  folder: TestFolder
  store: Store
  hasher: Hasher
  share: Share
  changes: number
  narrowed: number
  open(more?: Partial<ShareOptions>): Promise<Share>
  restart(more?: Partial<ShareOptions>): Promise<Share>
}

const test = suite<Context>('share')
const friend: Asker = { id: peerIdOfKey(Buffer.from('friend')), verified: true }
const stranger: Asker = { id: peerIdOfKey(Buffer.from('stranger')), verified: false }

test.before.each(async context => {
  context.folder = await makeTestFolder('share')
  for (const name of ['share', 'away', 'db']) mkdirSync(context.folder.at(name))
  context.changes = 0
  context.narrowed = 0
  context.store = openStore(context.folder.at('db'))
  context.hasher = createHasher({ threads: 2, log: silentLogger })
  context.open = async more => {
    context.share = await openShare({
      folder: context.folder.at('share'),
      keepOut: [context.folder.at('db')],
      store: context.store,
      hasher: context.hasher,
      log: silentLogger,
      onChange: () => void context.changes++,
      onProgress() {},
      onNarrowed: () => void context.narrowed++,
      ...more,
    })
    return context.share
  }
  context.restart = async more => {
    await context.share.close()
    await context.store.close()
    context.store = openStore(context.folder.at('db'))
    return context.open(more)
  }
})

test.after.each(async context => {
  await context.share?.close()
  await context.hasher.close()
  await context.store.close()
  execFileSync('rm', ['-rf', context.folder.path])
})

/** All that someone sees: paths with root, size or reason. */
function listed(share: Share, asker: Asker | 'owner' = 'owner'): Record<string, string> {
  const seen: Record<string, string> = {}
  for (let offset = 0; ; ) {
    const { entries } = share.browse(asker, { path: '', deep: true, offset, limit: 300 })
    for (const line of entries) {
      seen[line.path] =
        line.reason ?? (line.type === 'folder' ? 'folder' : (line.root ?? `${line.size} bytes`))
    }
    if (entries.length === 0) return seen
    offset += entries.length
  }
}

function hashed(share: Share): boolean {
  const { scanning, files, hashedFiles } = share.progress()
  return !scanning && files === hashedFiles
}

/** A hasher that hashes each file by itself, in the way given. */
function hasherOf({ hash }: Pick<Hasher, 'hash'>): Hasher {
  return {
    hash,
    hashSmall: files =>
      Promise.all(
        files.map(async ({ path }): Promise<SmallHash> => {
          try {
            const { root, ctimeNs } = await hash(path)
            return { ctimeMs: Number(ctimeNs / 1_000_000n), ...(root && { root }) }
          } catch (error) {
            if (isPeerError(error)) return error
            throw error
          }
        }),
      ),
    setPace() {},
    paused: false,
    close: async () => {},
  }
}

const rootOf = (text: string): Root => rootOfSmall(Buffer.from(text))

test('what is imported is listed at once and hashed after, and the original stays where it is', async ({
  folder,
  open,
}) => {
  mkdirSync(folder.at('away/films/old'), { recursive: true })
  writeFileSync(folder.at('away/films/a.txt'), 'a')
  writeFileSync(folder.at('away/films/old/empty'), '')
  await writeSample(folder.at('away/films/big'), 3 * 1024 * 1024)
  writeFileSync(folder.at('away/b.txt'), 'b')
  const share = await open()

  const films = await share.add(folder.at('away/films'))
  const file = await share.add(folder.at('away/b.txt'))

  assert.equal(films, {
    name: 'films',
    type: 'folder',
    visibility: 'everyone',
    files: 3,
    bytes: 3 * 1024 * 1024 + 1,
    mtime: films.mtime,
    original: folder.at('away/films'),
  })
  assert.is(file.name, 'b.txt')
  assert.equal(Object.keys(listed(share)), [
    'b.txt',
    'films',
    'films/a.txt',
    'films/big',
    'films/old',
    'films/old/empty',
  ])
  await until('all is hashed', () => hashed(share))
  const seen = listed(share, stranger)
  assert.is(seen['b.txt'], rootOf('b'))
  assert.is(seen['films/a.txt'], rootOf('a'))
  assert.is(seen['films/old/empty'], '0 bytes')
  assert.is(share.layer(seen['films/big'] as Root)?.length, 3 * 32)
  assert.is(share.filesRead, 3)

  await share.remove('films')
  assert.equal(Object.keys(listed(share)), ['b.txt'])
  assert.ok(existsSync(folder.at('away/films/a.txt')))
  assert.not(existsSync(folder.at('share/films')))
})

test('imports of one name are told apart; the same original again only gets another visibility', async ({
  folder,
  open,
}) => {
  for (const name of ['1/Film.mkv', '2/film.mkv', '3/FILM.mkv'])
    await writeSample(folder.at('away', name), 10)
  mkdirSync(folder.at('away/.config'))
  const share = await open({ watch: false })

  assert.is((await share.add(folder.at('away/1/Film.mkv'))).name, 'Film.mkv')
  assert.is((await share.add(folder.at('away/2/film.mkv'))).name, 'film (2).mkv')
  assert.is((await share.add(folder.at('away/3/FILM.mkv'), { visibility: 'verified' })).name, 'FILM (3).mkv')
  assert.is((await share.add(folder.at('away/.config'))).name, 'config')
  const again = await share.add(folder.at('away/1/Film.mkv'), { visibility: [friend.id] })
  assert.is(again.name, 'Film.mkv')
  assert.equal(again.visibility, [friend.id])
  assert.equal(
    (await share.imports()).map(item => item.name),
    ['FILM (3).mkv', 'Film.mkv', 'config', 'film (2).mkv'],
  )
})

test('what can not be shared is refused with a sentence, and nothing is linked', async ({ folder, open }) => {
  mkdirSync(folder.at('share/inside'))
  execFileSync('mkfifo', [folder.at('away/fifo')])
  const share = await open({ watch: false })
  const refused: [string, string][] = [
    ['share', 'BAD_INPUT'],
    ['.', 'BAD_INPUT'],
    ['share/inside', 'BAD_INPUT'],
    ['db', 'BAD_INPUT'],
    ['away/fifo', 'BAD_INPUT'],
    ['away/none', 'NOT_FOUND'],
  ]

  for (const [path, code] of refused) {
    assert.is(await codeOf(share.add(folder.at(path))), code, path)
  }
  assert.is(await codeOf(share.add('/')), 'BAD_INPUT')
  assert.is(await codeOf(share.remove('inside')), 'BAD_INPUT')
  assert.is(await codeOf(share.remove('none')), 'NOT_FOUND')
  assert.is(await codeOf(share.remove('../away')), 'NOT_FOUND')
  assert.ok(existsSync(folder.at('share/inside')))
  assert.ok(existsSync(folder.at('away')))
  await share.rescan()
  assert.equal(Object.keys(listed(share)), ['inside'])
})

test('where the system refuses links, a folder gets a junction and a file is kept as a reference', async context => {
  const { folder } = context
  await writeSample(folder.at('away/folder/x'), 10)
  writeFileSync(folder.at('away/file'), 'file')
  const made: string[] = []
  const makeLink: ShareOptions['makeLink'] = async (target, path, type) => {
    made.push(type)
    if (type !== 'junction') throw Object.assign(new Error('no right'), { code: 'EPERM' })
    symlinkSync(target, path)
  }
  const share = await context.open({ makeLink })

  await share.add(folder.at('away/folder'))
  const file = await share.add(folder.at('away/file'), { visibility: 'verified' })
  await until('all is hashed', () => hashed(share))

  assert.equal(made, ['dir', 'junction', 'file'])
  assert.is(file.original, folder.at('away/file'))
  assert.is(listed(share).file, rootOf('file'))
  assert.is(share.grant(friend, rootOf('file'))?.path, realpathSync(folder.at('away/file')))
  const later = await context.restart({ makeLink })
  await until('the first scan', () => !later.progress().scanning)
  assert.is(listed(later).file, rootOf('file'))
  await later.remove('file')
  assert.not(listed(later).file)
  assert.ok(existsSync(folder.at('away/file')))
})

test('a restart lists at once what was listed, keeps the version, and reads no content', async context => {
  const { folder } = context
  for (let i = 0; i < 200; i++) writeFileSync(folder.at('away', `${i}`), `content ${i}`)
  const share = await context.open({ watch: false })
  await share.add(folder.at('away'))
  await until('all is hashed', () => hashed(share))
  await share.rescan()
  const before = { seen: listed(share), version: share.version }

  const later = await context.restart({ watch: false })
  assert.equal(listed(later), before.seen)
  assert.equal(later.version, before.version)
  await later.rescan()
  await until('all is hashed', () => hashed(later))

  assert.equal(listed(later), before.seen)
  assert.equal(later.version, before.version)
  assert.is(later.filesRead, 0)
})

test('small files are hashed together, links among them, and one that changes meanwhile by itself', async ({
  folder,
  hasher,
  open,
}) => {
  for (let i = 0; i < 200; i++) writeFileSync(folder.at('away', `${i}`), `content ${i}`)
  symlinkSync('7', folder.at('away/link'))
  let batches = 0
  const share = await open({
    watch: false,
    hasher: {
      ...hasherOf(hasher),
      hashSmall(files, options) {
        batches += 1
        if (batches === 1) appendFileSync(files[0]?.path ?? '', ' more')
        return hasher.hashSmall(files, options)
      },
    },
  })
  await share.add(folder.at('away'))

  await until('all is hashed', () => hashed(share))

  const seen = listed(share)
  assert.is(seen['away/link'], rootOf('content 7'))
  const roots = Array.from({ length: 200 }, (_, i) => [rootOf(`content ${i}`), rootOf(`content ${i} more`)])
  const matches = roots.map((either, i) => either.indexOf(seen[`away/${i}`] as Root))
  assert.is(matches.filter(which => which === 0).length, 199)
  assert.is(matches.filter(which => which === 1).length, 1)
  assert.ok(batches < 20, `${batches} batches`)
})

test('what is removed and imported again is not read again', async context => {
  const { folder } = context
  for (let i = 0; i < 50; i++) writeFileSync(folder.at('away', `${i}`), `content ${i}`)
  const share = await context.open({ watch: false })
  await share.add(folder.at('away'))
  await until('all is hashed', () => hashed(share))
  const read = share.filesRead

  await share.remove('away')
  await share.add(folder.at('away'))
  await until('all is hashed', () => hashed(share))

  assert.is(share.filesRead, read)
  assert.is(listed(share)['away/7'], rootOf('content 7'))
})

test('changes are seen as they happen, in imports and deep in them', async ({ folder, open }) => {
  mkdirSync(folder.at('away/films/old/older'), { recursive: true })
  writeFileSync(folder.at('away/films/old/older/x'), 'x')
  writeFileSync(folder.at('away/one'), 'one')
  const share = await open()
  await share.add(folder.at('away/films'))
  await share.add(folder.at('away/one'))
  await until('all is hashed', () => hashed(share))
  const sees = (what: string, path: string, value: string | undefined) =>
    until(what, () => listed(share)[path] === value)

  writeFileSync(folder.at('away/films/old/older/y'), 'y')
  await sees('a new file', 'films/old/older/y', rootOf('y'))
  writeFileSync(folder.at('away/films/old/older/x'), 'another x')
  await sees('a changed file', 'films/old/older/x', rootOf('another x'))
  unlinkSync(folder.at('away/films/old/older/x'))
  await sees('a deleted file', 'films/old/older/x', undefined)
  mkdirSync(folder.at('away/films/new/newer'), { recursive: true })
  writeFileSync(folder.at('away/films/new/newer/z'), 'z')
  await sees('a file in a new folder', 'films/new/newer/z', rootOf('z'))
  renameSync(folder.at('away/films/new'), folder.at('away/films/renamed'))
  await sees('a renamed folder', 'films/renamed/newer/z', rootOf('z'))
  assert.is(listed(share)['films/new'], undefined)
  appendFileSync(folder.at('away/one'), ' more')
  await sees('a changed file that is an import itself', 'one', rootOf('one more'))
  mkdirSync(folder.at('share/put here'))
  writeFileSync(folder.at('share/put here/w'), 'w')
  await sees('a file put into the share folder', 'put here/w', rootOf('w'))
  symlinkSync(folder.at('away/films/renamed'), folder.at('share/by hand'))
  await sees('a link made by hand', 'by hand/newer/z', rootOf('z'))
  rmSync(folder.at('share/by hand'))
  await sees('a link removed by hand', 'by hand/newer/z', undefined)
})

test('a burst of 2,000 files made and deleted settles to what is there, without a delta a file', async context => {
  const { folder } = context
  const share = await context.open()
  await share.add(folder.at('away'))
  await until('it is scanned', () => hashed(share))
  const before = context.changes

  for (let i = 0; i < 2000; i++) {
    mkdirSync(folder.at('away', `${i % 10}`), { recursive: true })
    writeFileSync(folder.at('away', `${i % 10}`, `${i}`), `${i}`)
  }
  for (let i = 0; i < 2000; i += 2) rmSync(folder.at('away', `${i % 10}`, `${i}`))

  await until('the listing is true', () => Object.keys(listed(share)).length === 1 + 10 + 1000, 60_000)
  await until('all is hashed', () => hashed(share), 60_000)
  const seen = listed(share)
  for (let i = 1; i < 2000; i += 2) assert.is(seen[`away/${i % 10}/${i}`], rootOf(`${i}`))
  assert.ok(context.changes - before < 200, `${context.changes - before} deltas`)
})

test('a file that is written while it is hashed is read again when it rests, and never published half', async ({
  folder,
  open,
}) => {
  await writeSample(folder.at('away/big'), 300 * 1024 * 1024)
  const share = await open()
  await share.add(folder.at('away'))
  await until('reading has begun', () => share.filesRead > 0)
  for (let i = 0; i < 5; i++) {
    appendFileSync(folder.at('away/big'), `${i}`)
    assert.not(listed(share)['away/big']?.match(/^[0-9a-f]{64}$/))
    await new Promise(resolve => setTimeout(resolve, 50))
  }

  await until('it is hashed', () => hashed(share), 60_000)

  const root = listed(share)['away/big'] as Root
  assert.is(share.grant(stranger, root)?.size, 300 * 1024 * 1024 + 5)
})

test('a file that vanishes between scan and hash leaves the listing', async ({ folder, hasher, open }) => {
  for (let i = 0; i < 20; i++) writeFileSync(folder.at('away', `${i}`), `${i}`)
  const share = await open({
    watch: false,
    hasher: hasherOf({
      async hash(path) {
        if (path.endsWith('7')) rmSync(path, { force: true })
        return hasher.hash(path)
      },
    }),
  })
  await share.add(folder.at('away'))

  await until('all is hashed', () => hashed(share))

  assert.is(share.progress().files, 18)
  assert.is(listed(share)['away/7'], undefined)
})

// As root nothing is unreadable by its mode, so the hasher says what the system would say to others.
test('a file that may not be read is listed with its reason, and not tried again while it stays the same', async ({
  folder,
  hasher,
  open,
}) => {
  for (const name of ['secret', 'open']) writeFileSync(folder.at('away', name), name)
  let tried = 0
  const share = await open({
    watch: false,
    hasher: hasherOf({
      async hash(path) {
        if (!path.endsWith('secret')) return hasher.hash(path)
        tried += 1
        throw new PeerError('UNREADABLE', 'You may not read this.')
      },
    }),
  })
  await share.add(folder.at('away'))
  await until('all is hashed', () => hashed(share))

  await share.rescan()

  assert.equal(listed(share), { away: 'folder', 'away/open': rootOf('open'), 'away/secret': 'unreadable' })
  assert.is(share.progress().files, 1)
  assert.is(share.rootOf(stranger, 'away/secret'), undefined)
  assert.is(tried, 1)
})

test('an asked-for file is hashed first, and pending is told until then', async ({
  folder,
  hasher,
  open,
}) => {
  for (let i = 0; i < 2000; i++) writeFileSync(folder.at('away', `${i}`), 'x'.repeat(1000))
  await writeSample(folder.at('away/old and large'), 20 * 1024 * 1024)
  utimesSync(folder.at('away/old and large'), 1, 1)
  const asked: string[] = []
  const gate: { open: () => void } = { open() {} }
  const opened = new Promise<void>(resolve => {
    gate.open = resolve
  })
  const share = await open({
    watch: false,
    hasher: hasherOf({
      async hash(path) {
        asked.push(path)
        await opened
        return hasher.hash(path)
      },
    }),
  })
  await share.add(folder.at('away'))
  await until('hashing has begun', () => asked.length > 0)
  assert.not(asked.some(path => path.endsWith('large')))

  assert.equal(share.rootOf(stranger, 'away/old and large'), {
    pending: { done: 0, total: 20 * 1024 * 1024 },
  })
  await until('it is being hashed', () => asked.some(path => path.endsWith('large')))
  assert.ok(asked.length < 2000)
  gate.open()
  await until('its root', () => {
    const answer = share.rootOf(stranger, 'away/old and large')
    return answer && 'root' in answer
  })
  assert.is(share.rootOf(stranger, 'away/none'), undefined)
  assert.is(share.rootOf(stranger, 'away'), undefined)
})

test('security: a grant goes to whom the entry is for, by peer id; for others it is as if it were not there', async ({
  folder,
  open,
}) => {
  for (const name of ['open', 'verified', 'listed']) {
    mkdirSync(folder.at('away', name))
    writeFileSync(folder.at('away', name, 'x'), name)
  }
  const share = await open({ watch: false })
  const visibilities: [string, Visibility][] = [
    ['open', 'everyone'],
    ['verified', 'verified'],
    ['listed', [stranger.id]],
  ]
  for (const [name, visibility] of visibilities) await share.add(folder.at('away', name), { visibility })
  await until('all is hashed', () => hashed(share))
  const may = (asker: Asker) =>
    ['open', 'verified', 'listed'].filter(name => share.grant(asker, rootOf(name)))

  assert.equal(may(friend), ['open', 'verified'])
  assert.equal(may(stranger), ['open', 'listed'])
  assert.is(share.grant(stranger, rootOf('not here')), undefined)
  assert.equal(Object.keys(listed(share, stranger)), ['listed', 'listed/x', 'open', 'open/x'])
  assert.is(share.rootOf(stranger, 'verified/x'), undefined)
  const missing = codeOfSync(() => share.browse(stranger, { path: 'none', offset: 0, limit: 1 }))
  for (const path of ['verified', 'verified/x', 'verified/none']) {
    for (const how of [{}, { self: true }, { deep: true }]) {
      assert.equal(
        codeOfSync(() => share.browse(stranger, { path, offset: 0, limit: 1, ...how })),
        missing,
      )
    }
  }
})

test('security: a grant names the very file that was hashed, and none is given for one that is another now', async ({
  folder,
  open,
}) => {
  writeFileSync(folder.at('away/x'), 'hello')
  const share = await open({ watch: false })
  await share.add(folder.at('away'))
  await until('all is hashed', () => hashed(share))
  const stat = (await import('node:fs')).statSync(folder.at('away/x'), { bigint: true })

  assert.equal(share.grant(stranger, rootOf('hello')), {
    path: realpathSync(folder.at('away/x')),
    within: realpathSync(folder.at('away')),
    size: 5,
    dev: `${stat.dev}`,
    ino: `${stat.ino}`,
    mtimeNs: `${stat.mtimeNs}`,
  })
  writeFileSync(folder.at('away/x'), 'HELLO')
  utimesSync(folder.at('away/x'), 1, Number(stat.mtimeNs) / 1e9)
  assert.is(share.grant(stranger, rootOf('hello')), undefined)
  await until('the new content', () => listed(share)['away/x'] === rootOf('HELLO'))
  assert.ok(share.grant(stranger, rootOf('HELLO')))
})

test('security: a file or folder swapped for a link that leads out gets no grant', async ({
  folder,
  open,
}) => {
  mkdirSync(folder.at('away/in/sub'), { recursive: true })
  mkdirSync(folder.at('away/out'))
  writeFileSync(folder.at('away/in/x'), 'one')
  writeFileSync(folder.at('away/in/sub/y'), 'two')
  writeFileSync(folder.at('away/out/y'), 'two')
  const share = await open({ watch: false })
  await share.add(folder.at('away/in'))
  await until('all is hashed', () => hashed(share))

  renameSync(folder.at('away/in/x'), folder.at('away/out/x'))
  symlinkSync('../out/x', folder.at('away/in/x'))
  renameSync(folder.at('away/in/sub'), folder.at('away/moved'))
  symlinkSync('../moved', folder.at('away/in/sub'))

  assert.is(share.grant(stranger, rootOf('one')), undefined)
  assert.is(share.grant(stranger, rootOf('two')), undefined)
  await until(
    'the reason is listed',
    () => listed(share)['in/x'] === 'leaves-import' && listed(share)['in/sub'] === 'leaves-import',
  )
})

test('security: closing a visibility is a deletion for the registry, at once and after a restart', async context => {
  const { folder } = context
  mkdirSync(folder.at('away/films'))
  writeFileSync(folder.at('away/films/a'), 'a')
  const share = await context.open({ watch: false })
  await share.add(folder.at('away/films'))
  await until('all is hashed', () => hashed(share))
  await until('the registry could know it', () => registryView(share).includes('films/a'))
  const known = share.version.n

  await share.setVisibility('films', 'verified')

  assert.ok(context.narrowed > 0)
  assert.equal(deltas(share, known), ['delete films'])
  assert.is(share.grant(stranger, rootOf('a')), undefined)
  assert.ok(share.grant(friend, rootOf('a')))
  const later = await context.restart({ watch: false })
  assert.equal(registryView(later), [])
  assert.equal(deltas(later, known), ['delete films'])
  await later.rescan()
  assert.equal(registryView(later), [])
  await later.setVisibility('films', 'everyone')
  assert.equal(registryView(later), ['films', 'films/a'])
})

test('security: a restricted import is never told to the registry, from its first moment on', async ({
  folder,
  open,
}) => {
  writeFileSync(folder.at('away/secret'), 'secret')
  const share = await open()
  await share.add(folder.at('away/secret'), { visibility: [friend.id] })
  await until('all is hashed', () => hashed(share))
  await share.remove('secret')

  assert.equal(deltas(share, 0), [])
})

function deltas(share: Share, n: number): string[] {
  const answer = share.changesSince(n, 1000)
  if (answer === 'start-over') return [answer]
  return answer.changes.map(change =>
    change.op === 'put' ? `put ${change.entry.path}` : `delete ${change.path}`,
  )
}

/** The paths a registry has that asks from the beginning. */
function registryView(share: Share): string[] {
  const paths = new Set<string>()
  for (const line of deltas(share, 0)) {
    const path = line.slice(line.indexOf(' ') + 1)
    if (line.startsWith('put')) paths.add(path)
    else for (const known of paths) if (known === path || known.startsWith(`${path}/`)) paths.delete(known)
  }
  return [...paths].sort()
}

test('an awkward tree is listed whole, with reasons, by a worker of either kind', async ({
  folder,
  open,
}) => {
  writeFileSync(folder.at('away', 'with\nnewline'), '1')
  writeFileSync(folder.at('away', '😀'), '1')
  execFileSync('mkfifo', [folder.at('away/fifo')])
  symlinkSync('nowhere', folder.at('away/broken'))
  symlinkSync('.', folder.at('away/cycle'))
  symlinkSync('/etc/passwd', folder.at('away/leaves'))
  writeFileSync(Buffer.concat([Buffer.from(`${folder.at('away')}/`), Buffer.from([0xff])]), '1')
  const share = await open({ workerKind: 'process' })
  await share.add(folder.at('away'))
  await until('all is hashed', () => hashed(share))

  assert.equal(listed(share), {
    away: 'folder',
    'away/\\xff': 'bad-name',
    'away/broken': 'broken-link',
    'away/cycle': 'cycle',
    'away/fifo': 'not-a-file',
    'away/leaves': 'leaves-import',
    'away/with\nnewline': rootOf('1'),
    'away/😀': rootOf('1'),
  })
  const problems = ['\\xff', 'broken', 'cycle', 'fifo', 'leaves'].map(name => `away/${name}`)
  assert.equal(
    share.problems(100).map(({ path }) => path),
    problems,
  )
  assert.is(share.problems(2).length, 2)
  const { rate, ...progress } = share.progress()
  assert.equal(progress, {
    scanning: false,
    files: 2,
    bytes: 2,
    hashedFiles: 2,
    hashedBytes: 2,
    paused: false,
  })
  assert.ok(rate > 0)
})

test('close ends a scan and hashing under way, twice, and what was found by then is kept', async context => {
  const { folder } = context
  await writeSample(folder.at('away/big'), 200 * 1024 * 1024)
  for (let i = 0; i < 500; i++) writeFileSync(folder.at('away', `${i}`), `${i}`)
  const share = await context.open()
  await share.add(folder.at('away'))

  await Promise.all([share.close(), share.close()])

  const later = await context.restart()
  assert.is(Object.keys(listed(later)).length, 502)
  await until('all is hashed', () => hashed(later), 60_000)
})

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: { code: string }) => error.code,
  )
}

function codeOfSync(act: () => unknown): string {
  try {
    act()
    return 'none'
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return `${code} ${message}`
  }
}

test.run()
