import type { Stats } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { PeerError, systemCode } from '../../errors/index.js'
import { freeName, nameKey, partFault, remotePathFault } from '../../paths/index.js'
import { LIMITS } from '../../wire/index.js'
import type { SentEntry } from './offer-store.js'

/** Files looked at at once. */
const AT_ONCE = 64

/** What is to be sent. */
export interface ListedPaths {
  /** Each folder before what is in it. */
  readonly entries: readonly SentEntry[]
  /** What was left out: links, devices, what can't be read or has no name as text. */
  readonly skipped: number
}

/**
 * Lists files and folders as they are now. A link that was named is followed, one found in a folder is not.
 * NOT_FOUND, UNREADABLE or BAD_INPUT when one of the named can't be sent; `keepOut` is never sent.
 */
export async function listPaths(paths: readonly string[], keepOut: readonly string[]): Promise<ListedPaths> {
  const lister = new Lister(keepOut)
  for (const path of paths) await lister.addNamed(path)
  return lister
}

class Lister implements ListedPaths {
  readonly entries: SentEntry[] = []
  skipped = 0
  readonly #keepOut: readonly string[]
  readonly #names = new Set<string>()

  constructor(keepOut: readonly string[]) {
    this.#keepOut = keepOut
  }

  async addNamed(path: string): Promise<void> {
    const { real, stat } = await lookAt(path)
    if (!stat.isFile() && !stat.isDirectory())
      throw new PeerError('UNREADABLE', `${path} is neither a file nor a folder, so it can't be sent.`)
    if (this.#isKeptOut(real))
      throw new PeerError('BAD_PATH', `${path} is part of tsPeer's own data, which is never sent.`)
    const own = basename(path) || basename(real)
    if (partFault(own)) throw new PeerError('BAD_NAME', `${path} has a name that can't be sent. Rename it.`)
    const name = this.#names.has(nameKey(own)) ? freeName(own, one => this.#names.has(nameKey(one))) : own
    this.#names.add(nameKey(name))
    await this.#add({ path: name, local: real, within: real }, stat)
  }

  async #add(place: Pick<SentEntry, 'path' | 'local' | 'within'>, stat: Stats): Promise<void> {
    if (this.entries.length >= LIMITS.offerEntries)
      throw new PeerError(
        'BAD_INPUT',
        `That is more than ${LIMITS.offerEntries} files and folders. Share the folder instead, or send an archive.`,
      )
    const mtime = Math.floor(stat.mtimeMs)
    if (stat.isFile()) {
      this.entries.push({ ...place, type: 'file', size: stat.size, mtime })
      return
    }
    this.entries.push({ ...place, type: 'folder', size: 0, mtime })
    const names = await this.#namesIn(place.local)
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE).map(async name => {
        const local = join(place.local, name)
        return { local, name, stat: await lstat(local).catch(() => undefined) }
      })
      for (const { local, name, stat: found } of await Promise.all(some)) {
        const path = `${place.path}/${name}`
        const fits = found && (found.isFile() || found.isDirectory()) && !remotePathFault(path)
        if (!fits || this.#isKeptOut(local)) this.skipped++
        else await this.#add({ path, local, within: place.within }, found)
      }
    }
  }

  async #namesIn(folder: string): Promise<string[]> {
    try {
      const names = await readdir(folder, { encoding: 'buffer' })
      const texts = names.map(bytes => bytes.toString('utf8'))
      const exact = texts.filter((text, i) => Buffer.from(text, 'utf8').equals(names[i] ?? Buffer.alloc(0)))
      this.skipped += texts.length - exact.length
      return exact.sort()
    } catch (error) {
      if (systemCode(error) === undefined) throw error
      this.skipped++ // its name is sent, for it may well be meant to be there
      return []
    }
  }

  #isKeptOut(path: string): boolean {
    return this.#keepOut.some(folder => path === folder || path.startsWith(folder + sep))
  }
}

async function lookAt(path: string): Promise<{ readonly real: string; readonly stat: Stats }> {
  try {
    const real = await realpath(path)
    return { real, stat: await lstat(real) }
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new PeerError('NOT_FOUND', `There is no file or folder ${path}.`, { cause: error })
    throw new PeerError('UNREADABLE', `${path} can't be read (${code ?? 'unknown'}).`, { cause: error })
  }
}
