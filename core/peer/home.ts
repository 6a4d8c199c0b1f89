import { mkdir, statfs } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { PeerError, systemCode } from '../errors/index.js'
import { lockHome } from '../identity/index.js'

/** The folders of a peer, all made and the home locked for this process. */
export interface Home {
  readonly path: string
  readonly share: string
  readonly downloads: string
  readonly tmp: string
  readonly identity: string
  readonly database: string
  readonly logs: string
  /** A sentence for the person, where the home lies on a network file system. */
  readonly warning?: string
  release(): Promise<void>
}

/** The home a peer uses when none is named. */
export function defaultHome(): string {
  return process.env.TSPEER_HOME || join(homedir(), '.tsPeer')
}

/** Makes the folders of a home where they are missing, and locks it; HOME_IN_USE while another peer has it. */
export async function openHome(path: string): Promise<Home> {
  const home = resolve(path)
  const folders = {
    share: join(home, 'share'),
    downloads: join(home, 'downloads'),
    tmp: join(home, 'tmp'),
    identity: join(home, 'db', 'identity'),
    database: join(home, 'db', 'store'),
    logs: join(home, 'logs'),
  }
  await makeFolders(home, Object.values(folders))
  const release = await lockHome(home)
  const warning = await networkWarning(home)
  return { path: home, ...folders, ...(warning ? { warning } : {}), release }
}

async function makeFolders(home: string, folders: readonly string[]): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const reason = systemCode(error) === 'ENOSPC' ? 'the disk is full' : systemCode(error)
    throw new PeerError(
      'BAD_PATH',
      `The folder ${home} can't be made (${reason}). Choose another with --home.`,
      {
        cause: error,
      },
    )
  }
}

/** Magic numbers of statfs(2) for NFS, SMB, SMB2 and CIFS. */
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0x517b, 0xfe534d42, 0xff534d42])

async function networkWarning(home: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined
  const { type } = await statfs(home)
  if (!NETWORK_FILE_SYSTEMS.has(type >>> 0)) return undefined
  return `${home} lies on a network file system, where the database is not safe. Choose a local folder with --home.`
}
