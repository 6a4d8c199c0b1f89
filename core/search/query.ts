import { PeerError } from '../errors/index.js'
import { LIMITS } from '../wire/index.js'
import { fold, wordsOf } from './fold.js'

/** Words in all terms together: a term such as `a-b.c` holds three. */
const MAX_WORDS = 24

/** A query taken apart; all of it folded. */
export interface Query {
  /** Each must match a word of the path. */
  readonly words: readonly string[]
  /** Each must be in the path as it is. */
  readonly phrases: readonly string[]
  /** None may be part of a word of the path. */
  readonly excludedWords: readonly string[]
  /** None may be in the path. */
  readonly excludedPhrases: readonly string[]
}

/** Reads a query: words, `-word`, `"exact words"`, `-"exact words"`. BAD_INPUT where it can't be searched for. */
export function parseQuery(text: string): Query {
  const query = text.trim()
  if (query.length < 2 || query.length > LIMITS.queryCharacters) {
    throw badQuery(`A search has 2 to ${LIMITS.queryCharacters} characters.`)
  }
  const terms = termsOf(query)
  if (terms.length > LIMITS.queryTerms) throw badQuery(`A search has at most ${LIMITS.queryTerms} words.`)
  const phrases = terms.filter(term => term.quoted && !term.excluded).map(term => fold(term.text))
  const words = terms.filter(term => !term.quoted && !term.excluded).flatMap(term => wordsOf(fold(term.text)))
  const parsed: Query = {
    words: [...new Set(words)],
    phrases,
    excludedWords: terms
      .filter(term => term.excluded && !term.quoted)
      .flatMap(term => wordsOf(fold(term.text))),
    excludedPhrases: terms.filter(term => term.excluded && term.quoted).map(term => fold(term.text)),
  }
  if (parsed.words.length + parsed.excludedWords.length > MAX_WORDS) {
    throw badQuery(`A search has at most ${MAX_WORDS} words between dots and dashes.`)
  }
  if (parsed.words.length === 0 && !phrases.some(phrase => wordsOf(phrase).length > 0)) {
    throw badQuery('A search needs a letter or a digit to look for.')
  }
  return parsed
}

interface Term {
  readonly text: string
  readonly quoted: boolean
  readonly excluded: boolean
}

/** Cuts a query at spaces outside quotes. A quote that is never closed reaches to the end. */
function termsOf(query: string): readonly Term[] {
  const terms: Term[] = []
  let at = 0
  while (at < query.length) {
    if (isSpace(query, at)) {
      at++
      continue
    }
    const excluded = query[at] === '-' && at + 1 < query.length && !isSpace(query, at + 1)
    if (excluded) at++
    const quoted = query[at] === '"'
    const from = quoted ? at + 1 : at
    at = quoted ? endOfQuote(query, from) : endOfWord(query, from)
    const text = query.slice(from, at)
    if (quoted) at++
    if (text.trim() !== '') terms.push({ text, quoted, excluded })
  }
  return terms
}

function isSpace(text: string, at: number): boolean {
  return text.charAt(at).trim() === ''
}

function endOfQuote(query: string, from: number): number {
  const end = query.indexOf('"', from)
  return end < 0 ? query.length : end
}

function endOfWord(query: string, from: number): number {
  let at = from
  while (at < query.length && !isSpace(query, at)) at++
  return at
}

function badQuery(message: string): PeerError {
  return new PeerError('BAD_INPUT', message)
}
