import { resolve } from 'node:path'
import type { Peer } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { parsePeerId } from '../../identity/index.js'
import type { Visibility } from '../../manifest/index.js'
import type { Parts } from '../parts.js'
import { textOf } from './given.js'
import { listed } from './pages.js'

/** Who has more of them needs no longer list. */
const MOST_PROBLEMS = 1_000

export function shareOf({ share }: Parts): Peer['share'] {
  return {
    list: () => share.imports(),
    problems: async () => share.problems(MOST_PROBLEMS).map(listed),
    add: async (path, options = {}) =>
      share.add(resolve(textOf(path, 'Name a file or folder.')), {
        visibility: visibilityOf(options.visibility ?? 'everyone'),
      }),
    setVisibility: async (name, visibility) =>
      share.setVisibility(textOf(name, 'Name an import.'), visibilityOf(visibility)),
    remove: name => share.remove(textOf(name, 'Name an import.')),
    rescan: () => share.rescan(),
  }
}

function visibilityOf(value: unknown): Visibility {
  if (value === 'everyone' || value === 'verified') return value
  if (Array.isArray(value) && value.length > 0 && value.length <= MOST_LISTED)
    return [...new Set(value.map(id => parsePeerId(textOf(id, 'Say who may see it by their ids.'))))]
  throw new PeerError(
    'BAD_INPUT',
    `Who may see it: everyone, verified, or a list of 1 to ${MOST_LISTED} people.`,
  )
}

const MOST_LISTED = 1_000
