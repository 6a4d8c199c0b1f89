import type { PeerId } from '../core/identity/index.js'
import { nameKey } from '../core/paths/index.js'

/** What the order of people goes by. */
export interface Ordered {
  readonly id: PeerId
  readonly name: string
  readonly session: object | undefined
}

interface Place {
  /** Names are compared in this form; to make it costs more than to compare it. */
  readonly key: string
  readonly online: boolean
}

/**
 * Those online first, then by name: kept in order as people come and go, for after a restart everyone comes, and each
 * asks who is here.
 */
export class PeopleOrder<P extends Ordered> {
  readonly #lists: { readonly online: P[]; readonly offline: P[] } = { online: [], offline: [] }
  readonly #places = new Map<P, Place>()
  #isSorted = false

  /** Someone is new, or has another name or presence than before. */
  put(person: P): void {
    const key = nameKey(person.name)
    const online = person.session !== undefined
    const before = this.#places.get(person)
    if (before?.key === key && before.online === online) return
    this.remove(person)
    const list = this.#listOf(online)
    if (this.#isSorted) list.splice(this.#findPlace(list, key, person.id), 0, person)
    else list.push(person)
    this.#places.set(person, { key, online })
  }

  remove(person: P): void {
    const before = this.#places.get(person)
    if (!before) return
    const list = this.#listOf(before.online)
    const at = this.#isSorted ? this.#findPlace(list, before.key, person.id) : list.indexOf(person)
    list.splice(at, 1)
    this.#places.delete(person)
  }

  get online(): readonly P[] {
    this.#sort()
    return this.#lists.online
  }

  get offline(): readonly P[] {
    this.#sort()
    return this.#lists.offline
  }

  /** Those of a few, in the order by name. */
  byName(people: readonly P[]): P[] {
    return [...people].sort((a, b) => this.#compare(a, this.#keyOf(b), b.id))
  }

  #listOf(online: boolean): P[] {
    return online ? this.#lists.online : this.#lists.offline
  }

  #sort(): void {
    if (this.#isSorted) return
    for (const list of [this.#lists.online, this.#lists.offline])
      list.sort((a, b) => this.#compare(a, this.#keyOf(b), b.id))
    this.#isSorted = true
  }

  /** Where someone of this name is, or belongs. */
  #findPlace(list: readonly P[], key: string, id: PeerId): number {
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      const person = list[middle]
      if (person && this.#compare(person, key, id) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #compare(person: P, key: string, id: PeerId): number {
    const own = this.#keyOf(person)
    if (own !== key) return own < key ? -1 : 1
    return person.id < id ? -1 : Number(person.id > id)
  }

  #keyOf(person: P): string {
    return this.#places.get(person)?.key ?? ''
  }
}
