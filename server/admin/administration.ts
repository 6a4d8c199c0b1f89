import { PeerError } from '../../core/errors/index.js'
import { type PeerId, shortId } from '../../core/identity/index.js'
import type { Logger } from '../../core/log/index.js'
import type { People, Person } from '../people.js'
import type { Access, Subject } from './access.js'
import { subjectOf } from './subject.js'

/** What administering needs of a registry, be it running or not. */
export interface AdministrationOptions {
  readonly people: People
  readonly access: Access
  /** Whether someone is here, or coming in just now. */
  readonly isHere: (person: Person) => boolean
  /** Frees the name of someone who is not here. */
  readonly forget: (person: Person) => Promise<void>
  /** Ends the connections of all who may not be here any more; gives how many. */
  readonly letGo: () => number
  /** What others see of someone has changed. */
  readonly changed: (person: Person) => void
  readonly now: () => number
  readonly log: Logger
}

/** Someone who registered, or whom only a rule names. */
export interface ListedPerson {
  readonly id?: PeerId
  readonly name?: string
  readonly online: boolean
  /** ms since 1970; of someone who registered. */
  readonly lastSeen?: number
  readonly files: number
  readonly bytes: number
  readonly hashed: number
  readonly banned: boolean
  readonly allowed: boolean
  /** Why, where that was said. */
  readonly reason?: string
  /** Where someone is connected from. */
  readonly address?: string
}

const REASON_CHARACTERS = 200

/** What became of a ban. */
export type Banned = Subject & { readonly connectionsEnded: number }

/** What who runs a registry does about people. */
export class Administration {
  readonly #options: AdministrationOptions

  constructor(options: AdministrationOptions) {
    this.#options = options
  }

  /** Everyone who registered, those online first, then by name; then those whom only a rule names. */
  list(): readonly ListedPerson[] {
    const { people, access } = this.#options
    const known = [...people.all].map(person => this.#listed(person)).sort(compare)
    const strangers = [...access.rules.bans, ...access.rules.allowed]
      .filter(({ id }) => !id || !people.get(id))
      .map(({ id, name }) => this.#stranger(id, name))
    return [...known, ...strangers]
  }

  /** Someone may not be here any more, from now on. */
  async ban(who: string, reason?: string): Promise<Banned> {
    const { access, people, letGo, changed, now, log } = this.#options
    if (reason && reason.length > REASON_CHARACTERS)
      throw new PeerError('BAD_INPUT', `A reason has at most ${REASON_CHARACTERS} characters.`)
    const subject = subjectOf(who, people, access.rules)
    await access.ban(subject, now(), reason?.trim())
    const person = subject.id && people.get(subject.id)
    if (person) changed(person)
    const connectionsEnded = letGo()
    log.warn('banned', { ...readable(subject), ...(reason ? { reason } : {}), connectionsEnded })
    return { ...subject, connectionsEnded }
  }

  /** Lifts a ban; where only the allowed may be here, they may. */
  async allow(who: string): Promise<Subject> {
    const { access, people, changed, now, log } = this.#options
    const subject = subjectOf(who, people, access.rules)
    await access.allow([subject], now())
    const person = subject.id && people.get(subject.id)
    if (person) changed(person)
    log.warn('allowed', readable(subject))
    return subject
  }

  /** Allows all who have registered and are not banned; gives how many. */
  async allowKnown(): Promise<number> {
    const { access, people, now, log } = this.#options
    const known = [...people.all].filter(({ id }) => !access.isBanned({ id }))
    await access.allow(
      known.map(({ id, name }) => ({ id, name })),
      now(),
    )
    log.warn('allowed all who are known', { people: known.length })
    return known.length
  }

  /** Frees a name for another key. */
  async release(name: string): Promise<Subject> {
    const { people, isHere, forget, log } = this.#options
    const person = people.withName(name.trim())
    if (!person) throw new PeerError('NOT_FOUND', `Nobody called ${name} is registered here.`)
    if (isHere(person)) {
      throw new PeerError('BAD_INPUT', `${person.name} is here now. Ban them first, or wait until they left.`)
    }
    await forget(person)
    const { id } = person
    log.warn('released', readable({ id, name: person.name }))
    return { id, name: person.name }
  }

  #listed({ id, name, session, lastSeen, files, bytes, hashed }: Person): ListedPerson {
    const address = session?.connection.remote.host
    return {
      id,
      name,
      online: session !== undefined,
      lastSeen,
      files,
      bytes,
      hashed,
      ...this.#rulesOf(id, name),
      ...(address ? { address } : {}),
    }
  }

  #stranger(id: PeerId | undefined, name: string | undefined): ListedPerson {
    const who = { ...(id ? { id } : {}), ...(name === undefined ? {} : { name }) }
    return { ...who, online: false, files: 0, bytes: 0, hashed: 0, ...this.#rulesOf(id, name) }
  }

  #rulesOf(id: PeerId | undefined, name: string | undefined) {
    const { access } = this.#options
    const ban = access.banOf({ id, name })
    const reason = ban?.reason ? { reason: ban.reason } : {}
    return { banned: ban !== undefined, allowed: access.isAllowed({ id, name }), ...reason }
  }
}

function compare(a: ListedPerson, b: ListedPerson): number {
  return Number(b.online) - Number(a.online) || (a.name ?? '').localeCompare(b.name ?? '')
}

/** For the log. */
function readable({ id, name }: Subject): Record<string, string> {
  return { ...(id ? { id: shortId(id) } : {}), ...(name === undefined ? {} : { name }) }
}
