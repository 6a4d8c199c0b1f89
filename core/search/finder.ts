import { Budget } from './budget.js'
import { MATCH, NO_MATCH } from './dictionary.js'
import { type EntryTable, NONE } from './entry-table.js'
import { fold, wordsOf } from './fold.js'
import type { Query } from './query.js'
import type { WordIndex } from './word-index.js'

/** Cost of an entry that does not match. */
export const NO_COST = 255
/** Costs are below this: a match class times two, plus one where it is a folder's name that matches. */
export const COSTS = 2 * (MATCH.abbreviation + 1)

/** What was found: `entries` in no order, `costs` by entry, NO_COST for all that do not match. */
export interface Found {
  /** False where time ran out before all were looked at; the best classes are looked at first. */
  readonly complete: boolean
  readonly entries: Int32Array
  readonly costs: Uint8Array
}

/** How long a search may take. */
export interface TimeLimit {
  readonly ms: number
  readonly now: () => number
}

/** One word of the query with all words of names it matches. */
interface Wanted {
  readonly found: readonly (readonly number[])[]
  /** The match class by number of the word; made when first needed. */
  classes?: Uint8Array
  /** 1 + cost of a folder and what is above it; 0 where not known yet. */
  folderCosts?: Uint8Array
  /** Words of a quoted phrase narrow the search, but the phrase itself says what a match costs. */
  readonly ranks: boolean
}

/**
 * Finds the entries whose path matches every word. The word with the fewest entries is followed through
 * the lists of names; each entry found there is then tested for the others by the words of its own path.
 * An entry's cost is that of its worst word, and a word's cost that of its best match in the path.
 */
export class Finder {
  readonly #table: EntryTable
  readonly #words: WordIndex
  #costs = new Uint8Array(0)
  #opened = new Uint8Array(0)
  #touched = new Int32Array(1024)
  #touchedCount = 0
  #openedFolders: number[] = []

  constructor(table: EntryTable, words: WordIndex) {
    this.#table = table
    this.#words = words
  }

  /**
   * The answer is good until the next call. Half of the time is for following names and half for testing what
   * was found there, so that a word of too many entries still has some to show.
   */
  find(query: Query, accepts: (entry: number) => boolean, { ms, now }: TimeLimit): Found {
    const began = now()
    const following = new Budget(began + ms / 2, now)
    const testing = new Budget(began + ms, now)
    this.#reset()
    const dictionary = this.#words.dictionary
    const wanted: Wanted[] = query.words.map(word => ({ found: dictionary.match(word), ranks: true }))
    for (const word of new Set(query.phrases.flatMap(wordsOf))) {
      wanted.push({ found: dictionary.match(word, MATCH.substring), ranks: false })
    }
    const excluded: Wanted[] = query.excludedWords.map(word => ({
      found: dictionary.match(word, MATCH.substring),
      ranks: false,
    }))
    const driver = this.#rarest(wanted)
    if (driver) this.#follow(driver, following)
    const others = wanted.filter(one => one !== driver)
    let kept = 0
    for (let i = 0; i < this.#touchedCount; i++) {
      const entry = this.#touched[i] ?? NONE
      const cost =
        testing.spent || !accepts(entry)
          ? NO_COST
          : this.#costOf(entry, driver?.ranks ?? false, others, excluded, query)
      this.#costs[entry] = cost
      if (cost !== NO_COST) this.#touched[kept++] = entry
    }
    this.#touchedCount = kept
    const complete = !following.spent && !testing.spent
    return { complete, entries: this.#touched.subarray(0, kept), costs: this.#costs }
  }

  #reset(): void {
    const end = this.#table.end
    if (this.#costs.length < end) {
      this.#costs = new Uint8Array(Math.ceil(end * 1.25)).fill(NO_COST)
      this.#opened = new Uint8Array(this.#costs.length)
    } else {
      for (let i = 0; i < this.#touchedCount; i++) this.#costs[this.#touched[i] ?? 0] = NO_COST
      for (const folder of this.#openedFolders) this.#opened[folder] = 0
    }
    this.#touchedCount = 0
    this.#openedFolders = []
  }

  /** The word with the fewest entries behind it, as far as that is quick to tell. */
  #rarest(wanted: readonly Wanted[]): Wanted | undefined {
    let rarest: Wanted | undefined
    let fewest = Number.POSITIVE_INFINITY
    for (const one of wanted) {
      const entries = this.#estimate(one, fewest)
      if (entries >= fewest && rarest) continue
      fewest = entries
      rarest = one
    }
    return rarest
  }

  #estimate({ found }: Wanted, enough: number): number {
    let entries = 0
    for (const tokens of found) {
      for (const token of tokens) {
        entries += this.#words.holders(token)
        let slot = this.#words.firstSlot(token, true)
        for (; slot !== NONE && entries < enough; slot = this.#words.nextSlot(slot)) {
          entries += this.#table.below(this.#words.entryOf(slot))
        }
        if (entries >= enough) return entries
      }
    }
    return entries
  }

