import type { SearchHit } from '../wire/index.js'
import { fold, wordsOf } from './fold.js'
import { lettersOf } from './letters.js'
import { matchOf, NO_MATCH } from './match.js'
import type { Query } from './query.js'
import { rankKey } from './ranking.js'
import { typosAllowed } from './typo.js'

/** Above the cost of any match. */
const NO_COST = 15

/** What an index would have ranked a hit by, so that the hits of several can be one list: the better, the smaller. */
export function rankOf({ path, owners, ownerCount }: SearchHit, query: Query): number {
  const online = owners.some(owner => owner.online)
  return rankKey(costOf(path, query), online, ownerCount, Buffer.byteLength(nameOf(path)))
}

/** Twice the class of the worst word's best match, one more where that is in a folder's name. */
function costOf(path: string, query: Query): number {
  const name = fold(nameOf(path))
  const inName = wordsOf(name).map(lettersOf)
  const inFolders = wordsOf(fold(path.slice(0, path.length - nameOf(path).length))).map(lettersOf)
  let worst = query.phrases.every(phrase => name.includes(phrase)) ? 0 : 1
  for (const text of query.words) {
    const word = lettersOf(text)
    worst = Math.max(worst, Math.min(2 * bestMatch(word, inName), 2 * bestMatch(word, inFolders) + 1))
  }
  return Math.min(worst, NO_COST)
}

function bestMatch(word: Uint16Array, words: readonly Uint16Array[]): number {
  const typos = typosAllowed(word.length)
  return words.reduce(
    (best, one) => Math.min(best, matchOf(word, one, 0, one.length, typos)),
    NO_MATCH as number,
  )
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
