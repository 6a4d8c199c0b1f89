import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { Transfer } from './transfers.js'

/** Something to send: files and folders of this computer, to one person or several. */
export interface SendRequest {
  readonly to: readonly PeerId[]
  readonly paths: readonly string[]
}

/**
 * How an offer that was received stands: waiting for an answer (`later`: put off), accepted, done or declined.
 * What was declined can still be accepted until `undoUntil`. One that its sender takes back is gone.
 */
export type OfferState = 'waiting' | 'later' | 'accepted' | 'done' | 'declined'

/** One file or folder of an offer. */
export interface OfferedEntry {
  readonly type: 'file' | 'folder'
  /** In the offer. */
  readonly path: string
  /** Bytes; 0 of a folder. */
  readonly size: number
  readonly mtime: number
  readonly root?: Root
}

/** What someone wants to send here. */
export interface Offer {
  /** 128 bits as 32 hex digits. */
  readonly id: string
  readonly from: PeerId
  readonly fromName: string
  /** What it is called: the name of the first thing, and how many more there are. */
  readonly name: string
  readonly state: OfferState
  readonly files: number
  readonly bytes: number
  /** Files and folders in all. */
  readonly count: number
  /** The first 100 of them. */
  readonly entries: readonly OfferedEntry[]
  /** When it was made, by the sender's clock; ms since 1970. */
  readonly at: number
  readonly undoUntil?: number
  /** The downloads it became; none while its sender doesn't know yet that it is accepted. */
  readonly transfers: readonly string[]
}

/** How an offer is accepted. */
export interface AcceptChoice {
  /** Only these paths of it, folders with all that is in them. Default: everything. */
  readonly entries?: readonly string[]
  /** The folder it goes into. Default: the downloads folder. */
  readonly target?: string
  /** New names, by path in the offer. */
  readonly rename?: Readonly<Record<string, string>>
}

/** What happens to offers of one person without asking. `up-to` accepts as much as `bytes` an offer. */
export type ConsentRule =
  | { readonly kind: 'ask' | 'always' | 'never' }
  | { readonly kind: 'up-to'; readonly bytes: number }

/** A person's rule; it is bound to the id, whatever the name. */
export interface PersonRule {
  readonly person: PeerId
  readonly name: string
  readonly rule: ConsentRule
}

/** Sending with consent. */
export interface OffersApi {
  /** What others offer, newest first, until it is over and can't be undone. */
  list(): Promise<readonly Offer[]>
  /** A page of what is in one; its sender is asked where it isn't known here: OFFLINE when they are away. */
  entries(
    id: string,
    page?: { readonly offset?: number; readonly limit?: number },
  ): Promise<readonly OfferedEntry[]>
  /** Offers files to people, a transfer for each of them; it waits for whoever is offline. */
  send(request: SendRequest): Promise<readonly Transfer[]>
  /**
   * Accepts all of an offer or some. Its downloads start when its sender knows: at once, or when they are
   * back; `transfers` names them then.
   */
  accept(id: string, choice?: AcceptChoice): Promise<Offer>
  /** It can still be accepted for ten minutes. */
  decline(id: string): Promise<Offer>
  /** Tells the sender that it was seen; it stays on the list. */
  later(id: string): Promise<Offer>
  /** The rules that are not `ask`. */
  rules(): Promise<readonly PersonRule[]>
  setRule(person: PeerId, rule: ConsentRule): Promise<PersonRule>
}
