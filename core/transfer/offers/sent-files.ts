import type { OfferedEntry } from '../../api/index.js'
import type { Root } from '../../manifest/index.js'
import { LIMITS, type OfferPage } from '../../wire/index.js'
import type { Grant } from '../grant.js'
import { pageOf } from './offer-entries.js'
import type { SendRecord, SentEntry, SentHash } from './offer-store.js'

/** The files of one send, with what is known of their content. */
export class SentFiles {
  readonly record: SendRecord
  readonly entries: readonly SentEntry[]
  /** Nothing of it is to be sent any more. */
  isGone = false
  readonly #hashes = new Map<number, SentHash>()
  readonly #byRoot = new Map<Root, number[]>()
  /** Files that are not what was offered any more, or can't be read. */
  readonly #lost = new Set<number>()
  #paths: Map<string, number> | undefined

  constructor(
    record: SendRecord,
    entries: readonly SentEntry[],
    hashes: Iterable<readonly [number, SentHash]> = [],
  ) {
    this.record = record
    this.entries = entries
    for (const [index, hash] of hashes) this.setHash(index, hash)
  }

  setHash(index: number, hash: SentHash): void {
    this.#hashes.set(index, hash)
    const others = this.#byRoot.get(hash.root)
    if (others) others.push(index)
    else this.#byRoot.set(hash.root, [index])
  }

  /** The file can't be sent: nobody waits for its root. */
  lose(index: number): void {
    this.#lost.add(index)
  }

  rootAt(index: number): Root | undefined {
    return this.#hashes.get(index)?.root
  }

  /** Whether its content is still to be read. */
  isUnhashed(index: number): boolean {
    const entry = this.entries[index]
    return entry?.type === 'file' && entry.size > 0 && !this.#hashes.has(index) && !this.#lost.has(index)
  }

  indexOf(path: string): number | undefined {
    this.#paths ??= new Map(this.entries.map((entry, index) => [entry.path, index]))
    return this.#paths.get(path)
  }

  /** Leave to read a file of this content, if one of those that `may` be read has it. */
  grant(root: Root, may: (index: number) => boolean): Grant | undefined {
    const index = this.#byRoot.get(root)?.find(may)
    if (index === undefined) return undefined
    const entry = this.entries[index]
    const hash = this.#hashes.get(index)
    if (!entry || !hash) return undefined
    const { dev, ino, mtimeNs } = hash
    return { path: entry.local, within: entry.within, size: entry.size, dev, ino, mtimeNs }
  }

  /** Its first entries, for the offer itself. */
  first(): OfferPage['entries'] {
    return pageOf(this.#offered(0, LIMITS.offerFirstEntries))
  }

  page(offset: number, limit: number): OfferPage {
    return { total: this.entries.length, entries: pageOf(this.#offered(offset, limit)) }
  }

  *#offered(offset: number, limit: number): Generator<OfferedEntry> {
    const end = Math.min(offset + limit, this.entries.length)
    for (let index = offset; index < end; index++) {
      const entry = this.entries[index]
      if (!entry) return
      const { type, path, size, mtime } = entry
      const root = this.rootAt(index)
      yield { type, path, size, mtime, ...(root && { root }) }
    }
  }
}
