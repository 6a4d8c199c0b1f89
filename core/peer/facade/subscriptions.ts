import { resolve } from 'node:path'
import type { Peer } from '../../api/index.js'
import { PeerError } from '../../errors/index.js'
import { parsePeerId } from '../../identity/index.js'
import type { Parts } from '../parts.js'
import { fetchable } from './fetchable.js'
import { textOf } from './given.js'

export function subscriptionsOf({ identity, subscriptions, settings }: Parts): Peer['subscriptions'] {
  return {
    list: async () => subscriptions.list(),
    async add({ owner: id, path, target = settings.all().downloads }) {
      const owner = parsePeerId(textOf(id, 'Say whose folder to follow.'))
      if (owner === identity.id) throw new PeerError('BAD_INPUT', 'That is in your own share already.')
      const folder = resolve(textOf(target, 'Name a folder to download into.'))
      return subscriptions.add({ owner, path: fetchable(path), target: folder })
    },
    remove: id => subscriptions.remove(textOf(id, 'Name a subscription.')),
  }
}
