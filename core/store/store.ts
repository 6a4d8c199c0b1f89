import { type Database, open, type RootDatabase } from 'lmdb'
import { isPeerError, PeerError } from '../errors/index.js'

/** A key: compared part by part, numbers before strings. All of it together at most 1,900 bytes. */
export type Key = string | number | (string | number)[]

/** Which keys of a table to walk through. */
export interface Range {
  /** Only keys that begin with these parts. */
  readonly prefix?: (string | number)[]
  /** First key, inclusive. */
  readonly start?: Key
  /** Last key, exclusive. */
  readonly end?: Key
  /** From the end backwards; start and end keep their meaning. */
  readonly reverse?: boolean
  readonly limit?: number
}

/** One kind of record by key. Values are plain data and Buffers; what is read is a copy. */
export interface Table<V> {
  get(key: Key): V | undefined
  /** Only inside `Store.write`. */
  put(key: Key, value: V): void
  /** Only inside `Store.write`. */
  remove(key: Key): void
  range(range?: Range): Iterable<{ readonly key: Key; readonly value: V }>
  count(): number
}

/** A peer's database. Reads are synchronous; writes are durable when `write` resolves. Once it closes, both fail with CLOSED. */
export interface Store {
  table<V>(name: string): Table<V>
  /**
   * Runs `change` in one transaction: all of its puts and removes become durable together, or none.
   * Writes of one turn of the event loop share a commit. A full disk rejects with DISK_FULL, a change that throws
   * a PeerError with that one.
   */
  write(change: () => void): Promise<void>
  /** Removes a table with all in it, if there is one. */
  drop(name: string): Promise<void>
  /** Waits for what is being written; safe to call twice. */
  close(): Promise<void>
}

/** Tables one database can have. */
const MAX_TABLES = 64

/** Opens the LMDB database in a folder, made when absent. Damage is STORE_CORRUPT, never replaced. */
export function openStore(folder: string): Store {
  const root = openRoot(folder)
  const tables = new Map<string, Database<unknown, Key>>()
  let closing: Promise<void> | undefined
  let isWriting = false
  // A read of a database that closes would end the process; what is being written may still read.
  const check = () => {
    if (closing && !isWriting) throw new PeerError('CLOSED', 'The database is closed.')
  }

  return {
    table<V>(name: string): Table<V> {
      let database = tables.get(name)
      if (!database) {
        database = root.openDB<unknown, Key>({ name })
        tables.set(name, database)
      }
      return new LmdbTable<V>(database as Database<V, Key>, check)
    },
    async write(change) {
      check()
      try {
        // A child transaction, for a throw inside a plain one keeps what was put before it.
        await root.childTransaction(() => {
          isWriting = true
          try {
            change()
          } finally {
            isWriting = false
          }
        })
      } catch (error) {
        throw writeFailure(error)
      }
    },
    async drop(name) {
      if (closing) throw new PeerError('CLOSED', 'The database is closed.')
      // To open one makes it.
      const names = [...root.getKeys()]
      if (!names.includes(name)) return
      const database = tables.get(name) ?? root.openDB<unknown, Key>({ name })
      tables.delete(name)
      await database.drop()
    },
    close() {
      closing ??= root.close()
      return closing
    },
  }
}

class LmdbTable<V> implements Table<V> {
  readonly #database: Database<V, Key>

  readonly #check: () => void

  constructor(database: Database<V, Key>, check: () => void) {
    this.#database = database
    this.#check = check
  }

  get(key: Key): V | undefined {
    this.#check()
    return this.#database.get(key)
  }

  put(key: Key, value: V): void {
    this.#database.put(key, value)
  }

  remove(key: Key): void {
    this.#database.remove(key)
  }

  range({ prefix, start, end, reverse = false, limit }: Range = {}): Iterable<{ key: Key; value: V }> {
    this.#check()
    const first = start ?? prefix
    const last = end ?? (prefix && afterPrefix(prefix))
    if (!reverse) return this.#database.getRange({ start: first, end: last, limit })
    // LMDB walks backwards from `start` to `end`, and by default takes the first and leaves the last.
    const backwards = {
      start: last,
      end: first,
      reverse: true,
      limit,
      exclusiveStart: true,
      inclusiveEnd: true,
    }
    return this.#database.getRange(backwards)
  }

  count(): number {
    this.#check()
    return this.#database.getCount()
  }
}

/** A key after every key that begins with the prefix: as a part, bytes sort after strings and numbers. */
function afterPrefix(prefix: readonly (string | number)[]): Key {
  return [...prefix, Buffer.from([0xff])] as unknown as Key
}

function openRoot(folder: string): RootDatabase<unknown, Key> {
  try {
    // A commit is synced before it resolves: what we acknowledged survives a power cut.
    return open<unknown, Key>({ path: folder, maxDbs: MAX_TABLES, overlappingSync: false, noSubdir: false })
  } catch (error) {
    throw new PeerError(
      'STORE_CORRUPT',
      `The database in ${folder} can't be opened. Restore it from a backup, or move the folder away to begin anew.`,
      { cause: error },
    )
  }
}

function writeFailure(error: unknown): PeerError {
  if (isPeerError(error)) return error // the change refused itself
  const text = error instanceof Error ? error.message : String(error)
  if (/no space|ENOSPC|EDQUOT|MDB_MAP_FULL/i.test(text))
    return new PeerError('DISK_FULL', 'The disk with the database is full. Free some space.', {
      cause: error,
    })
  return new PeerError('STORE_FAILED', `The database could not be written: ${text}.`, { cause: error })
}
