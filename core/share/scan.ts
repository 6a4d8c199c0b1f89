import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { sep } from 'node:path'
import { stampOf } from '../content/index.js'
import { systemCode } from '../errors/index.js'
import type { EntryReason, Found } from '../manifest/index.js'
import { Exclusions, isExcluded } from './exclusions.js'
import { isInside } from './inside.js'
import { readNames } from './safe-name.js'

/** A folder of the share and where it really is. */
export interface Place {
  /** In the share; '' is the share folder. */
  readonly path: string
  /** The real local folder: no link in it. */
  readonly real: string
  /** The real file or folder of the import it belongs to, which it must stay in. */
  readonly importReal: string
  /** The real folders from the import down to this one, which a link may not lead back to. */
  readonly chain: readonly string[]
  /** Links followed on the way, the import's own not counted. */
  readonly links: number
}

/** What the scanner must know besides the disk. */
export interface ScanRules {
  /** The real share folder. */
  readonly share: string
  /** Real folders that are never shared, such as the peer's database. */
  readonly keepOut: readonly string[]
  /** Imports that are no links: the system refused one. */
  readonly references: readonly { readonly name: string; readonly original: string }[]
  /** Patterns of what the person leaves out. */
  readonly exclude: readonly string[]
}

/** What one folder holds. */
export interface FolderScan {
  readonly found: readonly Found[]
  /** Its folders that can be scanned in turn. */
  readonly folders: readonly Place[]
  /** Of the share folder: where its imports really are. */
  readonly imports: readonly ImportTarget[]
  /** The folder's own mtime. */
  readonly mtime: number
}

/** What an import leads to. */
export interface ImportTarget {
  readonly name: string
  readonly real: string
}

/** Links in links, as a chain of folders that each link to the next could make without end. */
const MOST_LINKS = 4
const MOST_LEVELS = 64
/** So that no name in a folder of such a path is too long for the wire. */
const MOST_FOLDER_PATH_BYTES = 4096 - 256

/** Reads one folder: names and status only, no file is opened. Throws what the system says. */
export function scanFolder(place: Place, rules: ScanRules): FolderScan {
  const own = lstatSync(place.real)
  const found = new Map<string, Found>()
  const folders: Place[] = []
  const imports: ImportTarget[] = []
  const add = (name: string, item: Scanned) => {
    found.set(name, item.found)
    if (item.place && !item.found.reason) folders.push(item.place)
    if (item.target) imports.push({ name, real: item.target })
  }
  for (const { name, exact } of readNames(place.real)) {
    if (!exact) {
      const listed = unused(name, found)
      add(listed, { found: badFile(listed, 'bad-name') })
      continue
    }
    const item = scanItem(place, name, rules)
    if (item) add(name, item)
  }
  if (place.path === '') {
    for (const { name, original } of rules.references) add(name, scanImport(name, original, rules))
  }
  return { found: [...found.values()], folders, imports, mtime: Math.floor(own.mtimeMs) }
}

/** Where a path of the share really is, by the same rules as a scan; undefined where a scan would not go. */
export function findPlace(path: string, rules: ScanRules): Place | undefined {
  let place: Place | undefined = topPlace(rules)
  for (const name of path === '' ? [] : path.split('/')) {
    const reference: ScanRules['references'][number] | undefined =
      place.path === '' ? rules.references.find(item => item.name === name) : undefined
    const item: Scanned | undefined = reference
      ? scanImport(name, reference.original, rules)
      : scanItem(place, name, rules)
    if (!item?.place || item.found.reason) return undefined
    place = item.place
  }
  return place
}

/** The share folder itself. */
export function topPlace(rules: ScanRules): Place {
  return { path: '', real: rules.share, importReal: rules.share, chain: [], links: 0 }
}

interface Scanned {
  readonly found: Found
  /** Where a folder is. */
  readonly place?: Place
  /** Where an import is, file or folder. */
  readonly target?: string
}

function scanItem(place: Place, name: string, rules: ScanRules): Scanned | undefined {
  // Both parts are normal: to join them takes a tenth of the time that `join` does.
  const path = place.real.endsWith(sep) ? place.real + name : place.real + sep + name
  const top = place.path === ''
  const stat = status(path)
  if (!stat) return undefined
  if (stat === 'unreadable') return isExcluded(name) ? undefined : { found: badFile(name, 'unreadable') }
  const isImport = top && stat.isSymbolicLink()
  // What a person imported by name is wanted, even if it is called x.part.
  if (isExcluded(name) && !(isImport && !name.startsWith('.'))) return undefined
  if (isImport) return scanImport(name, path, rules)
  const item = stat.isSymbolicLink()
    ? scanLink(place, name, path)
    : scanReal(name, stat, () => placeBelow(place, name, path, top ? path : place.importReal, 0))
  return isLeftOut(place, item.found, rules) ? undefined : item
}

