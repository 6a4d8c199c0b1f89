import { lstat, readdir, readlink, realpath, rmdir, stat, symlink, unlink } from 'node:fs/promises'
import { basename, join, parse, resolve } from 'node:path'
import { PeerError, systemCode } from '../errors/index.js'
import type { Visibility } from '../manifest/index.js'
import { nameKey, partFault } from '../paths/index.js'
import type { Store, Table } from '../store/index.js'
import { isInside } from './inside.js'
import type { ScanRules } from './scan.js'

/** What the database knows of an import. */
export interface ImportRecord {
  readonly visibility: Visibility
  /** The original, where the system refused a link. */
  readonly reference?: string
}

/** Makes a link; the system's own, but for tests of systems that refuse. */
export type MakeLink = (target: string, path: string, type: 'file' | 'dir' | 'junction') => Promise<void>

export interface ImportsFolderOptions {
  readonly store: Store
  /** The real share folder. */
  readonly share: string
  /** Real folders that are never shared. */
  readonly keepOut: readonly string[]
  readonly makeLink?: MakeLink
}

const REFUSED = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'UNKNOWN'])
const MOST_NAME_BYTES = 255

/** The share folder's links and who may see what: imports without a copy. */
export class ImportsFolder {
  readonly #options: ImportsFolderOptions
  readonly #records: Table<ImportRecord>

  constructor(options: ImportsFolderOptions) {
    this.#options = options
    this.#records = options.store.table<ImportRecord>('imports')
  }

  get references(): ScanRules['references'] {
    const found: { name: string; original: string }[] = []
    for (const { key, value } of this.#records.range()) {
      if (value.reference !== undefined) found.push({ name: String(key), original: value.reference })
    }
    return found
  }

  referenceOf(name: string): string | undefined {
    return this.#records.get(name)?.reference
  }

  visibilityOf(name: string): Visibility {
    return this.#records.get(name)?.visibility ?? 'everyone'
  }

  setVisibility(name: string, visibility: Visibility): Promise<void> {
    const record = this.#records.get(name)
    return this.#options.store.write(() => this.#records.put(name, { ...record, visibility }))
  }

