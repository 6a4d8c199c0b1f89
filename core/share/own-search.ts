import { setImmediate as nextTurn } from 'node:timers/promises'
import { type PeerId, peerIdOfKey } from '../identity/index.js'
import type { Change, ManifestTree, Visibility } from '../manifest/index.js'
import { createSearchIndex, type SearchIndex } from '../search/index.js'
import type { SearchAnswer, SearchRequest, WireEntry } from '../wire/index.js'
import { maySee, type Viewer } from './visibility.js'

/** Who says so in the hits. */
export interface Teller {
  readonly id: PeerId
  readonly name: string
}

/** Changes taken over at once. */
const CHANGES_A_STEP = 500

/**
 * Answers searches of this share for those who ask its owner. What lies directly in the share folder is to the index an
 * owner of its own, so that who may see it is looked up with each search. What nobody asked for is not indexed.
 */
export class OwnSearch {
  readonly #tree: () => ManifestTree
  #index: SearchIndex = createSearchIndex()
  /** Names directly in the share folder that are indexed, by what stands for them in the index. */
  readonly #tops = new Map<PeerId, string>()
  #epoch = ''
  #n = 0
  #all = false
  #work: Promise<unknown> = Promise.resolve()

  constructor(tree: () => ManifestTree) {
    this.#tree = tree
  }

  /** A page of what the asker may see. BAD_INPUT for a query that can't be searched for. */
  async search(asker: Viewer, request: SearchRequest, teller: Teller): Promise<SearchAnswer> {
    if (request.owner !== undefined && request.owner !== teller.id)
      return { total: 0, complete: true, hits: [] }
    const { owner: _, online: __, restricted = false, ...query } = request
    await this.#follow(restricted)
    const answer = this.#index.search(query, id => {
      const visibility = this.#visibilityOf(id)
      const isShown = visibility !== undefined && maySee(asker, visibility)
      if (!isShown || (restricted && visibility === 'everyone')) return undefined
      return { name: teller.name, online: true }
    })
    const hits = answer.hits.map(hit => ({
      ...hit,
      owners: [{ ...teller, online: true, path: hit.path }],
      ownerCount: 1,
    }))
    return { ...answer, hits }
  }

  /** Brings the index to what the share is now. One at a time. */
  #follow(restricted: boolean): Promise<unknown> {
    const work = () => this.#takeOver(restricted)
    this.#work = this.#work.then(work, work)
    return this.#work
  }

  async #takeOver(restricted: boolean): Promise<void> {
    this.#all ||= !restricted
    if (this.#tree().version.epoch !== this.#epoch || this.#lacksSome()) this.#startOver()
    for (;;) {
      const tree = this.#tree()
      if (tree.version.epoch !== this.#epoch) this.#startOver()
      if (this.#tops.size === 0) this.#n = tree.version.n
      if (this.#n >= tree.version.n) return
      const news = tree.changesSince(this.#n, { limit: CHANGES_A_STEP })
      if (news === 'start-over') {
        this.#startOver()
        continue
      }
      for (const change of news.changes) this.#take(change)
      this.#n = news.to
      await nextTurn()
    }
  }

  #lacksSome(): boolean {
    return this.#wanted().some(name => !this.#tops.has(idOf(name)))
  }

  #startOver(): void {
    this.#index = createSearchIndex()
    this.#tops.clear()
    for (const name of this.#wanted()) this.#tops.set(idOf(name), name)
    this.#epoch = this.#tree().version.epoch
    this.#n = 0
  }

  #wanted(): readonly string[] {
    const names = this.#tree().names('')
    return this.#all ? names : names.filter(name => this.#tree().get(name)?.visibility !== 'everyone')
  }

  #take(change: Change): void {
    const path = change.op === 'put' ? change.entry.path : change.path
    const top = idOf(path.split('/')[0] ?? '')
    if (!this.#tops.has(top)) return
    if (change.op === 'delete') this.#index.remove(top, [path])
    else this.#index.add(top, [wireEntry(change.entry)])
  }

  #visibilityOf(top: PeerId): Visibility | undefined {
    const name = this.#tops.get(top)
    return name === undefined ? undefined : this.#tree().get(name)?.visibility
  }
}

function idOf(name: string): PeerId {
  return peerIdOfKey(Buffer.from(name))
}

function wireEntry({ visibility: _, ...entry }: Extract<Change, { op: 'put' }>['entry']): WireEntry {
  return entry
}
