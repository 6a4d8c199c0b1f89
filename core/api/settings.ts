import type { ConflictRule } from './downloads.js'
import type { PersonStatus } from './people.js'

/** What the app can set, with plain values. */
export interface Settings {
  readonly name: string
  /** Whether this person likes to be disturbed, and what they say of it, at most 140 characters. Others see both. */
  readonly status: PersonStatus
  readonly statusText: string
  /** `host:port`, or '' for none. */
  readonly registry: string
  readonly downloads: string
  /** Downloads at once. */
  readonly downloadsAtOnce: number
  /** Bytes a second to all together, 0 for no limit. */
  readonly uploadLimit: number
  /** Bytes a second from all together, 0 for no limit. */
  readonly downloadLimit: number
  /** How many people are served at once, the others in turn; 0 for all. */
  readonly uploadSlots: number
  /** Other limits at some hours, as `mon-fri 09:00-17:00 up 1MB down 5MB; …`, or '' for none. */
  readonly schedule: string
  /** What becomes of a file whose place is taken, where nothing else was asked for. */
  readonly onConflict: ConflictRule
  /** What is not shared, as `*.tmp; node_modules/; photos/raw/**`, or '' for nothing more than litter. */
  readonly exclude: string
  /** Bytes a second that are hashed of what is shared, 0 for no limit. */
  readonly hashLimit: number
  /** Whether hashing of what is shared rests. What is listed stays listed; what has no hash yet can't be fetched. */
  readonly hashPaused: boolean
  /** Whether this peer finds others on the network, and is found by them. Default: yes. */
  readonly discovery: boolean
  /** Whether people are told that their messages were read. Default: yes. */
  readonly readReceipts: boolean
  /**
   * Addresses that are asked one by one, gently, for networks that refuse multicast, as `10.0.0.0/24; 10.0.7.1`; ''
   * for none.
   */
  readonly probe: string
  /** Whether a received file may be executed where its owner may execute it. Default: never. */
  readonly keepExecutable: boolean
}

/** What the person set. */
export interface SettingsApi {
  all(): Promise<Settings>
  set<K extends keyof Settings>(key: K, value: Settings[K]): Promise<Settings>
}
