import { Crowds } from './crowds.js'
import type { EntryTable } from './entry-table.js'
import type { Level } from './finder.js'
import { Ranking, rankKey } from './ranking.js'
import { bits, RowSet } from './row-set.js'

/** What ranking asks of an entry's owner. */
export interface SourceLookup {
  readonly isOnline: (owner: number) => boolean
  /** False where nobody is. */
  readonly anyOnline: boolean
  /** Whether what this person has is shown in this search. */
  readonly counts: (owner: number) => boolean
}

/** Makes one hit of all entries found that have one root, and ranks the hits. */
export class HitGroups {
  readonly #table: EntryTable
  readonly #sources: SourceLookup
  readonly #most: number
  readonly #ranking: Ranking
  /** Roots that have a hit. */
  readonly #ranked: RowSet
  /** By owner, the content it was counted for last. */
  readonly #counted: number[] = []
  #stamp = 0
  #total = 0

  /** For the best hits, so many at most. */
  constructor(table: EntryTable, sources: SourceLookup, most: number) {
    this.#table = table
    this.#sources = sources
    this.#most = most
    this.#ranking = new Ranking(most)
    this.#ranked = new RowSet(table.roots.end)
  }

  /** Hits added, whether they are among the best or not: exact up to the number asked for, and never too many. */
  get total(): number {
    return this.#total
  }

  /** An entry of each of the best hits, the best first. */
  get best(): readonly number[] {
    return this.#ranking.rows
  }

  /**
   * Adds what was found at one cost, which is above all costs before. More sources rank higher, so the biggest crowds come
   * first: mostly they fill the page, and none of the many others needs to be looked at.
   */
  add(level: Level): void {
    const { cost, set } = level
    const { crowds } = this.#table
    set.eachWord((word, at) => {
      this.#total += bits(word & ~crowds.in(0, at))
    })
    for (let crowd = Crowds.biggest; crowd >= 0; crowd--) {
      // With more hits than are asked for, the total need not be exact.
      if (this.#total > this.#most && !this.#mayRank(cost, Crowds.mostHolders(crowd))) break
      set.eachWord((word, at) => {
        const rows = word & crowds.inOnly(crowd, at)
        if (rows !== 0) this.#addShared(rows, at << 5, level)
      })
    }
    if (!this.#mayRank(cost, 1)) return
    set.eachWord((word, at) => this.#addSingle(word & ~crowds.in(0, at), at << 5, cost))
  }

  /** Whether a hit of this cost with so many sources can be among the best. */
  #mayRank(cost: number, sources: number): boolean {
    return !this.#ranking.isOut(rankKey(cost, this.#sources.anyOnline, sources, 0), -1)
  }

  /** Adds those of 32 rows that alone have their content. */
  #addSingle(rows: number, first: number, cost: number): void {
    const { anyOnline } = this.#sources
    for (let word = rows; word !== 0; word &= word - 1) {
      const row = first | (31 - Math.clz32(word & -word))
      const nameBytes = this.#table.nameBytes(row)
      const atBest = rankKey(cost, anyOnline, 1, nameBytes)
      if (this.#ranking.isOut(atBest, row)) continue
      const online = this.#sources.isOnline(this.#table.owner(row))
      this.#ranking.add(online ? atBest : rankKey(cost, false, 1, nameBytes), row)
    }
  }

  #addShared(rows: number, first: number, level: Level): void {
    for (let word = rows; word !== 0; word &= word - 1) {
      const row = first | (31 - Math.clz32(word & -word))
      const mayRank = this.#mayRank(level.cost, this.#table.mostHolders(row))
      // One of each content is looked at where only the total is wanted.
      if (!mayRank && this.#total > this.#most && !this.#table.isFirstHolder(row)) continue
      const root = this.#table.sharedRoot(row)
      if (this.#ranked.has(root)) continue
      this.#ranked.add(root)
      this.#total++
      if (mayRank) this.#addRoot(root, level)
    }
  }

  /** Its best entry stands for all: of those at this cost, one online with a short name. */
  #addRoot(root: number, { cost, set }: Level): void {
    const stamp = ++this.#stamp
    let owners = 0
    let online = false
    let best = -1
    let bestKey = Number.POSITIVE_INFINITY
    this.#table.roots.eachHolder(root, row => {
      const owner = this.#table.owner(row)
      if (!this.#sources.counts(owner)) return
      const isOnline = this.#sources.isOnline(owner)
      if (this.#counted[owner] !== stamp) owners++
      this.#counted[owner] = stamp
      online ||= isOnline
      if (!set.has(row)) return
      const key = rankKey(cost, isOnline, 1, this.#table.nameBytes(row))
      if (key > bestKey || (key === bestKey && row > best)) return
      best = row
      bestKey = key
    })
    this.#ranking.add(rankKey(cost, online, owners, this.#table.nameBytes(best)), best)
  }
}
