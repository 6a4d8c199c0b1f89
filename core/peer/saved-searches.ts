import { createHash, randomBytes } from 'node:crypto'
import type { FoundFile, SavedSearch, SearchPage, SearchQuery } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import type { Logger } from '../log/index.js'
import type { Store, Table } from '../store/index.js'
import type { Clock } from '../transfer/index.js'

/** How often each is looked at, ms. */
const LOOK_MS = 2 * 60_000
/** Best hits that are looked through, a page at a time. */
const MOST_HITS = 900
const PAGE_HITS = 300
/** New hits that are kept for the person, and known ones that are remembered. */
const MOST_FRESH = 100
const MOST_KNOWN = 5_000
const MOST_SEARCHES = 50
const MOST_NAME = 64

/** What saved searches need of the peer. */
export interface SavedSearchesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** Asks the registry; rejects where there is none. */
  search(query: SearchQuery): Promise<SearchPage>
  /** One is new, or has found something: then `found` is what. */
  onChange(search: SavedSearch, found: readonly FoundFile[]): void
  onRemoved(id: string): void
}

interface Kept extends Omit<SavedSearch, 'fresh'> {
  readonly fresh: readonly FoundFile[]
  /** Marks of the hits that were there before, the newest last. */
  readonly known: readonly string[]
}

/** Searches that a person keeps: they are looked at by themselves, and what is new is told once. */
export class SavedSearches {
  readonly #options: SavedSearchesOptions
  readonly #table: Table<Kept>
  #looking: Promise<void> | undefined
  #stopTimer: (() => void) | undefined
  #closed = false

  constructor(options: SavedSearchesOptions) {
    this.#options = options
    this.#table = options.store.table('saved-searches')
  }

  /** Looks from now on. */
  start(): void {
    this.#stopTimer = this.#options.clock.after(LOOK_MS, () => {
      void this.look()
      this.start()
    })
  }

  /** Oldest first. */
  list(): SavedSearch[] {
    return this.#all().map(shown)
  }

  /**
   * Keeps a search under a name, in place of one that had it. What it finds now is known already, or is when the
   * registry is back.
   */
  async add(name: string, query: SavedSearch['query']): Promise<SavedSearch> {
    const trimmed = name.trim()
    if (trimmed === '' || trimmed.length > MOST_NAME)
      throw new PeerError('BAD_INPUT', `A saved search has a name of 1 to ${MOST_NAME} characters.`)
    const all = this.#all()
    const same = all.find(kept => kept.name === trimmed)
    if (!same && all.length >= MOST_SEARCHES)
      throw new PeerError('BAD_INPUT', `There are ${MOST_SEARCHES} saved searches. Remove one first.`)
    const id = same?.id ?? randomBytes(16).toString('hex')
    const kept = { id, name: trimmed, query, addedAt: same?.addedAt ?? Date.now(), fresh: [], known: [] }
    await this.#put(kept)
    await this.#lookAt(kept)
    const now = this.#table.get(id) ?? kept
    this.#options.onChange(shown(now), [])
    return shown(now)
  }

  /** The person has seen what is new. */
  async markSeen(id: string): Promise<SavedSearch> {
    this.#find(id)
    const seen = await this.#change(id, kept => ({ ...kept, fresh: [] }))
    if (!seen) return shown(this.#find(id))
    this.#options.onChange(shown(seen), [])
    return shown(seen)
  }

  async remove(id: string): Promise<void> {
    this.#find(id)
    await this.#options.store.write(() => this.#table.remove(id))
    this.#options.onRemoved(id)
  }

  /** Looks at all of them now; once for all who want that while it goes on. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopTimer?.()
    await this.#looking
  }

  async #lookAtAll(): Promise<void> {
    for (const kept of this.#all()) {
      if (this.#closed) return
      await this.#lookAt(kept)
    }
  }

  async #lookAt({ id, query }: Kept): Promise<void> {
    try {
      const hits = await this.#hits(query)
      // Where the registry does not know all yet, what is missing would be new the next time.
      if (!hits || this.#closed) return
      let found: readonly FoundFile[] = []
      const now = await this.#change(id, kept => {
        if (!sameQuery(kept.query, query)) return undefined
        const taken = withHits(kept, hits)
        found = taken.found
        return taken.now
      })
      if (now && found.length > 0) this.#options.onChange(shown(now), found)
    } catch (error) {
      this.#options.log.debug('a saved search could not be looked at', { error: String(error) })
    }
  }

  async #hits(query: SavedSearch['query']): Promise<FoundFile[] | undefined> {
    const hits: FoundFile[] = []
    while (hits.length < MOST_HITS) {
      const page = await this.#options.search({ ...query, offset: hits.length, limit: PAGE_HITS })
      if (!page.complete) return undefined
      hits.push(...page.hits)
      if (page.hits.length === 0 || hits.length >= page.total) break
    }
    return hits
  }

  #all(): Kept[] {
    return [...this.#table.range()].map(({ value }) => value).sort((a, b) => a.addedAt - b.addedAt)
  }

  #find(id: string): Kept {
    const kept = this.#table.get(id)
    if (!kept) throw new PeerError('NOT_FOUND', 'There is no such saved search.')
    return kept
  }

  /** Changes one that is still there when it is written; gives what it is then. */
  async #change(id: string, change: (kept: Kept) => Kept | undefined): Promise<Kept | undefined> {
    let now: Kept | undefined
    await this.#options.store.write(() => {
      const kept = this.#table.get(id)
      now = kept && change(kept)
      if (now) this.#table.put(id, now)
    })
    return now
  }

  #put(kept: Kept): Promise<void> {
    return this.#options.store.write(() => this.#table.put(kept.id, kept))
  }
}

/** What a saved search is after it was looked at, and what of the hits is new. */
function withHits(kept: Kept, hits: readonly FoundFile[]): { now: Kept; found: readonly FoundFile[] } {
  const known = new Set(kept.known)
  // One that was listed before it was hashed is nothing new once it is.
  for (const hit of hits) if (hit.root && known.delete(placeMark(hit))) known.add(markOf(hit))
  const isFirst = kept.lookedAt === undefined
  const found = isFirst ? [] : hits.filter(hit => !known.has(markOf(hit)))
  for (const hit of hits) known.add(markOf(hit))
  const now: Kept = {
    ...kept,
    lookedAt: Date.now(),
    fresh: [...found, ...kept.fresh].slice(0, MOST_FRESH),
    known: [...known].slice(-MOST_KNOWN),
  }
  return { now, found }
}

function shown({ known: _, ...search }: Kept): SavedSearch {
  return search
}

/** The same content is the same hit, whoever has it; without a root it is what lies there. */
function markOf(hit: FoundFile): string {
  return hit.root ? mark(hit.root) : placeMark(hit)
}

function placeMark({ type, owners, path }: FoundFile): string {
  return mark([type, owners[0]?.id ?? '', owners[0]?.path ?? path].join('\n'))
}

function mark(what: string): string {
  return createHash('sha256').update(what).digest('base64url').slice(0, 12)
}

function sameQuery(one: SavedSearch['query'], other: SavedSearch['query']): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
