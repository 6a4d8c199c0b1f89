import { constants, copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { PeerError, systemCode } from '../../../core/errors/index.js'
import { syncFolder } from '../whole-file.js'

/** What a registry's home needs to go on elsewhere; the store in it. Logs and backups stay. */
const PARTS = ['identity', 'db', 'access.json', 'settings.json']
/** Left over from a write or a damage, of use to nobody but this home. */
const LEFT_OVER = /(\.new|\.found|~)$|\.damaged-/

/** What a backup holds. */
export interface Backup {
  readonly folder: string
  readonly files: number
  readonly bytes: number
}

/** Where a backup goes when nobody says where. */
export function backupFolder(home: string, now: number): string {
  return join(home, 'backups', new Date(now).toISOString().replaceAll(/[:.]/g, '').slice(0, 17))
}

/** Does some work while the files of a home stay as they are. */
export type Hold = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Copies a home into a new folder, which is then a home too: a registry starts on it with --home. The folder is there
 * whole or not at all. Files are held for the copying only, not until the copies are synced, which may take seconds.
 * TARGET_EXISTS where something has its place.
 */
export async function makeBackup(home: string, folder: string, hold: Hold): Promise<Backup> {
  const inHome = relative(home, folder).split(sep)[0] ?? ''
  if (PARTS.includes(inHome) || folder === home)
    throw new PeerError('BAD_INPUT', `A backup can't lie in what it is of. Name a folder outside of ${home}.`)
  const partial = join(dirname(folder), `.${basename(folder)}.partial`)
  try {
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
    await claim(folder)
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { mode: 0o700 })
    await hold(async () => {
      for (const part of PARTS) await copyPart(join(home, part), join(partial, part))
    })
    const synced = await syncAll(partial)
    await rename(partial, folder)
    await syncFolder(dirname(folder))
    return { folder, ...synced }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw asBackupError(error, folder)
  }
}

/** An empty folder there is given up to the backup. */
async function claim(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (found?.length === 0) await rm(folder, { recursive: true })
  else if (found) throw taken(folder)
}

async function copyPart(from: string, to: string): Promise<void> {
  const names = await readdir(from, { withFileTypes: true }).catch((error: unknown) => {
    if (systemCode(error) === 'ENOTDIR') return 'file'
    if (systemCode(error) === 'ENOENT') return 'none'
    throw error
  })
  if (names === 'none') return
  if (names === 'file') return copyOne(from, to)
  await mkdir(to, { mode: 0o700 })
  for (const item of names) {
    if (LEFT_OVER.test(item.name)) continue
    if (item.isDirectory()) await copyPart(join(from, item.name), join(to, item.name))
    else if (item.isFile()) await copyOne(join(from, item.name), join(to, item.name))
  }
}

function copyOne(from: string, to: string): Promise<void> {
  return copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
}

/** Syncs all below a folder, for its owner only from then on; gives how much there is. */
async function syncAll(folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0
  let bytes = 0
  const items = await readdir(folder, { withFileTypes: true, recursive: true })
  for (const item of items) {
    const path = join(item.parentPath, item.name)
    if (item.isDirectory()) {
      await syncFolder(path)
      continue
    }
    const file = await open(path, 'r+')
    try {
      await file.chmod(0o600)
      await file.sync()
      bytes += (await file.stat()).size
      files++
    } finally {
      await file.close()
    }
  }
  await syncFolder(folder)
  return { files, bytes }
}

function taken(folder: string): PeerError {
  return new PeerError('TARGET_EXISTS', `${folder} is there already. Name another folder for the backup.`)
}

function asBackupError(error: unknown, folder: string): unknown {
  const code = systemCode(error)
  if (code === 'TARGET_EXISTS') return error
  if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'ENOTEMPTY') return taken(folder)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PeerError('DISK_FULL', `There is no room for a backup in ${folder}.`, { cause: error })
  return new PeerError('UNWRITABLE', `The backup ${folder} can't be made (${code ?? error}).`, {
    cause: error,
  })
}
