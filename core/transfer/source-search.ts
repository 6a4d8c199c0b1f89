import { hasCode, type PlainError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Root } from '../manifest/index.js'
import type { Catalog } from './catalog.js'
import type { Clock } from './clock.js'
import type { Source } from './plan.js'
import type { RunSources } from './run-sources.js'
import type { RunTasks } from './run-tasks.js'
import type { TransferJournal } from './transfer-journal.js'
import type { WorkPlan } from './work-plan.js'

/** Files from this size on are looked for elsewhere while they are fetched, bytes. */
const BIG_BYTES = 8 * 1024 * 1024
/** How many of the files that are being fetched are looked for. */
const MOST_LOOKED_FOR = 4
/** How often we see whether something is to be looked for, ms. */
const TICK_MS = 250
/** Between two looks for one file: soon at first, for others begin at the same time, ms. */
const FIRST_WAIT_MS = 750
const MOST_WAIT_MS = 20_000

/** What looking for sources needs of the run. */
export interface SourceSearchOptions {
  readonly plan: WorkPlan
  readonly tasks: RunTasks
  readonly sources: RunSources
  readonly deps: {
    readonly notes: TransferJournal
    readonly catalog: Catalog
    readonly clock: Clock
    sourcesOf(root: Root, signal: AbortSignal): Promise<readonly Source[]>
    sourceOf(peer: PeerId, signal: AbortSignal): Promise<Source>
  }
  /** Whether what is fetched for an entry is open to everyone, as far as the registry says. */
  isOpen(entry: number, open: boolean): void
  /** There may be something to do next. */
  turn(): void
}

/** Looks for sources of one run: the owner first, then who else has the big files that are being fetched. */
export class SourceSearch {
  readonly #options: SourceSearchOptions
  readonly #abort = new AbortController()
  readonly #searched = new Set<number>()
  readonly #hinted = new Set<PeerId>()
  /** By entry, when it is looked for next. */
  readonly #next = new Map<number, { atMs: number; waitMs: number }>()
  #finding = false
  #looking = false

  constructor(options: SourceSearchOptions) {
    this.#options = options
  }

  /** Whether someone is looked for without whom nothing goes on. */
  get finding(): boolean {
    return this.#finding
  }

  /** The owner if it can be reached, else who has the first file that is missing; gives why there is nobody. */
  async find(): Promise<PlainError | undefined> {
    if (this.#finding || this.#stopped) return undefined
    this.#finding = true
    const { deps, sources } = this.#options
    try {
      const { owner } = deps.notes.record
      let why: unknown
      const found =
        owner &&
        (await deps.sourceOf(owner, this.#abort.signal).catch(error => {
          why = error
          return undefined
        }))
      if (found) sources.join(found)
      else await this.#findOthers()
      // That someone is not online needs no words; that they are not to be asked does.
      return hasCode(why, 'BLOCKED') || hasCode(why, 'KEY_CHANGED') ? toPlainError(why) : undefined
    } catch (error) {
      return toPlainError(error)
    } finally {
      this.#finding = false
    }
  }

  /** From now on the sources of big files are kept fresh. */
  keepFresh(): void {
    this.#options.tasks.every(TICK_MS, () => this.#options.tasks.add(this.#look()))
  }

  /** A source is gone: others are looked for soon. */
  lost(): void {
    for (const next of this.#next.values()) next.waitMs = next.atMs = 0
  }

  /** Someone fetches from us what we are fetching, so has part of it, or will have. */
  hint(who: PeerId, entry: number): void {
    if (this.#stopped || this.#hinted.has(who)) return
    this.#hinted.add(who)
    this.#options.tasks.add(this.#follow(who, entry))
  }

  /** Of these entries, those for which nobody else was looked for yet. */
  unsearched(entries: readonly number[]): number[] {
    return entries.filter(entry => !this.#searched.has(entry))
  }

  /** Who else has what our sources refused? Asked once for each entry; tells whether someone new is there. */
  async searchElsewhere(entries: readonly number[]): Promise<boolean> {
    this.#finding = true
    let more = false
    try {
      for (const entry of entries) {
        this.#searched.add(entry)
        more = (await this.#lookFor(entry).catch(() => false)) || more
      }
    } finally {
      this.#finding = false
    }
    return more
  }

  /** Looks for nobody any more. */
  stop(reason: Error): void {
    this.#abort.abort(reason)
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted
  }

  async #findOthers(): Promise<void> {
    const { deps, sources } = this.#options
    const entry = deps.catalog.firstMissing()
    const root = entry === undefined ? undefined : deps.catalog.at(entry).root
    if (entry === undefined || !root) return
    for (const source of await deps.sourcesOf(root, this.#abort.signal)) {
      // Who shares one file of a folder may well share the others.
      sources.join(source, source.partial ? { entry } : undefined)
    }
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#stopped) return
    this.#looking = true
    try {
      for (const entry of this.#due()) {
        await this.#lookFor(entry).catch(() => {})
        this.#options.turn()
      }
    } finally {
      this.#looking = false
    }
  }

  /** Which of the big files that are being fetched are to be looked for now. */
  #due(): number[] {
    const { plan, deps } = this.#options
    const now = deps.clock.now()
    const big = plan.openFiles().filter(entry => deps.catalog.at(entry).size >= BIG_BYTES)
    return big.slice(0, MOST_LOOKED_FOR).filter(entry => {
      const next = this.#next.get(entry) ?? { atMs: 0, waitMs: 0 }
      if (next.atMs > now) return false
      next.waitMs = Math.min(MOST_WAIT_MS, Math.max(FIRST_WAIT_MS, next.waitMs * 2))
      next.atMs = now + next.waitMs
      this.#next.set(entry, next)
      return true
    })
  }

  async #lookFor(entry: number): Promise<boolean> {
    const { deps, sources, isOpen } = this.#options
    const { root } = deps.catalog.at(entry)
    if (!root) return false
    const found = await deps.sourcesOf(root, this.#abort.signal)
    if (this.#stopped) return false
    const open = this.#opennessBy(found)
    if (open !== undefined) isOpen(entry, open)
    let more = false
    const { owner } = deps.notes.record
    // Those that have all of it first, of the others any.
    for (const source of [...found].sort((a, b) => Number(a.partial ?? 0) - Number(b.partial ?? 0))) {
      if (source.id !== owner || source.partial) more = sources.join(source, { entry }) || more
      else if (!sources.ids.includes(source.id)) more = sources.join(source) || more
    }
    return more
  }

  /**
   * Content is open when the one we have it from shares it with everyone: the owner of the download, or, of one
   * by root alone, those whom the registry named. That someone else lists the same root says nothing: who
   * knows the root of a private file can do that. An owner that is offline isn't listed, which says nothing either.
   */
  #opennessBy(found: readonly Source[]): boolean | undefined {
    const { deps, sources } = this.#options
    const { owner } = deps.notes.record
    const whole = found.filter(source => !source.partial)
    if (owner === undefined) return whole.length > 0 ? true : undefined
    if (whole.some(({ id }) => id === owner)) return true
    return sources.laneTo(owner) ? false : undefined
  }

  async #follow(who: PeerId, entry: number): Promise<void> {
    const { deps, sources, turn } = this.#options
    const source = await deps.sourceOf(who, this.#abort.signal).catch(() => undefined)
    if (!source || this.#stopped || sources.ids.includes(who)) return
    sources.join({ ...source, partial: true }, { entry })
    turn()
  }
}
