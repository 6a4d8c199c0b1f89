import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../core/errors/index.js'

/** Makes a registry's home, for its owner only, before anything else may make it for all; STORE_FAILED when it can't. */
export async function makeHome(home: string): Promise<void> {
  try {
    await mkdir(join(home, 'logs'), { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new PeerError('STORE_FAILED', `The folder ${home} can't be made. Choose another with --home.`, {
      cause,
    })
  }
}
