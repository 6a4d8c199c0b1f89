import type { Peer } from '../../api/index.js'
import { examine } from '../doctor/doctor.js'
import type { Parts } from '../parts.js'
import { chatOf } from './chat.js'
import { filesOf } from './files.js'
import { textOf } from './given.js'
import { offersOf } from './offers.js'
import { peopleOf } from './people.js'
import { registryOf } from './registry.js'
import { searchesOf } from './searches.js'
import { settingsOf } from './settings.js'
import { shareOf } from './share.js'
import { statusOf } from './status.js'
import { subscriptionsOf } from './subscriptions.js'
import { transfersOf } from './transfers.js'

/** The peer's methods over its parts. What comes in is checked here: it may come from a script or a browser. */
export function facadeOf(parts: Parts, close: () => Promise<void>): Peer {
  return {
    id: parts.identity.id,
    status: async () => statusOf(parts),
    people: peopleOf(parts),
    files: filesOf(parts),
    transfers: transfersOf(parts),
    offers: offersOf(parts),
    searches: searchesOf(parts),
    subscriptions: subscriptionsOf(parts),
    share: shareOf(parts),
    chat: chatOf(parts),
    settings: settingsOf(parts),
    registry: registryOf(parts),
    doctor: async who => examine(parts, who === undefined ? undefined : textOf(who, 'Name someone.')),
    subscribe: listener => parts.events.subscribe(listener),
    close,
  }
}
