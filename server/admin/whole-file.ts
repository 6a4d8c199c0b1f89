import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PeerError, systemCode } from '../../core/errors/index.js'

/** The text of a file; none where there is no file. */
export async function readWhole(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined
    throw new PeerError('STORE_FAILED', `${path} can't be read. Look at its rights.`, { cause })
  }
}

/** Puts a text in place of what a file holds, all of it or nothing, synced; for its owner only. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeSynced(fresh, text)
    await rename(fresh, path)
    await syncFolder(dirname(path))
  } catch (cause) {
    await rm(fresh, { force: true })
    throw new PeerError('STORE_FAILED', `${path} can't be written. Look at the disk and its rights.`, {
      cause,
    })
  }
}

/** Syncs what a folder holds by name; where the system has no such thing, nothing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
