import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { test as plain, suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type PeerId, peerIdOfKey } from '../../core/identity/index.js'
import { parseRoot } from '../../core/manifest/index.js'
import { makeTestFolder, type TestFolder } from '../../core/testing/index.js'
import type { WireEntry } from '../../core/wire/index.js'
import { openNedbStore } from './nedb-store.js'
import { packEntries, unpackEntries } from './pack-entries.js'
import type { RegistryStore, ShareDocument, StoredPerson } from './registry-store.js'

const ids = Array.from({ length: 20 }, (_, i) => peerIdOfKey(Buffer.from([i])))
const version = { epoch: 'e'.repeat(32), n: 7 }

function person(i: number): StoredPerson {
  const id = ids[i] as PeerId
  return {
    id,
    name: `person ${i}`,
    lastSeen: i,
    files: 1,
    bytes: 2,
    hashed: 3,
    blocked: ids.slice(0, i % 3),
    version,
  }
}

function document(i: number, folder = 'music'): ShareDocument {
  return { owner: ids[i] as PeerId, folder, chunk: 0, n: 1, entries: `a${i}/1/1//` }
}

const test = suite<{ folder: TestFolder; open(): Promise<RegistryStore> }>('nedb store')
test.before.each(async context => {
  context.folder = await makeTestFolder('store')
  context.open = () => openNedbStore(context.folder.path)
})
test.after.each(({ folder }) => folder.remove())

async function documents(store: RegistryStore): Promise<ShareDocument[]> {
  const all: ShareDocument[] = []
  for (;;) {
    const some = await store.nextDocuments()
    if (some.length === 0) return all.sort((a, b) => (a.owner + a.folder < b.owner + b.folder ? -1 : 1))
    all.push(...some)
  }
}

function sorted(people: readonly StoredPerson[]): StoredPerson[] {
  return [...people].sort((a, b) => a.lastSeen - b.lastSeen)
}

test('what was written is there after it is opened again; what was removed is not', async ({ open }) => {
  const first = await open()
  await Promise.all([0, 1, 2, 3].map(i => first.putPerson(person(i))))
  await first.putPerson({ ...person(1), name: 'renamed' })
  await first.removePerson(ids[3] as PeerId)
  const [a, b, c] = [document(0), document(1), document(1, 'a/b')]
  await first.writeShare({ put: [a, b, c], remove: [] })
  await first.writeShare({ put: [{ ...b, entries: 'x/1/1//' }], remove: [c, document(5)] })
  await first.close()

  const second = await open()

  assert.equal(sorted(await second.people()), [person(0), { ...person(1), name: 'renamed' }, person(2)])
  assert.equal(
    await documents(second),
    [a, { ...b, entries: 'x/1/1//' }].sort((x, y) => (x.owner < y.owner ? -1 : 1)),
  )
  assert.equal(second.damage, [])
  assert.is(second.seed, first.seed)
})

test('a document removed and put in one write is there', async ({ open }) => {
  const store = await open()
  await store.writeShare({ put: [document(0)], remove: [] })
  await store.writeShare({ put: [{ ...document(0), n: 2 }], remove: [document(0)] })

  assert.equal(await documents(await open()), [{ ...document(0), n: 2 }])
})

test('a last line that was cut off was never acknowledged: nothing is damaged, and nothing grows on it', async ({
  folder,
  open,
}) => {
  const first = await open()
  for (const i of [0, 1]) await first.putPerson(person(i))
  await first.writeShare({ put: [document(0)], remove: [] })
  await appendFile(folder.at('people.db'), '{"_id":"abc","na')
  await appendFile(folder.at('shares.db'), `{"_id":"${ids[0]}/music/0","v":2,"ent`)

  const second = await open()
  await second.putPerson(person(2))
  const third = await open()

  assert.equal(second.damage, [])
  assert.equal(sorted(await third.people()), [person(0), person(1), person(2)])
  assert.equal(await documents(third), [document(0)])
})

test('a corrupt line: it starts, tells, keeps the file, and the people come back from the backup', async ({
  folder,
  open,
}) => {
  const first = await open()
  for (const i of [0, 1, 2]) await first.putPerson(person(i))
  await first.close() // takes the backup
  const again = await open()
  await again.removePerson(ids[2] as PeerId)
  await again.putPerson(person(4))
  const lines = (await readFile(folder.at('people.db'), 'utf8')).split('\n')
  const bad = lines.map(line => (line.includes('person 1') ? `${line.slice(0, 40)}\0\0\0garbage` : line))
  await writeFile(folder.at('people.db'), bad.join('\n'))

  const second = await open()

  assert.equal(sorted(await second.people()), [person(0), person(1), person(4)])
  assert.equal({ ...second.damage[0], kept: '' }, { file: 'people.db', lines: 1, restored: 1, kept: '' })
  assert.ok((await readFile(second.damage[0]?.kept ?? '', 'utf8')).includes('garbage'))
})

