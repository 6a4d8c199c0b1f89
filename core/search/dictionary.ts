import { grownInt32, grownLength } from './growing.js'
import { isSubsequence } from './subsequence.js'
import { isTypoOf, typosAllowed } from './typo.js'

/** How a word matches, best first. */
export const MATCH = { exact: 0, prefix: 1, substring: 2, typo: 3, abbreviation: 4 } as const
export const MATCH_CLASSES = 5
/** Stands for "does not match". */
export const NO_MATCH = 255

/** How the word of a query matches a word of a path; both folded. This is the rule; the scan below only skips. */
export function matchOf(word: string, token: string): number {
  const at = token.indexOf(word)
  if (at === 0) return token.length === word.length ? MATCH.exact : MATCH.prefix
  if (at > 0) return MATCH.substring
  const typos = typosAllowed(word.length)
  if (typos > 0 && isTypoOf(word, token, typos)) return MATCH.typo
  return isSubsequence(word, token) ? MATCH.abbreviation : NO_MATCH
}

/** Every distinct word of all names, numbered; a number is free again when nothing holds its word. */
export class Dictionary {
  readonly #numbers = new Map<string, number>()
  readonly #tokens: string[] = []
  #masks = new Int32Array(1024)
  #lengths = new Int32Array(1024)
  readonly #free: number[] = []

  /** One above the highest number given out. */
  get end(): number {
    return this.#tokens.length
  }

  /** The number of a word, a new one if need be. */
  number(token: string): number {
    const known = this.#numbers.get(token)
    if (known !== undefined) return known
    const number = this.#free.pop() ?? this.#tokens.length
    if (number >= this.#masks.length) {
      this.#masks = grownInt32(this.#masks, grownLength(number))
      this.#lengths = grownInt32(this.#lengths, this.#masks.length)
    }
    this.#numbers.set(token, number)
    this.#tokens[number] = token
    this.#masks[number] = letterMask(token)
    this.#lengths[number] = token.length
    return number
  }

  /** Forgets a word that nothing holds. */
  remove(number: number): void {
    this.#numbers.delete(this.#tokens[number] ?? '')
    this.#tokens[number] = ''
    this.#masks[number] = 0
    this.#lengths[number] = 0
    this.#free.push(number)
  }

  /** All words that a word of a query matches, by class: `found[class]` are their numbers. */
  match(word: string, worst: number = MATCH.abbreviation): readonly (readonly number[])[] {
    const found: number[][] = Array.from({ length: MATCH_CLASSES }, () => [])
    const mask = letterMask(word)
    const typos = worst >= MATCH.typo ? typosAllowed(word.length) : 0
    const shortest = word.length - typos
    const longest = word.length + typos
    const masks = this.#masks
    const lengths = this.#lengths
    for (let number = 0, end = this.end; number < end; number++) {
      const other = masks[number] ?? 0
      const missing = mask & ~other
      // A word whose letters are not all there can only be a typo, and each typo loses one letter at most.
      if (missing !== 0) {
        if (typos === 0 || bits(missing) > typos || bits(other & ~mask) > typos) continue
        const length = lengths[number] ?? 0
        if (length < shortest || length > longest) continue
      } else if ((lengths[number] ?? 0) < shortest) continue
      const match = matchOf(word, this.#tokens[number] ?? '')
      if (match <= worst) found[match]?.push(number)
    }
    return found
  }
}

// 26 letters, 5 pairs of digits, and one bit for all the rest.
function letterMask(text: string): number {
  let mask = 0
  for (let i = 0; i < text.length; i++) mask |= 1 << letterBit(text.charCodeAt(i))
  return mask
}

function letterBit(code: number): number {
  if (code >= 97 && code <= 122) return code - 97
  return code >= 48 && code <= 57 ? 26 + ((code - 48) >> 1) : 31
}

function bits(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
