import { isAbsolute, join, relative, sep } from 'node:path'
import { PeerError } from '../errors/index.js'
import { localName } from './local-name.js'
import { remotePathFault } from './remote-path.js'

/** Where something from another peer lies here. */
export interface LocalPath {
  /** Below the base. */
  readonly path: string
  /** Whether a part got another name than it has at its owner. */
  readonly renamed: boolean
}

/**
 * The one way from a remote path to a local one, for write, rename, delete and clean-up alike: always below
 * `base`. BAD_PATH where the path is refused. `platform` chooses the rules for names (a FAT volume on Linux
 * needs those of 'win32').
 */
export function localPath(
  base: string,
  remotePath: string,
  platform: NodeJS.Platform = process.platform,
): LocalPath {
  const local = localParts(remotePath, platform)
  return { path: below(base, local), renamed: local.join('/') !== remotePath }
}

/** The local names for the parts of a remote path, from the download's folder down. */
export function localParts(remotePath: string, platform: NodeJS.Platform = process.platform): string[] {
  const fault = remotePathFault(remotePath)
  if (fault) throw refused(fault)
  return remotePath.split('/').map(part => localName(part, platform))
}

/** Joins names to a base; looks once more that they stay below it, whatever the rules for names let through. */
export function below(base: string, names: readonly string[]): string {
  const path = join(base, ...names)
  const inside = relative(base, path)
  if (inside !== names.join(sep) || isAbsolute(inside)) throw refused('leaves its folder')
  return path
}

function refused(fault: string): PeerError {
  return new PeerError('BAD_PATH', `The path of an entry ${fault}, so it is refused.`)
}