test('a corrupt share line makes its owner send anew; one that tells no owner makes all', async ({
  folder,
  open,
}) => {
  const first = await open()
  for (const i of [0, 1]) await first.putPerson(person(i))
  await first.writeShare({ put: [document(0), document(1)], remove: [] })
  const whole = await readFile(folder.at('shares.db'), 'utf8')
  const { version: _version, ...unsent } = person(0)

  await writeFile(
    folder.at('shares.db'),
    whole.replace(`{"_id":"${ids[0]}/music/0"`, `{"_id":"${ids[0]}/music/0"]`),
  )
  const second = await open()
  assert.equal(sorted(await second.people()), [unsent, person(1)])
  assert.equal(await documents(second), [document(1)])

  await writeFile(folder.at('shares.db'), `\x01\x02 nothing to read\n${whole}`)
  const third = await open()
  assert.ok((await third.people()).every(one => one.version === undefined))
  assert.is((await documents(third)).length, 2)
})

test('a store of nothing but garbage starts empty and keeps the garbage', async ({ folder, open }) => {
  for (const name of ['people.db', 'shares.db', 'settings.db'])
    await writeFile(folder.at(name), 'garbage\n{"a":\n[]\n')

  const store = await open()

  assert.equal(await store.people(), [])
  assert.is(store.damage.length, 2)
  assert.is((await readdir(folder.path)).filter(name => name.includes('damaged')).length, 3)
})

test('after a failed write it reads the file again, and what was acknowledged is there', async ({
  folder,
  open,
}) => {
  const store = await open()
  await store.putPerson(person(0))
  await rm(folder.at('people.db'))
  await writeFile(join(folder.path, 'people.db~'), '') // what NeDB would take for a cut-off rewrite
  await rm(folder.at('people.db~'))

  const failed = await store.putPerson(person(1)).then(
    () => 'stored',
    (error: { code: string }) => error.code,
  )
  await store.putPerson(person(2))

  assert.ok(['stored', 'STORE_FAILED'].includes(failed))
  assert.ok((await (await open()).people()).some(one => one.name === 'person 2'))
})

plain('entries stored before the right to execute was noted are read as files without it', () => {
  const root = parseRoot('0a'.repeat(32))
  const packed = `a/5/rs/${Buffer.from(root, 'hex').toString('base64url')}//b/1/rs//0/c//rs//`

  assert.equal(unpackEntries('f', packed), {
    entries: [
      { type: 'file', path: 'f/a', size: 5, mtime: 1000, root },
      { type: 'file', path: 'f/b', size: 1, mtime: 1000, reason: 'unreadable' },
      { type: 'folder', path: 'f/c', mtime: 1000 },
    ],
    bad: 0,
  })
})

plain('entries are the same after packing, whatever their names', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: 'binary' })
    .filter(text => text.isWellFormed() && !/[/\0]/.test(text) && text !== '.' && text !== '..')
  const entry: fc.Arbitrary<WireEntry> = fc.oneof(
    fc
      .record({ name, mtime: fc.maxSafeInteger() })
      .map(({ name, mtime }) => ({ type: 'folder' as const, path: name, mtime })),
    fc
      .record({
        name,
        size: fc.maxSafeNat(),
        mtime: fc.maxSafeInteger(),
        hex: fc.option(fc.constantFrom('0a', 'ff'), { nil: undefined }),
        exec: fc.boolean(),
      })
      .map(({ name, size, mtime, hex, exec }) => ({
        type: 'file' as const,
        path: name,
        size,
        mtime,
        ...(exec ? { exec } : {}),
        ...(hex ? { root: parseRoot(hex.repeat(32)) } : { reason: 'unreadable' as const }),
      })),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.constantFrom('', 'a', 'a/b'), (entries, folder) => {
      const placed = entries.map(one => ({
        ...one,
        path: folder === '' ? one.path : `${folder}/${one.path}`,
      }))

      assert.equal(unpackEntries(folder, packEntries(placed)), { entries: placed, bad: 0 })
    }),
  )
})

test.run()
plain.run()
