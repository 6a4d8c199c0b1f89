import type { PeerId } from '../../identity/index.js'
import type { SearchRequest, WireEntry } from '../../wire/index.js'
import { fold, wordsOf } from '../fold.js'
import { extensionOf, kindOf } from '../kinds.js'
import type { PersonLookup } from '../shown-people.js'

/** A hit, as far as the order and the set of hits are told by the rules alone. */
export interface PlainHit {
  readonly cost: number
  readonly online: boolean
  readonly sources: number
  /** `owner:path` of all entries in the hit that match. */
  readonly entries: readonly string[]
  /** Who has it, whatever they call it, sorted. */
  readonly owners: readonly PeerId[]
  /** Bytes of the name of the entry that stands for all. */
  readonly nameBytes: number
}

/** An entry that matches. */
interface Matching {
  readonly owner: PeerId
  readonly path: string
  readonly cost: number
  readonly online: boolean
}

/** The rules of search once more, as plainly as they can be written: what the index must agree with. */
export class BruteForce {
  readonly shares = new Map<PeerId, Map<string, WireEntry>>()

  add(owner: PeerId, entry: WireEntry): void {
    const share = this.shares.get(owner) ?? new Map<string, WireEntry>()
    this.shares.set(owner, share)
    for (let cut = entry.path.indexOf('/'); cut >= 0; cut = entry.path.indexOf('/', cut + 1)) {
      if (share.get(entry.path.slice(0, cut))?.type === 'file') share.delete(entry.path.slice(0, cut))
    }
    const known = share.get(entry.path)
    if (this.#typeAt(share, entry.path) === 'folder' && entry.type === 'file') this.remove(owner, entry.path)
    else if (known && known.type !== entry.type) share.delete(entry.path)
    share.set(entry.path, entry)
  }

  /** The same for a file whose path is new, and not on the way of any other: quick, for many. */
  addNew(owner: PeerId, entry: WireEntry): void {
    const share = this.shares.get(owner) ?? new Map<string, WireEntry>()
    this.shares.set(owner, share.set(entry.path, entry))
  }

  remove(owner: PeerId, path: string): void {
    const share = this.shares.get(owner)
    for (const known of [...(share?.keys() ?? [])]) {
      if (path === '' || known === path || known.startsWith(`${path}/`)) share?.delete(known)
    }
  }

  /** All entries of an owner, folders that only paths tell of among them. */
  entries(owner: PeerId): readonly WireEntry[] {
    const share = this.shares.get(owner) ?? new Map<string, WireEntry>()
    const all = new Map<string, WireEntry>(share)
    for (const path of share.keys()) {
      for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) {
        const folder = path.slice(0, cut)
        if (!all.has(folder)) all.set(folder, { type: 'folder', path: folder, mtime: 0 })
      }
    }
    return [...all.values()]
  }

  size(owner: PeerId, entry: WireEntry): number {
    if (entry.type === 'file') return entry.size
    return this.entries(owner).reduce(
      (sum, one) => sum + (one.type === 'file' && one.path.startsWith(`${entry.path}/`) ? one.size : 0),
      0,
    )
  }

  search(request: SearchRequest, terms: PlainQuery, people: PersonLookup): readonly PlainHit[] {
    const groups = new Map<string, Matching[]>()
    const holders = new Map<string, Set<PeerId>>()
    for (const owner of this.shares.keys()) {
      const person = people(owner)
      if (!person || (request.owner && request.owner !== owner) || (request.online && !person.online))
        continue
      for (const entry of this.entries(owner)) {
        if (entry.type === 'file' && entry.root) {
          holders.set(entry.root, (holders.get(entry.root) ?? new Set()).add(owner))
        }
        const cost = pathCost(entry.path, terms)
        if (cost === undefined || !this.#passes(owner, entry, request)) continue
        const group = (entry.type === 'file' && entry.root) || `${owner}:${entry.path}`
        const hit = { owner, path: entry.path, cost, online: person.online }
        const known = groups.get(group)
        if (known) known.push(hit)
        else groups.set(group, [hit])
      }
    }
    const hits = [...groups].map(([key, group]) => this.#hit([...(holders.get(key) ?? [])], group, people))
    return hits.sort(
      (a, b) =>
        a.cost - b.cost ||
        Number(b.online) - Number(a.online) ||
        b.sources - a.sources ||
        a.nameBytes - b.nameBytes,
    )
  }

  #hit(holders: readonly PeerId[], group: readonly Matching[], people: PersonLookup): PlainHit {
    const owners = holders.length > 0 ? holders : group.map(({ owner }) => owner)
    const cost = Math.min(...group.map(one => one.cost))
    const best = group.filter(one => one.cost === cost)
    const shown = best.some(one => one.online) ? best.filter(one => one.online) : best
    return {
      cost,
      online: owners.some(owner => people(owner)?.online),
      sources: owners.length,
      entries: group.map(one => `${one.owner}:${one.path}`),
      owners: [...owners].sort(),
      nameBytes: Math.min(
        ...shown.map(one => Buffer.byteLength(one.path.slice(one.path.lastIndexOf('/') + 1))),
      ),
    }
  }

  #typeAt(share: ReadonlyMap<string, WireEntry>, path: string): string | undefined {
    const below = [...share.keys()].some(known => known.startsWith(`${path}/`))
    return below ? 'folder' : share.get(path)?.type
  }

