import { randomInt } from 'node:crypto'
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../core/errors/index.js'
import { isPeerId, type PeerId } from '../../core/identity/index.js'
import { NedbFile } from './nedb-file.js'
import type { RegistryStore, ShareDocument, ShareWrite, StoreDamage, StoredPerson } from './registry-store.js'

/** A person's line. Fields of ours only; `epoch` and `n` are the share version. */
interface PersonLine {
  readonly _id: string
  readonly name: string
  readonly lastSeen: number
  readonly epoch?: string
  readonly n?: number
  readonly files: number
  readonly bytes: number
  readonly hashed: number
  /** Ids, one after the other. */
  readonly blocked?: string
}

/** Some entries of a folder; `_id` is `peer/folder/chunk`. */
interface ShareLine {
  readonly _id: string
  readonly v: number
  readonly entries: string
}

interface SettingLine {
  readonly _id: string
  readonly value: number
}

const ID_CHARACTERS = 52
/** Characters of entries that one batch of documents has, about. */
const BATCH_CHARACTERS = 512 * 1024

/** Opens the store of a registry in its folder: `people.db`, `shares.db`, `settings.db`. */
export async function openNedbStore(folder: string): Promise<RegistryStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const people = await NedbFile.open<PersonLine>(join(folder, 'people.db'))
  const shares = await NedbFile.open<ShareLine>(join(folder, 'shares.db'))
  const settings = await NedbFile.open<SettingLine>(join(folder, 'settings.db'))
  const backup = join(folder, 'people.bak')
  const restored = people.state.dropped.length > 0 ? await restorePeople(people, backup) : 0
  const store = new NedbStore(people, shares, await seedOf(settings), backup, [
    ...damageOf('people.db', people, restored),
    ...damageOf('shares.db', shares, 0),
  ])
  await store.start()
  return store
}

class NedbStore implements RegistryStore {
  readonly damage: readonly StoreDamage[]
  readonly seed: number
  readonly #people: NedbFile<PersonLine>
  readonly #shares: NedbFile<ShareLine>
  readonly #backup: string
  #unread: ShareLine[] | undefined

  constructor(
    people: NedbFile<PersonLine>,
    shares: NedbFile<ShareLine>,
    seed: number,
    backup: string,
    damage: readonly StoreDamage[],
  ) {
    this.#people = people
    this.#shares = shares
    this.seed = seed
    this.#backup = backup
    this.damage = damage
  }

  /** Makes those come anew whose documents may be lost, then keeps a backup of the people. */
  async start(): Promise<void> {
    const { dropped } = this.#shares.state
    if (dropped.length > 0) {
      const owners = dropped.map(ownerOfLine)
      const all = owners.includes(undefined)
      const lost = (await this.#people.all()).filter(line => all || owners.includes(line._id))
      const put = lost.map(({ epoch: _epoch, n: _n, ...line }) => line)
      await this.#people.write({ put, remove: [] })
    }
    await this.#keepBackup()
  }

  async people(): Promise<readonly StoredPerson[]> {
    return (await this.#people.all()).flatMap(personOfLine)
  }

  putPerson(person: StoredPerson): Promise<void> {
    return this.#people.write({ put: [lineOfPerson(person)], remove: [] })
  }

  removePerson(id: PeerId): Promise<void> {
    return this.#people.write({ put: [], remove: [id] })
  }

  async nextDocuments(): Promise<readonly ShareDocument[]> {
    this.#unread ??= await this.#shares.all()
    const batch: ShareDocument[] = []
    let characters = 0
    while (characters < BATCH_CHARACTERS) {
      const line = this.#unread.pop()
      if (!line) break
      characters += line.entries.length
      batch.push(...documentOfLine(line))
    }
    return batch
  }

  writeShare({ put, remove }: ShareWrite): Promise<void> {
    return this.#shares.write({
      put: put.map(document => ({ _id: keyOf(document), v: document.n, entries: document.entries })),
      remove: remove.map(keyOf),
    })
  }

  async close(): Promise<void> {
    await this.#shares.idle()
    await this.#people.idle()
    await this.#keepBackup()
  }

  async #keepBackup(): Promise<void> {
    await copyFile(this.#people.path, `${this.#backup}.new`)
    await rename(`${this.#backup}.new`, this.#backup)
  }
}

async function seedOf(settings: NedbFile<SettingLine>): Promise<number> {
  const kept = (await settings.all()).find(line => line._id === 'seed')?.value
  if (typeof kept === 'number' && Number.isInteger(kept)) return kept
  const value = randomInt(2 ** 32)
  await settings.write({ put: [{ _id: 'seed', value }], remove: [] })
  return value
}

/** Puts back those of the backup that the damaged file neither holds nor removed; a name must not become free. */
async function restorePeople(people: NedbFile<PersonLine>, backup: string): Promise<number> {
  const known = new Set((await people.all()).map(line => line._id))
  const kept = new Map<string, PersonLine>()
  for (const text of (await readText(backup)).split('\n')) {
    const line = parseLine(text)
    if (line && !known.has(line._id) && !people.state.removed.has(line._id)) kept.set(line._id, line)
  }
  await people.write({ put: [...kept.values()], remove: [] })
  return kept.size
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return ''
    throw error
  }
}

function parseLine(text: string): PersonLine | undefined {
  try {
    const line = JSON.parse(text) as PersonLine
    return personOfLine(line).length > 0 ? line : undefined
  } catch {
    return undefined // an empty or damaged line of a backup is no loss of its own
  }
}

function damageOf<T extends { readonly _id: string }>(
  file: string,
  { state }: NedbFile<T>,
  restored: number,
): StoreDamage[] {
  if (state.dropped.length === 0) return []
  return [{ file, lines: state.dropped.length, restored, ...(state.kept ? { kept: state.kept } : {}) }]
}

function ownerOfLine(line: string): string | undefined {
  return /"_id":"([a-z2-7]{52})\//.exec(line)?.[1]
}

function keyOf({ owner, folder, chunk }: Pick<ShareDocument, 'owner' | 'folder' | 'chunk'>): string {
  return `${owner}/${folder}/${chunk}`
}

function documentOfLine({ _id, v, entries }: ShareLine): ShareDocument[] {
  const owner = _id.slice(0, ID_CHARACTERS)
  const cut = _id.lastIndexOf('/')
  const chunk = Number(_id.slice(cut + 1))
  if (!isPeerId(owner) || cut < ID_CHARACTERS + 1 || !Number.isInteger(chunk)) return []
  if (typeof entries !== 'string' || typeof v !== 'number') return []
  return [{ owner, folder: _id.slice(ID_CHARACTERS + 1, cut), chunk, n: v, entries }]
}

function lineOfPerson({ id, version, blocked, ...facts }: StoredPerson): PersonLine {
  return {
    _id: id,
    ...facts,
    ...(version ? { epoch: version.epoch, n: version.n } : {}),
    ...(blocked.length > 0 ? { blocked: blocked.join('') } : {}),
  }
}

function personOfLine(line: PersonLine): StoredPerson[] {
  const { _id: id, name, lastSeen, epoch, n, files, bytes, hashed } = line
  if (!isPeerId(id) || typeof name !== 'string' || typeof lastSeen !== 'number') return []
  const version = typeof epoch === 'string' && typeof n === 'number' ? { version: { epoch, n } } : {}
  const blocked = `${line.blocked ?? ''}`.match(/.{52}/g)?.filter(isPeerId) ?? []
  return [
    { id, name, lastSeen, files: files ?? 0, bytes: bytes ?? 0, hashed: hashed ?? 0, blocked, ...version },
  ]
}
