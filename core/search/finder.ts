import { Budget } from './budget.js'
import type { EntryTable } from './entry-table.js'
import { fold, wordsOf } from './fold.js'
import type { Query } from './query.js'
import { RowSet } from './row-set.js'
import { NO_COST, RESEMBLING, type SearchGround, WantedWord } from './wanted-word.js'
import type { WordIndex } from './word-index.js'

/** Entries whose paths are looked at one by one, rather than to look for all names that another word resembles. */
const MOST_TESTED = 2_000

/** How long a search may take. */
export interface TimeLimit {
  readonly ms: number
  readonly now: () => number
}

/** Entries that match at this cost, and at none below. */
export interface Level {
  readonly cost: number
  readonly set: RowSet
}

/** A search under way. */
interface Search {
  readonly query: Query
  readonly accepts: ((row: number) => boolean) | undefined
  /** Words that say what a match costs, the longest first. */
  readonly ranking: readonly WantedWord[]
  /** Words of phrases narrow the search, but the phrase itself says what a match costs. */
  readonly narrowing: readonly WantedWord[]
  readonly excluded: readonly WantedWord[]
  readonly testing: Budget
  /** What was told, or was not accepted. */
  readonly seen: RowSet
  /** Matches at cost 0 but for a phrase in a folder's name. */
  readonly dearer: RowSet
  readonly fresh: RowSet
}

/**
 * Finds the entries whose path matches every word, the cheapest first, no further than it is asked to go on. For each
 * word the set of its entries grows class by class; what is in the sets of all words matches at the cost reached. So
 * an entry's cost is that of its worst word, and a word's cost that of its best match in the path.
 */
export class Finder {
  readonly #table: EntryTable
  readonly #words: WordIndex
  /** Sets of the last search, to be used again. */
  #sets: RowSet[] = []
  #setsTaken = 0
  #rows = 0
  #complete = true

  constructor(table: EntryTable, words: WordIndex) {
    this.#table = table
    this.#words = words
  }

  /** False where time ran out before all was looked at that the last search was asked for. */
  get complete(): boolean {
    return this.#complete
  }

  /**
   * What matches, those of the lowest cost first; each set is good until the next. Half of the time is for filling
   * sets and half for testing what is in them, so that a word of too many entries still has some to show.
   */
  *find(
    query: Query,
    accepts: ((row: number) => boolean) | undefined,
    { ms, now }: TimeLimit,
  ): Generator<Level> {
    const began = now()
    this.#startSets()
    const newSet = () => this.#emptySet()
    const ground = { table: this.#table, words: this.#words, newSet, budget: new Budget(began + ms / 2, now) }
    const want = (word: string) => new WantedWord(word, ground)
    const search: Search = {
      query,
      accepts,
      ranking: [...query.words].sort((a, b) => b.length - a.length).map(want),
      narrowing: [...new Set(query.phrases.flatMap(wordsOf))].map(want),
      excluded: query.excludedWords.map(want),
      testing: new Budget(began + ms, now),
      seen: newSet(),
      dearer: newSet(),
      fresh: newSet(),
    }
    this.#complete = true
    for (const word of [...search.narrowing, ...search.excluded]) word.fillHaving()
    for (const level of this.#levels(search, ground)) {
      this.#complete = !ground.budget.spent && !search.testing.spent
      if (!level.set.isEmpty) yield level
    }
    this.#complete = !ground.budget.spent && !search.testing.spent
  }

  *#levels(search: Search, ground: SearchGround): Generator<Level> {
    const { ranking, narrowing } = search
    const found = ground.newSet()
    if (ranking.length === 0) {
      intersect(found, narrowing, 0)
      yield this.#level(search, 0, found)
      yield this.#level(search, 1, found)
      return
    }
    const [longest] = ranking
    if (ranking.length > 1 && longest && fillFew(longest)) {
      yield* this.#tested(search, [longest], ground)
      return
    }
    const nowhere = new Set(ranking)
    for (let cost = 0; cost < (ranking.length === 1 ? NO_COST : RESEMBLING); cost++) {
      let changed = cost === 1 && !search.dearer.isEmpty
      for (const word of ranking) {
        if (!word.fill(cost)) continue
        changed = true
        nowhere.delete(word)
      }
      if (!changed || nowhere.size > 0) continue
      intersect(found, ranking, cost)
      yield this.#level(search, cost, found)
    }
    if (ranking.length > 1) yield* this.#resembling(search, ground)
  }

