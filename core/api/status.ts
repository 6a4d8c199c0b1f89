import type { PeerId } from '../identity/index.js'
import type { Failure } from './failure.js'
import type { ShareProgress } from './share.js'

/** What the peer is and how it stands. */
export interface PeerStatus {
  readonly id: PeerId
  readonly name: string
  /** The peer's folder. */
  readonly home: string
  readonly folders: { readonly share: string; readonly downloads: string }
  /** Where other peers reach it: host and control port. */
  readonly address: string
  /** Something the person should know, such as a home on a network file system. */
  readonly warnings: readonly string[]
  readonly registry: RegistryStatus
  readonly share: ShareProgress
}

/** How the peer stands with its registry. */
export interface RegistryStatus {
  readonly state: 'none' | 'connecting' | 'connected' | 'waiting' | 'refused'
  /** `host:port`, where one is set. */
  readonly address?: string
  readonly id?: PeerId
  readonly name?: string
  /** What the registry tells those who join, while connected. */
  readonly welcome?: string
  /** Why it waits or was refused; while connected, why not all of the share is listed there. */
  readonly error?: Failure
}

/** A registry that tells of itself on the network: a hint, which a connection proves or doesn't. */
export interface FoundRegistry {
  readonly id: PeerId
  /** `host:port`. */
  readonly address: string
}

/** The registry this peer joins. */
export interface RegistryApi {
  /**
   * Joins the registry at `host:port` and remembers it, with its id pinned; rejects when it can't be
   * reached or refuses. `id` is the id it must have, where the person knows it; `secret` its join secret,
   * which is remembered for this registry.
   */
  join(address: string, options?: { readonly id?: PeerId; readonly secret?: string }): Promise<RegistryStatus>
  leave(): Promise<RegistryStatus>
  /** Those that are seen on the network now, joined or not; looks again, too, for what the event `registries` then tells. */
  found(): Promise<readonly FoundRegistry[]>
}
