import { lstat, mkdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConflictRule } from '../api/index.js'
import { isPeerError, PeerError, systemCode } from '../errors/index.js'
import { localName, numberedNames, partFault } from '../paths/index.js'

/** A hidden folder for partial files on a volume that isn't ours. */
const TMP_ON_VOLUME = '.tspeer-tmp'

/** What a download's place is decided from. */
export interface TargetWish {
  /** The folder it goes into; made when absent. May be a link: that is the user's choice. */
  readonly folder: string
  readonly name: string
  readonly type: 'file' | 'folder'
  /** Our own folder for partial files. */
  readonly tmp: string
  readonly id: string
  /** What becomes of what is there. */
  readonly onConflict: ConflictRule
  /** The name under which the same folder was downloaded into a real folder before. */
  knownIn(folder: string): string | undefined
  /** Whether another download has this path. */
  isReserved(path: string): boolean
}

/** Where it goes. */
export interface Target {
  /** The real folder. */
  readonly folder: string
  readonly targetName: string
  /** It is a folder that is not there yet: `makeTarget` makes it. */
  readonly targetMade: boolean
  /** It is the folder of an earlier download of the same thing. */
  readonly update?: true
  readonly tmp: string
}

/** Decides, once, under which free name a download goes and where its partial files lie; makes the folder of these. */
export async function prepareTarget(wish: TargetWish): Promise<Target> {
  if (partFault(wish.name)) throw new PeerError('BAD_NAME', 'A download can’t have this name.')
  try {
    await mkdir(wish.folder, { recursive: true })
    const folder = await realpath(wish.folder)
    const tmp = join(await tmpFor(folder, wish.tmp), wish.id)
    await mkdir(tmp, { recursive: true, mode: 0o700 })
    return { folder, ...(await decideTarget(folder, wish)), tmp }
  } catch (error) {
    throw cantWrite(error, wish.folder)
  }
}

/** Makes the folder that a download becomes, when its place is noted: whoever is killed before leaves none behind. */
export async function makeTarget({
  folder,
  targetName,
  targetMade,
}: Pick<Target, 'folder' | 'targetName' | 'targetMade'>): Promise<void> {
  if (!targetMade) return
  try {
    await mkdir(join(folder, targetName))
  } catch (error) {
    // Who made it meanwhile loses nothing: no file is placed over another.
    if (systemCode(error) !== 'EEXIST') throw cantWrite(error, folder)
  }
}

/** A partial file must lie on its target's volume, or it could not be moved into place. */
async function tmpFor(folder: string, tmp: string): Promise<string> {
  await mkdir(tmp, { recursive: true })
  if ((await stat(folder)).dev === (await stat(tmp)).dev) return tmp
  const hidden = join(folder, TMP_ON_VOLUME)
  await mkdir(hidden, { recursive: true, mode: 0o700 })
  if ((await lstat(hidden)).isSymbolicLink()) {
    throw new PeerError('BAD_PATH', `${hidden} is a link. Remove it: partial files are kept there.`)
  }
  return hidden
}

/** A folder that was downloaded before is updated; what the person wants replaced or skipped keeps its name. */
async function decideTarget(
  folder: string,
  wish: TargetWish,
): Promise<Pick<Target, 'targetName' | 'targetMade' | 'update'>> {
  const { type, onConflict, isReserved } = wish
  const isUsable = async (name: string) =>
    !isReserved(join(folder, name)) && (await isThere(folder, name, type))
  const known = type === 'folder' ? wish.knownIn(folder) : undefined
  if (known !== undefined && (await isUsable(known)))
    return { targetName: known, targetMade: false, update: true }
  const name = localName(wish.name)
  if (onConflict !== 'keep-both' && (await isUsable(name))) return { targetName: name, targetMade: false }
  return { targetName: await freeTarget(folder, wish), targetMade: type === 'folder' }
}

/** Whether there is something of this kind; a link to a folder is none. */
async function isThere(folder: string, name: string, type: 'file' | 'folder'): Promise<boolean> {
  const seen = await lstat(join(folder, name)).catch(() => undefined)
  return type === 'folder' ? seen?.isDirectory() === true : seen !== undefined && !seen.isDirectory()
}

async function freeTarget(folder: string, { name, isReserved }: TargetWish): Promise<string> {
  const local = localName(name)
  const numbered = numberedNames(local)
  for (let candidate = local; ; candidate = numbered.next().value) {
    const path = join(folder, candidate)
    // Another may have got the place while we looked.
    if (!isReserved(path) && (await isFree(path)) && !isReserved(path)) return candidate
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return false
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true
    throw error
  }
}

function cantWrite(error: unknown, folder: string): PeerError {
  if (isPeerError(error)) return error
  const code = systemCode(error) ?? 'unknown'
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PeerError('DISK_FULL', `There is no room left in ${folder}. Free some space.`, {
      cause: error,
    })
  }
  return new PeerError('UNWRITABLE', `${folder} can't be written (${code}). Choose another folder.`, {
    cause: error,
  })
}
