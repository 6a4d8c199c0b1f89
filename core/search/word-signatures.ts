import { Growth, grown } from './growing.js'
import { letterBit } from './letters.js'

const FIRST_WORDS = 1024
/** Where the slices of letters, of neighbours, of letters in order and of lengths begin. */
const NEIGHBOURS = 32
const ORDERED = NEIGHBOURS + 64
const LENGTHS = ORDERED + 64
const LONGEST = 20
const SLICES = LENGTHS + LONGEST + 1
/** A longer word has so many pairs that it is taken to have all in order. */
const MOST_LETTERS = 24
/** Slices that are looked at for a word: more of them sift no better. */
const MOST_SLICES = 16
const NOTHING = new Int32Array(0)

/**
 * For each letter, kind of two letters side by side, kind of two letters in order, and length, the words that have it, as bits by
 * number. Few words have all that the word of a query needs, and only those are looked at.
 */
export class WordSignatures {
  readonly #slices: Int32Array[] = Array.from({ length: SLICES }, () => new Int32Array(FIRST_WORDS >> 5))
  readonly #growth = new Growth(
    FIRST_WORDS,
    this.#slices.map((_, slice) => (length: number) => {
      this.#slices[slice] = grown(this.#slices[slice] ?? NOTHING, (length + 31) >> 5)
    }),
  )

  add(number: number, units: Uint16Array, from: number, length: number): void {
    this.#growth.reach(number)
    const at = number >>> 5
    const bit = 1 << (number & 31)
    const all = length > MOST_LETTERS
    this.#set(lengthOf(length), at, bit)
    for (let i = 0; i < length; i++) {
      const letter = letterBit(units[from + i] ?? 0)
      this.#set(letter, at, bit)
      if (i + 1 < length) this.#set(neighbours(letter, letterBit(units[from + i + 1] ?? 0)), at, bit)
      if (all) continue
      for (let j = i + 1; j < length; j++)
        this.#set(ordered(letter, letterBit(units[from + j] ?? 0)), at, bit)
    }
    if (all) for (let slice = ORDERED; slice < LENGTHS; slice++) this.#set(slice, at, bit)
  }

  remove(number: number): void {
    const at = number >>> 5
    const mask = ~(1 << (number & 31))
    for (const slice of this.#slices) slice[at] = (slice[at] ?? 0) & mask
  }

  /** Words below `end` that may have this word in them. */
  having(word: Uint16Array, end: number): number[] {
    const wanted = new Set<number>()
    for (let i = 0; i + 1 < word.length; i++) {
      wanted.add(neighbours(letterBit(word[i] ?? 0), letterBit(word[i + 1] ?? 0)))
    }
    for (const unit of word) wanted.add(letterBit(unit))
    return this.#withAll([...wanted], end)
  }

  /** Words below `end` that may have all letters of this word in its order. */
  inOrder(word: Uint16Array, end: number): number[] {
    const wanted = new Set<number>()
    // Letters far apart first: short words have few such pairs.
    for (let apart = word.length - 1; apart > 0; apart--) {
      for (let i = 0; i + apart < word.length; i++) {
        wanted.add(ordered(letterBit(word[i] ?? 0), letterBit(word[i + apart] ?? 0)))
      }
    }
    const letters = new Set(Array.from(word, letterBit))
    return this.#withAll([...letters, ...wanted], end)
  }

  /** Words below `end` that lack at most so many of the letters of this word, and are as long but for that many; 1 or 2. */
  lacking(word: Uint16Array, most: number, end: number): number[] {
    const letters = this.#chosen([...new Set(Array.from(word, letterBit))])
    const lengths = new Set<number>()
    for (let length = word.length - most; length <= word.length + most; length++)
      lengths.add(lengthOf(length))
    const ofLength = this.#chosen([...lengths])
    const found: number[] = []
    for (let i = 0, words = (end + 31) >>> 5; i < words; i++) {
      let left = 0
      for (let k = 0; k < ofLength.length; k++) left |= ofLength[k]?.[i] ?? 0
      if (left === 0) continue
      // Words that lack one, two and three letters at least.
      let one = 0
      let two = 0
      let three = 0
      for (let k = 0; k < letters.length && left !== 0; k++) {
        const lacking = ~(letters[k]?.[i] ?? 0)
        three |= two & lacking
        two |= one & lacking
        one |= lacking
        left &= ~(most === 1 ? two : three)
      }
      for (; left !== 0; left &= left - 1) found.push((i << 5) | (31 - Math.clz32(left & -left)))
    }
    return found
  }

  #withAll(wanted: readonly number[], end: number): number[] {
    const slices = this.#chosen(wanted.slice(0, MOST_SLICES))
    const [first = NOTHING, second = first, third = second] = slices
    const rest = slices.slice(3)
    const found: number[] = []
    for (let i = 0, words = (end + 31) >>> 5; i < words; i++) {
      let left = (first[i] ?? 0) & (second[i] ?? 0) & (third[i] ?? 0)
      for (let k = 0; left !== 0 && k < rest.length; k++) left &= rest[k]?.[i] ?? 0
      for (; left !== 0; left &= left - 1) found.push((i << 5) | (31 - Math.clz32(left & -left)))
    }
    return found
  }

  #chosen(numbers: readonly number[]): Int32Array[] {
    return numbers.map(number => this.#slices[number] ?? NOTHING)
  }

  #set(slice: number, at: number, bit: number): void {
    const words = this.#slices[slice] ?? NOTHING
    words[at] = (words[at] ?? 0) | bit
  }
}

function neighbours(first: number, second: number): number {
  return NEIGHBOURS + ((first * 11 + second * 29 + (first >> 2)) & 63)
}

function ordered(first: number, second: number): number {
  return ORDERED + ((first * 11 + second * 29 + (first >> 2)) & 63)
}

function lengthOf(length: number): number {
  return LENGTHS + Math.min(length, LONGEST)
}
