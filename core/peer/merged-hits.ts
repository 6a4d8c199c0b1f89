import { fittingHits, type Query, rankOf } from '../search/index.js'
import type { SearchAnswer, SearchHit } from '../wire/index.js'

/** One list of hits, a page at a time, best first. */
export type HitPages = (page: { readonly offset: number; readonly limit: number }) => Promise<SearchAnswer>

interface Feed {
  readonly pages: HitPages
  /** Hits that came and were not taken yet, best first. */
  held: SearchHit[]
  offset: number
  total: number
  complete: boolean
  ended: boolean
}

const MOST_OWNERS = 100

/** The hits of several lists as one list, best first; the same content is one hit, whoever told of it. */
export class MergedHits {
  readonly #query: Query
  readonly #feeds: readonly Feed[]
  readonly #merged: SearchHit[] = []
  /** Where in the list a content is. */
  readonly #places = new Map<string, number>()
  #twice = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(query: Query, lists: readonly HitPages[]) {
    this.#query = query
    this.#feeds = lists.map(pages => ({
      pages,
      held: [],
      offset: 0,
      total: 0,
      complete: false,
      ended: false,
    }))
  }

  /** A page of all; rejects where a list does. Pages that are asked for at once are made one after the other. */
  page(offset: number, limit: number): Promise<SearchAnswer> {
    const make = () => this.#make(offset, limit)
    const page = this.#last.then(make, make)
    this.#last = page
    return page
  }

  async #make(offset: number, limit: number): Promise<SearchAnswer> {
    const end = offset + limit
    while (this.#merged.length < end) {
      await Promise.all(this.#feeds.map(feed => this.#fill(feed, limit)))
      if (!this.#takeBest(end)) break
    }
    const complete = this.#feeds.every(feed => feed.complete)
    const total = this.#feeds.reduce((sum, feed) => sum + feed.total, 0) - this.#twice
    return { total, complete, hits: fittingHits(this.#merged.slice(offset, end)) }
  }

  async #fill(feed: Feed, limit: number): Promise<void> {
    if (feed.ended || feed.held.length > 0) return
    const { hits, total, complete } = await feed.pages({ offset: feed.offset, limit })
    feed.held = [...hits]
    feed.offset += hits.length
    feed.total = total
    feed.complete = complete
    feed.ended = hits.length === 0 || (complete && feed.offset >= total)
  }

  /** Takes hits as long as each list that has more has one at hand; false where nothing is left. */
  #takeBest(end: number): boolean {
    let took = false
    while (this.#merged.length < end) {
      let best: Feed | undefined
      let bestRank = Number.POSITIVE_INFINITY
      for (const feed of this.#feeds) {
        const [head] = feed.held
        if (!head) {
          if (!feed.ended) return took
          continue
        }
        const rank = this.#feeds.length === 1 ? 0 : rankOf(head, this.#query)
        if (rank >= bestRank) continue
        best = feed
        bestRank = rank
      }
      const hit = best?.held.shift()
      if (!hit) return took
      took = true
      this.#put(hit)
    }
    return took
  }

  #put(hit: SearchHit): void {
    const [owner] = hit.owners
    const content = hit.root ?? `${owner?.id}:${hit.path}`
    const place = this.#places.get(content)
    const known = place === undefined ? undefined : this.#merged[place]
    if (place === undefined || !known) {
      this.#places.set(content, this.#merged.push(hit) - 1)
      return
    }
    this.#twice++
    const others = hit.owners.filter(({ id }) => !known.owners.some(one => one.id === id))
    const [first, ...rest] = [...known.owners, ...others]
    rest.sort((a, b) => Number(b.online) - Number(a.online))
    this.#merged[place] = {
      ...known,
      owners: first ? [first, ...rest].slice(0, MOST_OWNERS) : [],
      ownerCount: known.ownerCount + others.length,
    }
  }
}
