import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
} from 'node:fs'
import { join } from 'node:path'
import { PeerError, systemCode } from '../../errors/index.js'
import type { FileSyncer } from './file-syncer.js'

/** A folder below a base, reached without following any link below the base. */
export interface TargetFolder {
  /** The path of something in it, for calls of `fs`; `sync` must follow, whatever comes of them. */
  at(name: string): string
  /** The path of something in it, only to look at it. */
  look(name: string): string
  /** Sets its own time, best effort. */
  setTime(mtime: number): void
  /** Makes its entries durable. `done` is called later, or at once where a folder can't be synced. */
  sync(done: (error: unknown) => void): void
}

/** The folders and the name in a path of local names. */
export function splitPath(path: string): { readonly inFolders: string[]; readonly name: string } {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  return { inFolders: parts, name }
}

/** On Linux a path through an open handle names that very folder, whatever a link is swapped in for it. */
const HANDLES = process.platform === 'linux' && existsSync('/proc/self/fd')
const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const MOST_OPEN = 64

/** The folders that downloads are placed in. Holds some of them open; `close` lets go of all. */
export class TargetFolders {
  readonly #open = new Map<string, HandleFolder>()
  readonly #syncer: FileSyncer

  constructor(syncer: FileSyncer) {
    this.#syncer = syncer
  }

  /** Opens `base`/`parts…`, making what is absent. A link or a file in the way is BAD_PATH. */
  open(base: string, parts: readonly string[]): TargetFolder {
    for (const part of parts) refuseHostilePart(part)
    return HANDLES ? this.#openHandle(base, parts) : openByPath(base, parts)
  }

  close(): void {
    for (const folder of this.#open.values()) folder.close()
    this.#open.clear()
  }

  #openHandle(base: string, parts: readonly string[]): HandleFolder {
    const key = [base, ...parts].join('/')
    const held = this.#open.get(key)
    if (held) {
      this.#open.delete(key)
      if (held.stillThere()) {
        this.#open.set(key, held)
        return held
      }
      held.close()
    }
    const folder = this.#openAnew(base, parts)
    this.#open.set(key, folder)
    for (const [oldKey, old] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break
      // The one that is wanted now is the last: it must not make room for itself.
      if (old === folder || old.busy) continue
      this.#open.delete(oldKey)
      old.close()
    }
    return folder
  }

  #openAnew(base: string, parts: readonly string[]): HandleFolder {
    const name = parts.at(-1)
    if (name === undefined)
      return new HandleFolder(openSync(base, constants.O_RDONLY | constants.O_DIRECTORY), this.#syncer)
    const parent = this.#openHandle(base, parts.slice(0, -1))
    const path = parent.look(name)
    const made = makeFolder(path)
    try {
      return new HandleFolder(openSync(path, OPEN_FOLDER), this.#syncer, made ? parent : undefined)
    } catch (error) {
      const code = systemCode(error)
      if (code === 'ELOOP' || code === 'ENOTDIR') throw inTheWay(name)
      throw error
    }
  }
}

class HandleFolder implements TargetFolder {
  readonly #fd: number
  readonly #syncer: FileSyncer
  /** Who still needs the handle: syncs that run, and folders made in it that are not synced. */
  #users = 0
  /** Something may have been placed in it since its last sync. */
  #touched = false
  #closed = false
  #madeIn: HandleFolder | undefined

  /** `madeIn`: the folder in which this one was just made; it is synced together with this one. */
  constructor(fd: number, syncer: FileSyncer, madeIn?: HandleFolder) {
    this.#fd = fd
    this.#syncer = syncer
    this.#madeIn = madeIn
    if (madeIn) madeIn.#users++
  }

  get busy(): boolean {
    return this.#users > 0 || this.#touched || this.#madeIn !== undefined
  }

  at(name: string): string {
    this.#touched = true
    return this.look(name)
  }

  look(name: string): string {
    return `/proc/self/fd/${this.#fd}/${name}`
  }

  setTime(mtime: number): void {
    futimesSync(this.#fd, mtime / 1_000, mtime / 1_000)
  }

  /** A folder that was removed meanwhile can't take anything. */
  stillThere(): boolean {
    return fstatSync(this.#fd).nlink > 0
  }

  sync(done: (error: unknown) => void): void {
    // Only a folder in which nothing was placed is let go of before its sync.
    if (this.#closed) {
      done(null)
      return
    }
    this.#touched = false
    const parent = this.#madeIn
    this.#madeIn = undefined
    this.#users++
    this.#syncer.syncFolder(this.#fd, error => {
      this.#leave()
      if (!parent) return done(error)
      parent.sync(parentError => done(error ?? parentError))
      parent.#leave()
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#users === 0) closeSync(this.#fd)
  }

  #leave(): void {
    this.#users--
    if (this.#closed && this.#users === 0) closeSync(this.#fd)
  }
}

/** Where there are no handles to go through, each part is looked at before it is used. */
function openByPath(base: string, parts: readonly string[]): TargetFolder {
  let path = base
  for (const part of parts) {
    path = join(path, part)
    makeFolder(path)
    if (!lstatSync(path).isDirectory()) throw inTheWay(part)
  }
  return {
    at: name => join(path, name),
    look: name => join(path, name),
    setTime: mtime => lutimesSync(path, mtime / 1_000, mtime / 1_000),
    sync(done) {
      if (process.platform === 'win32') return done(null)
      const fd = openSync(path, 'r')
      try {
        fsyncSync(fd)
      } finally {
        closeSync(fd)
      }
      done(null)
    },
  }
}

/** Makes a folder; whether it was absent. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** The last guard before the file system, whoever called. */
function refuseHostilePart(part: string): void {
  if (part === '' || part === '.' || part === '..' || part.includes('/') || part.includes('\0')) {
    throw new PeerError(
      'BAD_PATH',
      'A name in this download is no name of a file. Nothing was written for it.',
    )
  }
}

function inTheWay(name: string): PeerError {
  return new PeerError(
    'BAD_PATH',
    `"${name}" in the download folder is a link or a file where a folder is needed. Move it away.`,
  )
}
