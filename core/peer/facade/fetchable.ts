import { PeerError } from '../../errors/index.js'
import { parseRemotePath } from '../../paths/index.js'
import { textOf } from './given.js'

export function fetchable(path: unknown): string {
  const parsed = parseRemotePath(textOf(path, 'Name a file or folder.'))
  if (parsed === '')
    throw new PeerError('BAD_INPUT', 'Name a file or folder in the share, not the share itself.')
  return parsed
}
