import type { PeerId } from '../../core/identity/index.js'
import type { PersonLookup } from '../../core/search/index.js'

/** What those who look for entries need to know of a person. */
export interface PersonView {
  readonly id: PeerId
  readonly name: string
  readonly online: boolean
  /** Nobody is shown what someone banned shares. */
  readonly banned: boolean
  /** Who is not shown what the person shares. */
  readonly blocked: readonly PeerId[]
}

/** Someone who is registered no more. */
export interface GonePerson {
  readonly id: PeerId
  readonly gone: true
}

interface Known {
  readonly name: string
  readonly online: boolean
  readonly banned: boolean
  readonly blocked: ReadonlySet<PeerId> | undefined
}

/** The people of a registry as its shares know them: told from the loop that serves connections. */
export class KnownPeople {
  readonly #people = new Map<PeerId, Known>()

  has(id: PeerId): boolean {
    return this.#people.has(id)
  }

  learn(news: readonly (PersonView | GonePerson)[]): void {
    for (const person of news) {
      if ('gone' in person) this.#people.delete(person.id)
      else this.#people.set(person.id, knownOf(person))
    }
  }

  /** People as an asker may see them. */
  shownTo(asker: PeerId): PersonLookup {
    return id => {
      const person = this.#people.get(id)
      return person && !person.banned && !person.blocked?.has(asker) ? person : undefined
    }
  }
}

function knownOf({ name, online, banned, blocked }: PersonView): Known {
  return { name, online, banned, blocked: blocked.length > 0 ? new Set(blocked) : undefined }
}
