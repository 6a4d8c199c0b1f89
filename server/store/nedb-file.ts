import { copyFile, link, open, rename, stat, unlink } from 'node:fs/promises'
import Datastore from 'nedb-promises'
import { PeerError, systemCode } from '../../core/errors/index.js'

/** What every document has. */
export interface Identified {
  readonly _id: string
}

/** How a file was found when it was opened. */
export interface FileState {
  /** Lines that could not be read, in part; a last line that was never finished is not among them. */
  readonly dropped: readonly string[]
  /** Ids of documents that the file says were removed. */
  readonly removed: ReadonlySet<string>
  /** Where the file is kept as it was found, if lines were dropped. */
  readonly kept?: string
}

/** One write: documents put by `_id`, and ids removed, of those that are not put as well. */
export interface FileWrite<T extends Identified> {
  readonly put: readonly T[]
  readonly remove: readonly string[]
}

interface Waiting<T extends Identified> {
  readonly write: FileWrite<T>
  done(error?: unknown): void
}

// NeDB cuts its file at these too, and JSON leaves them as they are.
const LINE_ENDS = /[\u0085\u2028\u2029]/g
const DROPPED_CHARACTERS = 4_096
/** Appends a file takes before it is rewritten, at least. */
const LEAST_APPENDED = 32 * 1024 * 1024

/**
 * One NeDB file, with what NeDB lacks: each write is synced before it resolves, unreadable lines are told and
 * the file kept, and after a failed write the file is read again before the next one. What waits together is
 * appended at once: NeDB opens, writes and closes its file for each document. Documents hold plain fields whose
 * names come from here, never from a peer; ids are only ever compared.
 */
export class NedbFile<T extends Identified> {
  readonly #path: string
  #database: Datastore<Identified>
  #ids = new Set<string>()
  #state: FileState = { dropped: [], removed: new Set() }
  #waiting: Waiting<T>[] = []
  #working: Promise<void> | undefined
  #broken = false
  /** Lines that NeDB has appended, as far as it knows. */
  #unwritten: string[] = []
  #bytesAtLoad = 0
  #bytesAppended = 0

  private constructor(path: string) {
    this.#path = path
    this.#database = Datastore.create({ filename: path })
  }

  /** Opens a file or makes one; STORE_FAILED where it can't be read at all. */
  static async open<T extends Identified>(path: string): Promise<NedbFile<T>> {
    const file = new NedbFile<T>(path)
    await file.#load()
    return file
  }

  get path(): string {
    return this.#path
  }

  get state(): FileState {
    return this.#state
  }

  async all(): Promise<T[]> {
    return this.#database.find<T>({})
  }

