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
  /** Set where they can't browse, search, fetch, offer or write, and see this peer as offline. */
  readonly blocked?: true
  /** Set where nothing that they do is to make a notice. */
  readonly muted?: true
  readonly favourite?: true
  /** What this person calls them; nobody else sees it. */
  readonly nickname?: string
  /** For this person's eyes only. */
  readonly note?: string
  /**
   * Set where someone with this name was known by another key, whose id this is: no messages and transfers with
   * them until the person decides.
   */
  readonly changedFrom?: PeerId
  /** Set where the person said that they have another key now, whose id this is. */
  readonly replacedBy?: PeerId
}

/** What a person notes of someone; what is left out stays as it is, and an empty text takes it away. */
export interface ContactChange {
  readonly blocked?: boolean
  readonly muted?: boolean
  readonly favourite?: boolean
  readonly nickname?: string
  readonly note?: string
}

/** What two people compare to know that nobody stands between them: the same at both. */
export interface ContactWords {
  /** Twelve. */
  readonly words: readonly string[]
  /** The same as a text for a QR code, with both ids; taken by `verifyCode` at the other. */
  readonly code: string
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
  /** Blocks, mutes, favours, names or notes someone. */
  setContact(id: PeerId, change: ContactChange): Promise<Person>
  /** What to compare with someone before saying that they are verified. */
  words(id: PeerId): Promise<ContactWords>
  /** Says that the words were compared and are the same, or takes it back. */
  setVerified(id: PeerId, verified: boolean): Promise<Person>
  /** Compares the code that someone shows, which says that they are verified; WRONG_PEER where a key differs. */
  verifyCode(code: string): Promise<Person>
  /** Takes someone with a changed key for the same person as before: not verified, with what was noted of them. */
  acceptKey(id: PeerId): Promise<Person>
}
