import type { PeerId } from '../identity/index.js'

/** Someone known: the registry's record, with what this peer adds. */
export interface Person {
  readonly id: PeerId
  readonly name: string
  readonly online: boolean
  /** ms since 1970. */
  readonly lastSeen: number
  readonly verified: boolean
  readonly files: number
  readonly bytes: number
  /** Files that have a root. */
  readonly hashed: number
  readonly unread: number
  /** How they want to be found while they are online; available where it is left out. */
  readonly status?: PersonStatus
  readonly statusText?: string
  /** How fast files go to and come from them at most; none when nothing was set for them. */
  readonly limits?: PersonLimits
}

/** Whether someone likes to be disturbed. */
export type PersonStatus = 'available' | 'away' | 'busy'

/** Bytes a second; 0 is no limit. */
export interface PersonLimits {
  readonly up: number
  readonly down: number
}

/** The people this peer knows. */
export interface PeopleApi {
  /** Everyone known, those online first, then by name. */
  list(): Promise<readonly Person[]>
  /** The one with this name, full id, or unique id of 8 characters (`NAME#shortid` where names clash). */
  find(who: string): Promise<Person>
  /** Limits how fast files go to and come from someone; what is left out stays as it is. */
  setLimits(id: PeerId, limits: Partial<PersonLimits>): Promise<Person>
}