  /** Where the name's original is; undefined for what lies in the share folder itself. */
  async original(name: string): Promise<string | undefined> {
    const reference = this.#records.get(name)?.reference
    if (reference !== undefined) return reference
    try {
      return resolve(this.#options.share, await readlink(join(this.#options.share, name)))
    } catch (error) {
      if (systemCode(error) === 'EINVAL' || systemCode(error) === 'ENOENT' || systemCode(error) === 'UNKNOWN')
        return undefined
      throw error
    }
  }

  /**
   * Links the file or folder into the share folder and gives the link's name. What is there already only
   * gets the new visibility, which is stored before the link is made: it is never open meanwhile.
   */
  async add(path: string, visibility: Visibility): Promise<string> {
    const original = resolve(path)
    const { real, type } = await this.#check(original)
    const names = [...(await readdir(this.#options.share)), ...this.references.map(item => item.name)]
    for (const name of names) {
      if ((await this.#realOf(name)) !== real) continue
      await this.setVisibility(name, visibility)
      return name
    }
    const name = freeName(basename(original) || basename(real), type, names)
    await this.setVisibility(name, visibility)
    try {
      await this.#link(original, name, type, visibility)
    } catch (error) {
      await this.#options.store.write(() => this.#records.remove(name))
      throw linkFailure(error, original)
    }
    return name
  }

  /** Takes the link away, never what it leads to. */
  async remove(name: string): Promise<void> {
    const isReference = this.#records.get(name)?.reference !== undefined
    if (!isReference) await this.#unlink(name)
    await this.#options.store.write(() => this.#records.remove(name))
  }

  async #check(original: string): Promise<{ real: string; type: 'file' | 'folder' }> {
    const { share, keepOut } = this.#options
    const { real, info } = await look(original)
    if (!info.isFile() && !info.isDirectory()) {
      throw new PeerError('BAD_INPUT', `Only files and folders can be shared; ${original} is neither.`)
    }
    if (isInside(share, real)) {
      throw new PeerError('BAD_INPUT', `${original} holds the share folder itself. Share a folder inside it.`)
    }
    if (isInside(real, share)) throw new PeerError('BAD_INPUT', `${original} is in the share folder already.`)
    if (keepOut.some(folder => isInside(real, folder) || isInside(folder, real))) {
      throw new PeerError('BAD_INPUT', `${original} holds tsPeer's own data, which is never shared.`)
    }
    return { real, type: info.isDirectory() ? 'folder' : 'file' }
  }

  async #realOf(name: string): Promise<string | undefined> {
    const original = await this.original(name)
    return original === undefined ? undefined : realpath(original).catch(() => undefined)
  }

  /** A symbolic link, or what the system allows in its place; found out by trying. */
  async #link(
    original: string,
    name: string,
    type: 'file' | 'folder',
    visibility: Visibility,
  ): Promise<void> {
    const { share, store, makeLink = symlink } = this.#options
    const path = join(share, name)
    try {
      await makeLink(original, path, type === 'folder' ? 'dir' : 'file')
      return
    } catch (error) {
      if (!REFUSED.has(systemCode(error) ?? '')) throw error
    }
    try {
      if (type === 'folder') {
        await makeLink(original, path, 'junction')
        return
      }
    } catch (error) {
      if (!REFUSED.has(systemCode(error) ?? '')) throw error
    }
    await store.write(() => this.#records.put(name, { visibility, reference: original }))
  }

  async #unlink(name: string): Promise<void> {
    const path = join(this.#options.share, name)
    if (partFault(name) !== undefined) throw notShared(name)
    const info = await lstat(path).catch(() => undefined)
    if (!info) throw notShared(name)
    if (!info.isSymbolicLink()) {
      throw new PeerError(
        'BAD_INPUT',
        `"${name}" lies in the share folder itself and is not a link to an original. Move or delete it there yourself.`,
      )
    }
    try {
      await unlink(path)
    } catch (error) {
      // A junction is a folder to Windows; rmdir takes the junction, not what it leads to.
      if (systemCode(error) !== 'EPERM' && systemCode(error) !== 'EISDIR') throw error
      await rmdir(path)
    }
  }
}

async function look(original: string) {
  try {
    return { real: await realpath(original), info: await stat(original) }
  } catch (error) {
    throw new PeerError('NOT_FOUND', `There is nothing to share at ${original} (${systemCode(error)}).`, {
      cause: error,
    })
  }
}

/** The name for an import: visible, and unlike any that is there, in any case. */
function freeName(wanted: string, type: 'file' | 'folder', taken: readonly string[]): string {
  const keys = new Set(taken.map(nameKey))
  const base = wanted.replace(/^\.+/, '') || 'import'
  const { name: stem, ext } = type === 'file' ? parse(base) : { name: base, ext: '' }
  for (let i = 1; ; i++) {
    const number = i === 1 ? '' : ` (${i})`
    const name = `${shortened(stem, MOST_NAME_BYTES - Buffer.byteLength(number + ext))}${number}${ext}`
    if (!keys.has(nameKey(name))) return name
  }
}

function shortened(text: string, mostBytes: number): string {
  let short = text
  while (Buffer.byteLength(short) > mostBytes) short = [...short].slice(0, -1).join('')
  return short
}

function linkFailure(error: unknown, original: string): unknown {
  const code = systemCode(error)
  if (code === undefined) return error
  return new PeerError('BAD_PATH', `${original} can't be linked into the share folder (${code}).`, {
    cause: error,
  })
}

function notShared(name: string): PeerError {
  return new PeerError('NOT_FOUND', `There is no "${name}" in the share.`)
}
