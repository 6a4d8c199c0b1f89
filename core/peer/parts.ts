import type { Chat } from '../chat/index.js'
import type { Identity } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import type { Share } from '../share/index.js'
import type { Offers, Transfers, Uploads } from '../transfer/index.js'
import type { Connections } from '../wire/index.js'
import type { Around } from './around.js'
import type { ContactsBook } from './contacts-book.js'
import type { EventHub } from './event-hub.js'
import type { HashPace } from './hash-pace.js'
import type { Home } from './home.js'
import type { LimitsBook } from './limits-book.js'
import type { Nearby } from './nearby.js'
import type { NetworkSearch } from './network-search.js'
import type { People } from './people.js'
import type { RegistryLink } from './registry-link.js'
import type { SavedSearches } from './saved-searches.js'
import type { SettingsBook } from './settings.js'
import type { Subscriptions } from './subscriptions.js'
import type { Trust } from './trust.js'

/** Everything a running peer is made of. */
export interface Parts {
  readonly home: Home
  readonly identity: Identity
  readonly log: Logger
  readonly events: EventHub
  readonly settings: SettingsBook
  readonly limits: LimitsBook
  readonly people: People
  readonly contacts: ContactsBook
  readonly trust: Trust
  readonly share: Share
  readonly pace: HashPace
  readonly connections: Connections
  readonly uploads: Uploads
  readonly registry: RegistryLink
  readonly around: Around
  readonly nearby: Nearby
  readonly transfers: Transfers
  readonly offers: Offers
  readonly subscriptions: Subscriptions
  readonly search: NetworkSearch
  readonly searches: SavedSearches
  readonly chat: Chat
  readonly ports: { readonly control: number; readonly data: number[] }
  /** `host:port` of the control port. */
  readonly address: string
  /** Aborted when the peer closes. */
  readonly closing: AbortSignal
}
