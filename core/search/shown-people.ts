import type { PeerId } from '../identity/index.js'
import type { Owners } from './owners.js'

/** What a search asks of a person; undefined hides this person's entries. */
export type PersonLookup = (id: PeerId) => { readonly name: string; readonly online: boolean } | undefined

const UNKNOWN = 0
const HIDDEN = 1
const OFFLINE = 2
const ONLINE = 3

/** What one search knows of owners, each asked for once. */
export class ShownPeople {
  readonly #owners: Owners
  readonly #people: PersonLookup
  readonly #states: Uint8Array

  constructor(owners: Owners, people: PersonLookup) {
    this.#owners = owners
    this.#people = people
    this.#states = new Uint8Array(owners.end)
  }

  /** Whether anyone's entries are hidden. */
  get hidesSome(): boolean {
    for (let owner = 0; owner < this.#states.length; owner++) {
      if (this.#owners.id(owner) && !this.shows(owner)) return true
    }
    return false
  }

  /** Whether anyone who is shown is online. */
  get anyOnline(): boolean {
    for (let owner = 0; owner < this.#states.length; owner++) {
      if (this.#owners.id(owner) && this.isOnline(owner)) return true
    }
    return false
  }

  shows(owner: number): boolean {
    return this.#state(owner) !== HIDDEN
  }

  isOnline(owner: number): boolean {
    return this.#state(owner) === ONLINE
  }

  person(owner: number): ReturnType<PersonLookup> {
    const id = this.#owners.id(owner)
    return id && this.#people(id)
  }

  #state(owner: number): number {
    const known = this.#states[owner] ?? HIDDEN
    if (known !== UNKNOWN) return known
    const person = this.person(owner)
    const state = person === undefined ? HIDDEN : person.online ? ONLINE : OFFLINE
    this.#states[owner] = state
    return state
  }
}
