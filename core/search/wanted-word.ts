import type { Budget } from './budget.js'
import { type EntryTable, NONE } from './entry-table.js'
import { lettersOf } from './letters.js'
import { MATCH, matchOf, NO_MATCH } from './match.js'
import type { RowSet } from './row-set.js'
import { typosAllowed } from './typo.js'
import { eachWord, type WordIndex } from './word-index.js'

/** The first cost of names that a word only resembles. */
export const RESEMBLING = 2 * MATCH.typo
/** Above any cost. */
export const NO_COST = 10

/** What a word is looked for in, and where sets come from. */
export interface SearchGround {
  readonly table: EntryTable
  readonly words: WordIndex
  readonly budget: Budget
  readonly newSet: () => RowSet
}

/**
 * One word of a query, and the entries it matches as far as its classes were filled: names first, then what lies in
 * folders of that name. A cost is a match class times two, plus one where it is a folder's name that matches.
 */
export class WantedWord {
  readonly letters: Uint16Array
  /** What matches at the costs filled so far. */
  readonly set: RowSet
  /** By cost, where kept: what matches at that cost or less. */
  readonly #kept: (RowSet | undefined)[] = []
  /** By cost, where filled: whether any name matches at that cost. */
  readonly #any: boolean[] = []
  /** Folders of which all below are in the set. */
  readonly #opened: RowSet
  readonly #ground: SearchGround
  #having: readonly (readonly number[])[] | undefined
  #resembling: readonly (readonly number[])[] | undefined
  readonly #folderCosts = new Map<number, number>()

  constructor(word: string, ground: SearchGround) {
    this.letters = lettersOf(word)
    this.#ground = ground
    this.set = ground.newSet()
    this.#opened = ground.newSet()
  }

  /** What matches at this cost or less, which was filled. */
  upTo(cost: number): RowSet {
    return this.#kept[cost] ?? this.set
  }

  /** Adds what matches at a cost, unless that was done; false where no name does. To be called with each cost from 0 on. */
  fill(cost: number): boolean {
    const known = this.#any[cost]
    if (known !== undefined) return known
    const tokens = this.#tokens(cost >> 1)
    const any = (cost & 1) === 0 ? this.#fillNames(tokens) : this.#openFolders(tokens)
    this.#any[cost] = any
    return any
  }

  /** Fills all costs from one to another, keeping a set for each. */
  fillKept(from: number, to: number): void {
    for (let cost = from; cost <= to; cost++) {
      this.fill(cost)
      const set = this.#ground.newSet()
      set.copyFrom(this.set)
      this.#kept[cost] = set
    }
  }

  /** Adds all names that have the word in them, and what lies in such folders. */
  fillHaving(): void {
    for (let cost = 0; cost < RESEMBLING; cost++) this.fill(cost)
  }

  /** What an entry in the set costs, by the sets kept: the lowest cost kept for one below. */
  costInSets(row: number): number {
    return this.#kept.findIndex(set => set?.has(row))
  }

  /** What an entry costs by the words of its own path; NO_COST where it does not match. */
  costOf(row: number): number {
    const parent = this.#ground.table.parent(row)
    const above = parent === NONE ? NO_COST : this.#folderCost(parent)
    return Math.min(2 * this.#bestMatch(row), above)
  }

  #folderCost(folder: number): number {
    const known = this.#folderCosts.get(folder)
    if (known !== undefined) return known
    const parent = this.#ground.table.parent(folder)
    const above = parent === NONE ? NO_COST : this.#folderCost(parent)
    const cost = Math.min(2 * this.#bestMatch(folder) + 1, above)
    this.#folderCosts.set(folder, cost)
    return cost
  }

  #bestMatch(row: number): number {
    const typos = typosAllowed(this.letters.length)
    let best: number = NO_MATCH
    eachWord(this.#ground.table.name(row), (units, from, length) => {
      best = Math.min(best, matchOf(this.letters, units, from, length, typos))
    })
    return best
  }

  #tokens(match: number): readonly number[] {
    const { dictionary } = this.#ground.words
    if (match < MATCH.typo) {
      this.#having ??= dictionary.having(this.letters)
      return this.#having[match] ?? []
    }
    this.#resembling ??= dictionary.resembling(this.letters)
    return this.#resembling[match] ?? []
  }

  #fillNames(tokens: readonly number[]): boolean {
    const { budget, words } = this.#ground
    for (const token of tokens) {
      if (budget.spent) break
      words.addTo(this.set, token)
    }
    return tokens.length > 0
  }

  #openFolders(tokens: readonly number[]): boolean {
    const { budget, words } = this.#ground
    let any = false
    for (const token of tokens) {
      if (words.folderCount(token) === 0) continue
      any = true
      words.eachFolder(token, row => {
        if (!budget.spent) this.#open(row)
      })
    }
    return any
  }

  /** Adds all below a folder: a range where its rows lie together, else child by child. */
  #open(top: number): void {
    const { table, budget } = this.#ground
    const { folders } = table
    const stack = [top]
    for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
      if (this.#opened.has(row)) continue
      this.#opened.add(row)
      const folder = table.folderNumber(row)
      if (folders.isWhole(folder)) {
        const low = folders.low[folder] ?? 0
        const high = folders.high[folder] ?? 0
        this.set.addRange(low, high)
        this.#opened.addRange(low, high)
        continue
      }
      let child = table.firstChild(row)
      for (; child !== NONE && !budget.spent; child = table.nextSibling(child)) {
        this.set.add(child)
        if (table.isFolder(child)) stack.push(child)
      }
    }
  }
}
