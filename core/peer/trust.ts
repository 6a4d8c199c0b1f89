import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { ContactsBook } from './contacts-book.js'

/** What deciding about someone needs. */
export interface TrustOptions {
  readonly contacts: ContactsBook
  readonly name: (id: PeerId) => string
}

/** With whom this peer has to do, by what the person said of them. */
export class Trust {
  readonly #options: TrustOptions

  constructor(options: TrustOptions) {
    this.#options = options
  }

  isBlocked(id: PeerId): boolean {
    return this.#options.contacts.of(id).blocked === true
  }

  isVerified(id: PeerId): boolean {
    return this.#options.contacts.of(id).verified === true
  }

  /** Why there are no messages and transfers with someone; undefined where nothing stands against them. */
  refusal(id: PeerId): PeerError | undefined {
    const { contacts, name } = this.#options
    const { blocked, changedFrom } = contacts.of(id)
    if (blocked) return new PeerError('BLOCKED', `You have blocked ${name(id)}. Unblock them first.`)
    if (!changedFrom) return undefined
    return new PeerError(
      'KEY_CHANGED',
      `${name(id)} has another key than the one you know by that name. Compare the words with them, then accept the key or block it.`,
    )
  }

  /** Throws why not. */
  check(id: PeerId): void {
    const refusal = this.refusal(id)
    if (refusal) throw refusal
  }
}

/** What someone who is blocked is told on a connection: the same as of someone who is not there. */
export function notThere(): PeerError {
  return new PeerError('OFFLINE', 'They are not online.')
}
