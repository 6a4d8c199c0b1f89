import { isTypoOf } from './typo.js'

/** How a word matches, best first. */
export const MATCH = { exact: 0, prefix: 1, substring: 2, typo: 3, abbreviation: 4 } as const
export const MATCH_CLASSES = 5
/** Stands for "does not match". */
export const NO_MATCH = 255

/**
 * How the word of a query matches a word of a path, both folded: `length` units from `from` on. `typos` are those
 * that the word may have. An abbreviation is what fuzzysearch-ts calls a subsequence.
 */
export function matchOf(
  word: Uint16Array,
  units: Uint16Array,
  from: number,
  length: number,
  typos: number,
): number {
  const isAbbreviation = isSubsequence(word, units, from, length)
  if (isAbbreviation) {
    const at = indexOf(word, units, from, length)
    if (at >= 0) return classOf(at, word.length, length)
  }
  if (typos > 0 && isTypoOf(word, units, from, length, typos)) return MATCH.typo
  return isAbbreviation ? MATCH.abbreviation : NO_MATCH
}

/** How a word matches that is in another, at some place. */
export function classOf(at: number, wordLength: number, length: number): number {
  if (at > 0) return MATCH.substring
  return length === wordLength ? MATCH.exact : MATCH.prefix
}

/** Whether the letters of the word come in that order. */
export function isSubsequence(word: Uint16Array, units: Uint16Array, from: number, length: number): boolean {
  const letters = word.length
  const end = from + length
  let next = 0
  let wanted = word[0]
  for (let at = from; at < end; at++) {
    if (units[at] !== wanted) continue
    if (++next === letters) return true
    wanted = word[next]
  }
  return false
}

/** Where the word is in these letters; -1 where it is not. */
export function indexOf(word: Uint16Array, units: Uint16Array, from: number, length: number): number {
  const letters = word.length
  const first = word[0]
  const last = from + length - letters
  for (let at = from; at <= last; at++) {
    if (units[at] !== first) continue
    let same = 1
    while (same < letters && units[at + same] === word[same]) same++
    if (same === letters) return at - from
  }
  return -1
}