const compiled = new WeakMap<readonly string[], Exclusions>()

/** Whether the person leaves it out. */
function isLeftOut({ path }: Place, { name, type }: Found, { exclude }: ScanRules): boolean {
  if (exclude.length === 0) return false
  let exclusions = compiled.get(exclude)
  if (!exclusions) {
    exclusions = new Exclusions(exclude)
    compiled.set(exclude, exclusions)
  }
  return exclusions.has(path === '' ? name : `${path}/${name}`, type === 'folder')
}

/** What an import leads to: it may be anywhere, but not where tsPeer keeps its own things. */
function scanImport(name: string, link: string, rules: ScanRules): Scanned {
  const target = followed(link)
  if (typeof target !== 'object') return { found: badFile(name, target) }
  const { real, stat } = target
  if (isInside(rules.share, real)) return { found: badFile(name, 'cycle') }
  if (rules.keepOut.some(folder => isInside(real, folder) || isInside(folder, real))) {
    return { found: badFile(name, 'leaves-import') }
  }
  const place = { path: name, real, importReal: real, chain: [real], links: 0 }
  const item = scanReal(name, stat, () => place)
  return item.found.reason ? item : { ...item, target: real }
}

/** A link found deeper: followed while it stays within its own import and doesn't lead back up. */
function scanLink(place: Place, name: string, link: string): Scanned {
  const target = followed(link)
  if (typeof target !== 'object') return { found: badFile(name, target) }
  const { real, stat } = target
  if (!isInside(real, place.importReal)) return { found: badFile(name, 'leaves-import') }
  const endless = place.links >= MOST_LINKS || place.chain.some(folder => isInside(folder, real))
  if (stat.isDirectory() && endless) return { found: badFile(name, 'cycle') }
  return scanReal(name, stat, () => placeBelow(place, name, real, place.importReal, 1))
}

function scanReal(name: string, stat: Stats, placeOf: () => Place): Scanned {
  const mtime = Math.floor(stat.mtimeMs)
  if (stat.isDirectory()) {
    const place = placeOf()
    const deep =
      place.path.split('/').length >= MOST_LEVELS || Buffer.byteLength(place.path) > MOST_FOLDER_PATH_BYTES
    return { found: { type: 'folder', name, mtime, ...(deep && { reason: 'too-deep' }) }, place }
  }
  if (!stat.isFile()) return { found: { ...badFile(name, 'not-a-file'), mtime } }
  const exec = isExecutable(stat)
  return {
    found: { type: 'file', name, size: stat.size, mtime, stamp: stampOf(stat), ...(exec && { exec }) },
  }
}

/** Windows has no such right; what its status says of it is made up. */
function isExecutable({ mode }: Stats): boolean {
  return process.platform !== 'win32' && (mode & 0o111) !== 0
}

function placeBelow(place: Place, name: string, real: string, importReal: string, links: number): Place {
  return {
    path: place.path === '' ? name : `${place.path}/${name}`,
    real,
    importReal,
    chain: [...place.chain, real],
    links: place.links + links,
  }
}

function followed(link: string): { readonly real: string; readonly stat: Stats } | EntryReason {
  try {
    const real = realpathSync.native(link)
    return { real, stat: lstatSync(real) }
  } catch (error) {
    switch (systemCode(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        return 'broken-link'
      case 'ELOOP':
        return 'cycle'
      default:
        return 'unreadable'
    }
  }
}

/** The status of what a name stands for; undefined where it is gone by now. */
function status(path: string): Stats | 'unreadable' | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    return systemCode(error) === 'ENOTDIR' ? undefined : 'unreadable'
  }
}

function badFile(name: string, reason: EntryReason): Found {
  return { type: 'file', name, size: 0, mtime: 0, stamp: 0, reason }
}

function unused(name: string, found: ReadonlyMap<string, Found>): string {
  let free = name
  for (let i = 2; found.has(free); i++) free = `${name.slice(0, 240)} (${i})`
  return free
}