  /** Writes and syncs. Writes are done in the order of calls; those that wait together share one sync. */
  write(write: FileWrite<T>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, done: error => (error === undefined ? resolve() : reject(error)) })
      this.#working ??= this.#work()
    })
  }

  /** Waits for all writes. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const error = await this.#writeAll(batch.map(one => one.write)).then(
        () => undefined,
        (cause: unknown) => storeError(this.#path, cause),
      )
      for (const one of batch) one.done(error)
    }
    this.#working = undefined
  }

  async #writeAll(writes: readonly FileWrite<T>[]): Promise<void> {
    if (this.#broken || this.#bytesAppended > Math.max(LEAST_APPENDED, this.#bytesAtLoad)) await this.#load()
    this.#broken = true
    for (const write of writes) await this.#apply(write)
    await this.#append()
    this.#broken = false
  }

  /** New documents first, then changed ones, removals last: cut off in between, nothing is missing. */
  async #apply({ put, remove }: FileWrite<T>): Promise<void> {
    const fresh = put.filter(document => !this.#ids.has(document._id))
    if (fresh.length > 0) await this.#database.insertMany(fresh)
    for (const document of put) {
      if (this.#ids.has(document._id)) await this.#database.update({ _id: document._id }, document)
    }
    for (const document of fresh) this.#ids.add(document._id)
    const kept = new Set(put.map(document => document._id))
    const removed = remove.filter(id => this.#ids.has(id) && !kept.has(id))
    if (removed.length > 0) await this.#database.remove({ _id: { $in: removed } }, { multi: true })
    for (const id of removed) this.#ids.delete(id)
  }

  async #append(): Promise<void> {
    const file = await open(this.#path, 'a')
    try {
      await file.appendFile(this.#unwritten.splice(0).join(''))
      await file.datasync()
      this.#bytesAppended = (await file.stat()).size - this.#bytesAtLoad
    } finally {
      await file.close()
    }
  }

  /** Reads the file; NeDB then writes it anew, synced, without what was outdated or unreadable. */
  async #load(): Promise<void> {
    this.#unwritten = []
    const found = `${this.#path}.found`
    const finished = await endsWithLine(this.#path)
    const existed = await keepAs(this.#path, found)
    const dropped: string[] = []
    const removed = new Set<string>()
    let last = ''
    this.#database = Datastore.create({
      filename: this.#path,
      corruptAlertThreshold: 1,
      afterSerialization: escapeLineEnds,
      beforeDeserialization: line => {
        last = line
        if (!noteLine(line, removed)) dropped.push(line.slice(0, DROPPED_CHARACTERS))
        return line
      },
    })
    try {
      await this.#database.load()
    } catch (cause) {
      throw storeError(this.#path, cause)
    }
    persistenceOf(this.#database).persistNewStateAsync = async documents => {
      for (const document of documents) this.#unwritten.push(`${escapeLineEnds(JSON.stringify(document))}\n`)
    }
    if (!finished && dropped.at(-1) === last.slice(0, DROPPED_CHARACTERS)) dropped.pop()
    const kept = dropped.length > 0 && existed ? await keepDamaged(this.#path, found) : undefined
    if (existed && !kept) await unlink(found)
    this.#state = { dropped, removed, ...(kept ? { kept } : {}) }
    this.#ids = new Set((await this.#database.find({})).map(document => document._id))
    this.#bytesAtLoad = (await stat(this.#path)).size
    this.#bytesAppended = 0
    this.#broken = false
  }
}

/** NeDB's door to its file, which its types leave out. */
interface Persistence {
  persistNewStateAsync: (documents: readonly object[]) => Promise<void>
}

function persistenceOf(database: object): Persistence {
  const { persistence } = database as { persistence?: Persistence }
  if (persistence?.persistNewStateAsync) return persistence
  throw new PeerError('INTERNAL', 'This version of NeDB writes its file in another way.')
}

/** Whether a line is whole; notes the id of a removal. */
function noteLine(line: string, removed: Set<string>): boolean {
  if (line === '') return true
  try {
    const document: unknown = JSON.parse(line)
    if (typeof document !== 'object' || document === null) return false
    const { _id, $$deleted } = document as { _id?: unknown; $$deleted?: unknown }
    if (typeof _id !== 'string') return '$$indexCreated' in document || '$$indexRemoved' in document
    if ($$deleted === true) removed.add(_id)
    else removed.delete(_id)
    return true
  } catch {
    return false
  }
}

function escapeLineEnds(line: string): string {
  return line.replace(LINE_ENDS, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Whether a file's last line was finished; an absent or empty one counts as such. */
async function endsWithLine(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size === 0) return true
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
      return buffer[0] === 0x0a
    } finally {
      await file.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true
    throw error
  }
}

/** A second name for the file as it is: NeDB replaces it by another, so it stays what it was. */
async function keepAs(path: string, found: string): Promise<boolean> {
  await unlink(found).catch(error => {
    if (systemCode(error) !== 'ENOENT') throw error
  })
  try {
    await link(path, found)
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    await copyFile(path, found) // no links on this file system
    return true
  }
}

async function keepDamaged(path: string, found: string): Promise<string> {
  const kept = `${path}.damaged-${new Date().toISOString().replaceAll(':', '')}`
  await rename(found, kept)
  return kept
}

function storeError(path: string, cause: unknown): PeerError {
  const code = systemCode(cause)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PeerError('DISK_FULL', `The disk of ${path} is full. Make room.`, { cause })
  }
  return new PeerError('STORE_FAILED', `${path} can't be read or written. Look at the disk and its rights.`, {
    cause,
  })
}
