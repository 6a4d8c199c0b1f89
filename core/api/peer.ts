import type { PeerId } from '../identity/index.js'
import type { ChatApi } from './chat.js'
import type { Finding } from './doctor.js'
import type { SubscriptionsApi } from './downloads.js'
import type { PeerEvent } from './events.js'
import type { FilesApi } from './listing.js'
import type { OffersApi } from './offers.js'
import type { PeopleApi } from './people.js'
import type { SavedSearchesApi } from './search.js'
import type { SettingsApi } from './settings.js'
import type { ShareApi } from './share.js'
import type { PeerStatus, RegistryApi } from './status.js'
import type { TransfersApi } from './transfers.js'

/**
 * A running peer. Every method takes and gives plain data, so that the same interface serves in-process,
 * over the local socket and in a browser. All of them reject with a PeerError.
 */
export interface Peer {
  readonly id: PeerId
  status(): Promise<PeerStatus>
  readonly people: PeopleApi
  readonly files: FilesApi
  readonly transfers: TransfersApi
  readonly offers: OffersApi
  readonly searches: SavedSearchesApi
  readonly subscriptions: SubscriptionsApi
  readonly share: ShareApi
  readonly chat: ChatApi
  readonly settings: SettingsApi
  readonly registry: RegistryApi
  /**
   * Why somebody, or the registry, can't be seen or reached: what was looked at, one after the other. Takes some
   * seconds; changes nothing.
   */
  doctor(who?: string): Promise<readonly Finding[]>
  /** Calls the listener for each event until the returned function is called. */
  subscribe(listener: (event: PeerEvent) => void): () => void
  /** Ends everything the peer started; safe to call twice. Transfers go on at the next start. */
  close(): Promise<void>
}

/** How a peer starts. Everything has a default. */
export interface PeerOptions {
  /** Its folder; default `TSPEER_HOME`, else `~/.tsPeer`. */
  readonly home?: string
  /** The name at first start; default the system user's. Later starts change it. */
  readonly name?: string
  /**
   * `host:port` of a registry to join and remember, null for none this time, or a choice that is not
   * remembered (one that this program hosts itself). Default: the remembered one.
   */
  readonly registry?: string | null | { readonly address: string; readonly id: PeerId }
  /** The join secret of the registry that is joined, where it needs one; remembered for it. */
  readonly joinSecret?: string
  /** The address to listen on; default all. */
  readonly host?: string
  /** Where it finds others and is found; default: on every network, or nowhere when it listens on loopback only. */
  readonly discovery?: { readonly internal?: boolean; readonly port?: number }
  /** The control port; default 7471 or the next free block; 0 takes any free ports. */
  readonly port?: number
  /** Worker threads or processes. Default: threads. */
  readonly workers?: 'thread' | 'process'
}
