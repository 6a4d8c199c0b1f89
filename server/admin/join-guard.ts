import { createHash, timingSafeEqual } from 'node:crypto'
import { PeerError } from '../../core/errors/index.js'

/** The secret now, if one is needed, and how many wrong ones a minute are taken. */
export interface JoinRules {
  readonly joinSecret: string | undefined
  readonly wrongSecretsAMinute: number
}

const MINUTE_MS = 60_000

/** Asks who registers for the join secret, and lets nobody try many. */
export class JoinGuard {
  readonly #rules: JoinRules
  /** When wrong secrets came, by who gave them; oldest first. */
  readonly #wrong = new Map<string, readonly number[]>()

  constructor(rules: JoinRules) {
    this.#rules = rules
  }

  /** Why this secret does not let in. `from` is whose tries are counted; `now` in ms. */
  refusal(given: string | undefined, from: string, now: number): PeerError | undefined {
    const { joinSecret, wrongSecretsAMinute } = this.#rules
    if (joinSecret === undefined) return undefined
    if (given === undefined) return badSecret('This registry needs its join secret.')
    const recent = this.#recent(from, now)
    if (recent.length >= wrongSecretsAMinute) return tooMany()
    if (isSame(given, joinSecret)) return undefined
    this.#wrong.set(from, [...recent, now])
    return badSecret('That is not the join secret of this registry.')
  }

  #recent(from: string, now: number): readonly number[] {
    for (const [other, times] of this.#wrong)
      if (now - (times.at(-1) ?? 0) >= MINUTE_MS) this.#wrong.delete(other)
    return (this.#wrong.get(from) ?? []).filter(time => now - time < MINUTE_MS)
  }
}

/** In a time that depends on neither: hashes have one length. */
function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(hash(given), hash(secret))
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text.normalize('NFC')).digest()
}

function badSecret(what: string): PeerError {
  return new PeerError('BAD_SECRET', `${what} Ask who runs it, and join again with it.`)
}

function tooMany(): PeerError {
  return new PeerError('TOO_BUSY', 'Too many wrong join secrets came from there. Wait a minute.')
}