  /** Marks all entries of a word, cheapest class first, so that a folder is opened once, at its best cost. */
  #follow({ found }: Wanted, budget: Budget): void {
    for (const [match, tokens] of found.entries()) {
      const folders: number[] = []
      for (const token of tokens) {
        this.#mark(this.#words.firstSlot(token, false), 2 * match, budget)
        this.#mark(this.#words.firstSlot(token, true), 2 * match, budget, folders)
        if (budget.spent) return
      }
      for (const folder of folders) {
        this.#open(folder, 2 * match + 1, budget)
        if (budget.spent) return
      }
    }
  }

  #mark(firstSlot: number, cost: number, budget: Budget, folders?: number[]): void {
    for (let slot = firstSlot; slot !== NONE && !budget.spent; slot = this.#words.nextSlot(slot)) {
      const entry = this.#words.entryOf(slot)
      this.#touch(entry, cost)
      folders?.push(entry)
    }
  }

  #touch(entry: number, cost: number): void {
    const known = this.#costs[entry] ?? 0
    if (cost >= known) return
    this.#costs[entry] = cost
    if (known !== NO_COST) return
    if (this.#touchedCount === this.#touched.length) {
      const grown = new Int32Array(this.#touched.length * 2)
      grown.set(this.#touched)
      this.#touched = grown
    }
    this.#touched[this.#touchedCount++] = entry
  }

  /** Marks all below a folder. */
  #open(top: number, cost: number, budget: Budget): void {
    if (this.#opened[top] === 1) return
    const folders = [top]
    this.#setOpened(top)
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      let child = this.#table.firstChild(folder)
      for (; child !== NONE && !budget.spent; child = this.#table.nextSibling(child)) {
        this.#touch(child, cost)
        if (!this.#table.isFolder(child) || this.#opened[child] === 1) continue
        this.#setOpened(child)
        folders.push(child)
      }
    }
  }

  #setOpened(folder: number): void {
    this.#opened[folder] = 1
    this.#openedFolders.push(folder)
  }

  #costOf(
    entry: number,
    driverRanks: boolean,
    others: readonly Wanted[],
    excluded: readonly Wanted[],
    query: Query,
  ): number {
    let cost = driverRanks ? (this.#costs[entry] ?? NO_COST) : 0
    for (const wanted of others) {
      const own = this.#wordCost(wanted, entry)
      if (own === NO_COST) return NO_COST
      if (wanted.ranks && own > cost) cost = own
    }
    for (const one of excluded) if (this.#wordCost(one, entry) !== NO_COST) return NO_COST
    if (query.phrases.length === 0 && query.excludedPhrases.length === 0) return cost
    return Math.max(cost, this.#phraseCost(entry, query))
  }

  #phraseCost(entry: number, query: Query): number {
    const path = fold(this.#table.path(entry))
    const name = fold(this.#table.name(entry))
    if (query.excludedPhrases.some(phrase => path.includes(phrase))) return NO_COST
    let cost = 0
    for (const phrase of query.phrases) {
      if (!path.includes(phrase)) return NO_COST
      if (!name.includes(phrase)) cost = 1
    }
    return cost
  }

  #wordCost(wanted: Wanted, entry: number): number {
    const own = this.#bestClass(wanted, entry)
    const parent = this.#table.parent(entry)
    const above = parent === NONE ? COSTS : this.#folderCost(wanted, parent)
    const cost = own === NO_MATCH ? above : Math.min(2 * own, above)
    return cost < COSTS ? cost : NO_COST
  }

  /** What a folder and those above it add to what is in them; COSTS where they don't match. */
  #folderCost(wanted: Wanted, folder: number): number {
    wanted.folderCosts ??= new Uint8Array(this.#table.end)
    const known = wanted.folderCosts[folder] ?? 0
    if (known !== 0) return known - 1
    const own = this.#bestClass(wanted, folder)
    const parent = this.#table.parent(folder)
    const above = parent === NONE ? COSTS : this.#folderCost(wanted, parent)
    const cost = own === NO_MATCH ? above : Math.min(2 * own + 1, above)
    wanted.folderCosts[folder] = cost + 1
    return cost
  }

  #bestClass(wanted: Wanted, entry: number): number {
    wanted.classes ??= this.#classesOf(wanted)
    let best = NO_MATCH
    const from = this.#words.slotsFrom(entry)
    const to = from + this.#words.slotCount(entry)
    for (let slot = from; slot < to; slot++) {
      const match = wanted.classes[this.#words.tokenOf(slot)] ?? NO_MATCH
      if (match < best) best = match
    }
    return best
  }

  #classesOf({ found }: Wanted): Uint8Array {
    const classes = new Uint8Array(this.#words.dictionary.end).fill(NO_MATCH)
    for (const [match, tokens] of found.entries()) for (const token of tokens) classes[token] = match
    return classes
  }
}