  /** What matches several words, one of them by resemblance at best. */
  *#resembling(search: Search, ground: SearchGround): Generator<Level> {
    const left = ground.newSet()
    const filled: WantedWord[] = []
    for (const word of search.ranking) {
      word.fillKept(RESEMBLING, NO_COST - 1)
      if (filled.length === 0) left.copyFrom(word.set)
      else left.and(word.set)
      filled.push(word)
      if (left.count <= MOST_TESTED) break
    }
    yield* this.#tested(search, filled, ground)
  }

  /**
   * What matches all words, of which some are filled to the end. Where these lead to few entries, it is quicker to test each
   * for the other words, by the words of its own path, than to look for all names that those resemble.
   */
  *#tested(search: Search, filled: readonly WantedWord[], { newSet }: SearchGround): Generator<Level> {
    const others = search.ranking.filter(word => !filled.includes(word))
    const left = newSet()
    intersect(left, filled, NO_COST - 1)
    left.without(search.seen)
    const byCost = Array.from({ length: NO_COST }, newSet)
    left.filter(row => {
      let cost = 0
      for (const word of filled) cost = Math.max(cost, word.costInSets(row))
      for (const word of others) {
        if (cost < NO_COST && !search.testing.spent) cost = Math.max(cost, word.costOf(row))
      }
      byCost[cost]?.add(row)
      return true
    })
    for (const [cost, set] of byCost.entries()) yield this.#level(search, cost, set)
  }

  /** Those of a set that were not told and pass all tests. */
  #level({ seen, fresh, dearer, ...search }: Search, cost: number, found: RowSet): Level {
    fresh.copyFrom(found)
    fresh.without(seen)
    seen.or(fresh)
    if (cost > 0) fresh.or(dearer)
    for (const { set } of search.narrowing) fresh.and(set)
    for (const { set } of search.excluded) fresh.without(set)
    const { query, accepts, testing } = search
    const hasPhrases = query.phrases.length + query.excludedPhrases.length > 0
    if (accepts) fresh.filter(row => !testing.spent && accepts(row))
    if (hasPhrases) {
      fresh.filter(row => {
        const phraseCost = testing.spent ? NO_COST : this.#phraseCost(row, query)
        if (phraseCost > cost && phraseCost < NO_COST) dearer.add(row)
        return phraseCost <= cost
      })
    }
    if (cost > 0) dearer.clear()
    return { cost, set: fresh }
  }

  #phraseCost(row: number, query: Query): number {
    const path = fold(this.#table.path(row))
    if (query.excludedPhrases.some(phrase => path.includes(phrase))) return NO_COST
    if (!query.phrases.every(phrase => path.includes(phrase))) return NO_COST
    const name = fold(this.#table.name(row))
    return query.phrases.every(phrase => name.includes(phrase)) ? 0 : 1
  }

  #startSets(): void {
    this.#setsTaken = 0
    const rows = this.#table.end
    if (rows === this.#rows) return
    this.#rows = rows
    this.#sets = []
  }

  #emptySet(): RowSet {
    const used = this.#sets[this.#setsTaken++]
    if (used) {
      used.clear()
      return used
    }
    const set = new RowSet(this.#rows)
    this.#sets.push(set)
    return set
  }
}

/** Fills a word to the end where it leads to few entries; false where it does not. */
function fillFew(word: WantedWord): boolean {
  word.fillKept(0, RESEMBLING - 1)
  if (word.set.count > MOST_TESTED) return false
  word.fillKept(RESEMBLING, NO_COST - 1)
  return word.set.count <= MOST_TESTED
}

/** What matches all these words at this cost or less. */
function intersect(into: RowSet, words: readonly WantedWord[], cost: number): void {
  const [first, ...rest] = words
  if (first) into.copyFrom(first.upTo(cost))
  for (const word of rest) into.and(word.upTo(cost))
}
