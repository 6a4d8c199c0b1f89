import { resolve } from 'node:path'
import type { Peer } from '../../api/index.js'
import type { Parts } from '../parts.js'
import { textOf } from './given.js'
import { listed } from './pages.js'

/** Who has more of them needs no longer list. */
const MOST_PROBLEMS = 1_000

export function shareOf({ share }: Parts): Peer['share'] {
  return {
    list: () => share.imports(),
    problems: async () => share.problems(MOST_PROBLEMS).map(listed),
    add: (path, options = {}) =>
      share.add(resolve(textOf(path, 'Name a file or folder.')), {
        visibility: options.visibility ?? 'everyone',
      }),
    remove: name => share.remove(textOf(name, 'Name an import.')),
    rescan: () => share.rescan(),
  }
}
