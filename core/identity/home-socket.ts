import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { PeerError } from '../errors/index.js'

/** sun_path holds 104 bytes on macOS, 108 on Linux, with the closing NUL. */
const MAX_SOCKET_PATH_BYTES = 100

/**
 * Where the peer, or the registry, of a home listens for programs of the same user: in the home, in a folder of the
 * user's own in the system's temporary folder where that path is too long, a named pipe on Windows.
 */
export function homeSocket(
  home: string,
  program: 'peer' | 'registry',
  platform: NodeJS.Platform = process.platform,
): string {
  const folder = resolve(home)
  const nameOf = (text: string) => hashOf(program === 'peer' ? text : `${program} ${text}`)
  if (platform === 'win32') return `\\\\.\\pipe\\tspeer-${nameOf(folder.toLowerCase())}`
  const path = join(folder, `${program}.sock`)
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES ? path : join(ownFolder(), `${nameOf(folder)}.sock`)
}

/** Makes the folder of a socket that isn't in a home; BAD_PATH when another user could reach into it. */
export async function prepareSocketFolder(path: string): Promise<void> {
  const folder = ownFolder()
  if (!path.startsWith(folder)) return
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const facts = await lstat(folder)
  const { uid } = userInfo()
  if (!facts.isDirectory() || facts.uid !== uid || (facts.mode & 0o077) !== 0)
    throw new PeerError('BAD_PATH', `${folder} is not only yours. Remove it, or choose a shorter --home.`)
}

function ownFolder(): string {
  return join(tmpdir(), `tspeer-${userInfo().uid}`)
}

function hashOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 24)
}
