import { random } from './random.js'

/** What a query is made of, in equal parts. */
export const QUERY_KINDS = ['word', 'prefix', 'typo', 'two words', 'three words'] as const

/** A name with a letter dropped, swapped or mistaken. */
export interface Mistyped {
  readonly query: string
  readonly name: string
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
/** A word that is typed wrong has this many letters: the shorter ones may have no typo. */
const MISTYPED_LETTERS = 5
const MOST_CHARACTERS = 120
const MOST_WORDS = 8

/** Queries about these paths, the same for the same seed. */
export function mixedQueries(paths: readonly string[], count: number, seed: number): string[] {
  const next = random(seed)
  const queries: string[] = []
  for (let i = 0; queries.length < count; i++) {
    const query = queryOf(paths[i % paths.length] ?? '', QUERY_KINDS[queries.length % 5] ?? 'word', next)
    if (query !== undefined) queries.push(query)
  }
  return queries
}

/** Queries for these names with one letter wrong; those without a word long enough are left out. */
export function mistyped(names: readonly string[], count: number, seed: number): Mistyped[] {
  const next = random(seed)
  const queries: Mistyped[] = []
  for (const name of names) {
    if (queries.length === count) break
    const words = [...name.matchAll(/[a-z]+/gi)].filter(([word]) => word.length >= MISTYPED_LETTERS)
    const word = words[Math.floor(next() * words.length)]
    const all = name.match(/[a-z0-9]+/gi)?.length ?? 0
    if (
      !word ||
      name.startsWith('-') ||
      all > MOST_WORDS ||
      name.length > MOST_CHARACTERS ||
      /\s|"/.test(name)
    )
      continue
    const at = word.index
    const query = name.slice(0, at) + typo(word[0], next) + name.slice(at + word[0].length)
    queries.push({ query, name })
  }
  return queries
}

function queryOf(path: string, kind: (typeof QUERY_KINDS)[number], next: () => number): string | undefined {
  const words = [...new Set(path.toLowerCase().match(/[a-z0-9]*[a-z][a-z0-9]*/g) ?? [])].filter(
    word => word.length >= 3 && word.length <= 20,
  )
  const take = () => words.splice(Math.floor(next() * words.length), 1)[0] ?? ''
  const many = (count: number) =>
    words.length < count ? undefined : Array.from({ length: count }, take).join(' ')
  if (kind === 'two words') return many(2)
  if (kind === 'three words') return many(3)
  const word = take()
  if (word === '') return undefined
  if (kind === 'word') return word
  if (kind === 'prefix') return word.slice(0, 2 + Math.floor(next() * 4))
  return word.length < MISTYPED_LETTERS ? undefined : typo(word, next)
}

/** The word with a letter dropped, two swapped, or one mistaken. */
function typo(word: string, next: () => number): string {
  const at = Math.floor(next() * (word.length - 1))
  const [before, letter, following, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)]
  const wrong = LETTERS[Math.floor(next() * LETTERS.length)]
  const kind = Math.floor(next() * 3)
  if (kind === 0) return before + following + after
  return kind === 1 ? before + following + letter + after : before + wrong + following + after
}
