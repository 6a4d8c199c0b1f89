import type { PeerId } from '../identity/index.js'
import { NONE } from './entry-table.js'

/** Numbers for owners, each with the top row of its tree. */
export class Owners {
  readonly #numbers = new Map<PeerId, number>()
  readonly #ids: (PeerId | undefined)[] = []
  readonly #tops: number[] = []
  readonly #free: number[] = []

  /** One above the highest number given out. */
  get end(): number {
    return this.#ids.length
  }

  /** NONE for one who has nothing here. */
  number(id: PeerId): number {
    return this.#numbers.get(id) ?? NONE
  }

  id(number: number): PeerId | undefined {
    return this.#ids[number]
  }

  /** The row of its share; NONE for one who has nothing here. */
  top(id: PeerId): number {
    return this.#tops[this.number(id)] ?? NONE
  }

  add(id: PeerId, makeTop: (number: number) => number): number {
    const number = this.#free.pop() ?? this.#ids.length
    this.#numbers.set(id, number)
    this.#ids[number] = id
    this.#tops[number] = makeTop(number)
    return number
  }

  remove(id: PeerId): void {
    const number = this.number(id)
    this.#numbers.delete(id)
    this.#ids[number] = undefined
    this.#tops[number] = NONE
    this.#free.push(number)
  }

  get all(): readonly PeerId[] {
    return [...this.#numbers.keys()]
  }
}