  #passes(owner: PeerId, entry: WireEntry, request: SearchRequest): boolean {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    const kind = entry.type === 'folder' ? 'folder' : kindOf(name)
    if (request.kind && request.kind !== kind) return false
    if (request.extensions && (entry.type === 'folder' || !request.extensions.includes(extensionOf(name))))
      return false
    if (request.minSize !== undefined && this.size(owner, entry) < request.minSize) return false
    if (request.maxSize !== undefined && this.size(owner, entry) > request.maxSize) return false
    if (request.after !== undefined && entry.mtime < request.after) return false
    return request.before === undefined || entry.mtime <= request.before
  }
}

/** A query as plain lists of folded texts. */
export interface PlainQuery {
  readonly words: readonly string[]
  readonly phrases: readonly string[]
  readonly excludedWords: readonly string[]
  readonly excludedPhrases: readonly string[]
}

/** What a path costs: its worst word's best match, twice the class, one more for a folder's name. */
function pathCost(path: string, query: PlainQuery): number | undefined {
  const { folded, name, tokens } = readPath(path)
  if (query.excludedWords.some(word => tokens.some(({ token }) => token.includes(word)))) return undefined
  if (query.excludedPhrases.some(phrase => folded.includes(phrase))) return undefined
  let worst = 0
  for (const phrase of query.phrases) {
    if (!folded.includes(phrase)) return undefined
    if (!name.includes(phrase)) worst = 1
  }
  for (const word of query.words) {
    const costs = tokens.map(({ token, extra }) => 2 * plainMatch(word, token) + extra)
    const best = Math.min(...costs, Number.POSITIVE_INFINITY)
    if (best === Number.POSITIVE_INFINITY) return undefined
    worst = Math.max(worst, best)
  }
  return worst
}

/** A path, folded, and its words: those of folders' names cost one more. */
interface ReadPath {
  readonly folded: string
  readonly name: string
  readonly tokens: readonly { readonly token: string; readonly extra: number }[]
}

/** Each read once: they are asked for with every query. */
const paths = new Map<string, ReadPath>()

function readPath(path: string): ReadPath {
  const known = paths.get(path)
  if (known) return known
  const parts = path.split('/')
  const name = fold(parts.pop() ?? '')
  const tokens = [
    ...wordsOf(name).map(token => ({ token, extra: 0 })),
    ...parts.flatMap(part => wordsOf(fold(part)).map(token => ({ token, extra: 1 }))),
  ]
  const read = { folded: fold(path), name, tokens }
  paths.set(path, read)
  return read
}

/** By word and token, told once for each pair: names have their words in common. */
const matches = new Map<string, Map<string, number>>()

function plainMatch(word: string, token: string): number {
  const ofWord = matches.get(word) ?? new Map<string, number>()
  if (ofWord.size === 0) matches.set(word, ofWord)
  const known = ofWord.get(token)
  if (known !== undefined) return known
  const match = freshMatch(word, token)
  ofWord.set(token, match)
  return match
}

function freshMatch(word: string, token: string): number {
  if (word === token) return 0
  if (token.startsWith(word)) return 1
  if (token.includes(word)) return 2
  const most = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0
  if (alignmentDistance(word, token) <= most) return 3
  let at = -1
  for (const letter of word.split('')) {
    at = token.indexOf(letter, at + 1)
    if (at < 0) return Number.POSITIVE_INFINITY
  }
  return 4
}

/** Optimal string alignment distance, by its recurrence over the whole matrix. */
export function alignmentDistance(a: string, b: string): number {
  const rows: number[][] = []
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = 0; i <= a.length; i++) {
    rows[i] = []
    for (let j = 0; j <= b.length; j++) {
      let value = i === 0 ? j : i
      if (i > 0 && j > 0) {
        const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
        value = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change)
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          value = Math.min(value, at(i - 2, j - 2) + 1)
      }
      rows[i]?.push(value)
    }
  }
  return at(a.length, b.length)
}
