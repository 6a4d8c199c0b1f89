import { ChainedHash } from './chained-hash.js'
import { Growth, grown, grownLength } from './growing.js'
import { letterMask } from './letters.js'
import { classOf, indexOf, isSubsequence, MATCH, MATCH_CLASSES, matchOf } from './match.js'
import { bits } from './row-set.js'
import { isTypoOf, typosAllowed } from './typo.js'
import { WordSignatures } from './word-signatures.js'

const FIRST_LENGTH = 1024
const NONE = -1

/**
 * Every distinct word of all names, numbered; a number is free again when nothing holds its word. The letters of all
 * words lie in one row.
 */
export class Dictionary {
  #units = new Uint16Array(8 * FIRST_LENGTH)
  #unitsEnd = 0
  #at = new Uint32Array(FIRST_LENGTH)
  #lengths = new Uint16Array(FIRST_LENGTH)
  #masks = new Int32Array(FIRST_LENGTH)
  readonly #growth = new Growth(FIRST_LENGTH, [
    length => {
      this.#at = grown(this.#at, length)
    },
    length => {
      this.#lengths = grown(this.#lengths, length)
    },
    length => {
      this.#masks = grown(this.#masks, length)
    },
  ])
  readonly #signatures = new WordSignatures()
  readonly #hash: ChainedHash
  readonly #seed: number
  readonly #free: number[] = []
  /** Freed room, by its length. */
  readonly #freeUnits: number[][] = []
  #end = 0

  /** The seed makes the hashes of words unknown to those who choose the words. */
  constructor(seed: number) {
    this.#seed = seed
    this.#hash = new ChainedHash(number =>
      hashOf(this.#units, this.#at[number] ?? 0, this.#lengths[number] ?? 0, seed),
    )
  }

  /** One above the highest number given out. */
  get end(): number {
    return this.#end
  }

  /** The number of a word, `length` units from `from` on; -1 for one that is not here. */
  find(units: Uint16Array, from: number, length: number): number {
    let number = this.#hash.first(hashOf(units, from, length, this.#seed))
    while (number !== NONE && !this.#is(number, units, from, length)) number = this.#hash.next(number)
    return number
  }

  /** The number of a word, a new one if need be. */
  number(units: Uint16Array, from: number, length: number): number {
    const known = this.find(units, from, length)
    if (known !== NONE) return known
    const number = this.#free.pop() ?? this.#end++
    this.#growth.reach(number)
    const at = this.#freeUnits[length]?.pop() ?? this.#take(length)
    for (let i = 0; i < length; i++) this.#units[at + i] = units[from + i] ?? 0
    this.#at[number] = at
    this.#lengths[number] = length
    this.#masks[number] = letterMask(units, from, length)
    this.#signatures.add(number, units, from, length)
    this.#hash.add(number, hashOf(units, from, length, this.#seed))
    return number
  }

  /** Forgets a word that nothing holds. */
  remove(number: number): void {
    const at = this.#at[number] ?? 0
    const length = this.#lengths[number] ?? 0
    this.#hash.remove(number, hashOf(this.#units, at, length, this.#seed))
    const list = this.#freeUnits[length]
    if (list) list.push(at)
    else this.#freeUnits[length] = [at]
    this.#lengths[number] = 0
    this.#masks[number] = 0
    this.#signatures.remove(number)
    this.#free.push(number)
  }

  /** The words that are a word of a query, begin with it, or have it in them: their numbers by class. */
  having(word: Uint16Array): readonly (readonly number[])[] {
    const found: number[][] = [[], [], []]
    for (const number of this.#signatures.having(word, this.#end)) {
      const length = this.#lengths[number] ?? 0
      const at = indexOf(word, this.#units, this.#at[number] ?? 0, length)
      if (at >= 0) found[classOf(at, word.length, length)]?.push(number)
    }
    return found
  }

  /** The words that are like a word of a query but for typos, and those that it abbreviates: their numbers by class. */
  resembling(word: Uint16Array): readonly (readonly number[])[] {
    const found: number[][] = Array.from({ length: MATCH_CLASSES }, () => [])
    const typos = typosAllowed(word.length)
    for (const number of this.#signatures.inOrder(word, this.#end)) {
      found[this.#match(word, number, typos)]?.push(number)
    }
    if (typos === 0) return found
    const mask = letterMask(word, 0, word.length)
    for (const number of this.#signatures.lacking(word, typos, this.#end)) {
      // Each typo brings one letter more at most. What has all letters in order was looked at above.
      if (bits((this.#masks[number] ?? 0) & ~mask) > typos) continue
      const at = this.#at[number] ?? 0
      const length = this.#lengths[number] ?? 0
      if (isSubsequence(word, this.#units, at, length)) continue
      if (isTypoOf(word, this.#units, at, length, typos)) found[MATCH.typo]?.push(number)
    }
    return found
  }

  #match(word: Uint16Array, number: number, typos: number): number {
    return matchOf(word, this.#units, this.#at[number] ?? 0, this.#lengths[number] ?? 0, typos)
  }

  #is(number: number, units: Uint16Array, from: number, length: number): boolean {
    if (this.#lengths[number] !== length) return false
    const own = this.#units
    const at = this.#at[number] ?? 0
    for (let i = 0; i < length; i++) if (own[at + i] !== units[from + i]) return false
    return true
  }

  #take(length: number): number {
    const at = this.#unitsEnd
    this.#unitsEnd += length
    if (this.#unitsEnd > this.#units.length) this.#units = grown(this.#units, grownLength(this.#unitsEnd))
    return at
  }
}

/** FNV-1a from a seed on. */
function hashOf(units: Uint16Array, from: number, length: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ (units[i] ?? 0), 0x01000193)
  return hash | 0
}
