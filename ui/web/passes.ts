import { isToken, newToken } from './token.js'

/** How long a ticket waits to be used. */
const TICKET_MS = 60_000

/** What lets a page in: the token, always; a ticket, once and for a minute. */
export class Passes {
  readonly token = newToken()
  readonly #tickets = new Map<string, number>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  issueTicket(): string {
    const ticket = newToken()
    this.#tickets.set(ticket, this.#now() + TICKET_MS)
    return ticket
  }

  /** Which pass this is, if any; a ticket is spent by it. */
  check(given: string): 'token' | 'ticket' | undefined {
    if (isToken(given, this.token)) return 'token'
    for (const [ticket, until] of [...this.#tickets]) {
      if (until < this.#now()) this.#tickets.delete(ticket)
      else if (isToken(given, ticket)) {
        this.#tickets.delete(ticket)
        return 'ticket'
      }
    }
    return undefined
  }
}
