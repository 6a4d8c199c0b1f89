import type { PeerId, ThreadId } from '../identity/index.js'
import type { ChatMessage, ChatThread } from './chat.js'
import type { Subscription } from './downloads.js'
import type { Failure } from './failure.js'
import type { Offer } from './offers.js'
import type { Person } from './people.js'
import type { FoundFile, SavedSearch } from './search.js'
import type { Settings } from './settings.js'
import type { ShareProgress } from './share.js'
import type { FoundRegistry, RegistryStatus } from './status.js'
import type { Transfer } from './transfers.js'

/** What happened, for front ends. An event carries the new state of one thing, never a difference. */
export type PeerEvent =
  | { readonly kind: 'person'; readonly person: Person }
  /** Someone appears under a name that this person knows by another key: nothing goes on with them until they decide. */
  | { readonly kind: 'key-changed'; readonly person: Person; readonly before: Person }
  | { readonly kind: 'transfer'; readonly transfer: Transfer }
  | { readonly kind: 'transfer-removed'; readonly id: string }
  | { readonly kind: 'offer'; readonly offer: Offer }
  | { readonly kind: 'offer-removed'; readonly id: string }
  | { readonly kind: 'subscription'; readonly subscription: Subscription }
  | { readonly kind: 'subscription-removed'; readonly id: string }
  /** A saved search is another now; `found` is what it has just found. */
  | { readonly kind: 'saved-search'; readonly search: SavedSearch; readonly found: readonly FoundFile[] }
  | { readonly kind: 'saved-search-removed'; readonly id: string }
  /** A message that is new, or another now; it takes the place of what was there with its id. */
  | { readonly kind: 'message'; readonly message: ChatMessage }
  /** A thread has other unread messages, another draft or rule, or is empty now. */
  | { readonly kind: 'thread'; readonly thread: ChatThread }
  /** Someone is writing in this thread just now; told every few seconds as long as they do. */
  | { readonly kind: 'typing'; readonly thread: ThreadId; readonly from: PeerId }
  | { readonly kind: 'share'; readonly progress: ShareProgress }
  | { readonly kind: 'registry'; readonly registry: RegistryStatus }
  /** All that are seen on the network now. */
  | { readonly kind: 'registries'; readonly found: readonly FoundRegistry[] }
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'closed'; readonly error?: Failure }
