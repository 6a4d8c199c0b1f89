import type { PlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { visibleName } from '../paths/index.js'
import type { Catalog } from './catalog.js'
import { type Missed, meaningOf, outcome, type RunEnd } from './outcome.js'
import type { RunSources } from './run-sources.js'
import type { TransferJournal } from './transfer-journal.js'
import type { WorkPlan } from './work-plan.js'

/** What refusals need of the run. */
export interface RefusalsOptions {
  readonly plan: WorkPlan
  readonly sources: RunSources
  readonly deps: { readonly catalog: Catalog; readonly notes: TransferJournal }
  /** Something here, not at a source, stands in the way of everything. */
  failHere(error: PlainError): void
}

/** What of one run is refused by sources or can't be written here, and what comes of it in the end. */
export class Refusals {
  readonly #options: RefusalsOptions
  readonly #unwritable = new Map<number, PlainError>()

  constructor(options: RefusalsOptions) {
    this.#options = options
  }

  /** An entry, or some pieces of it, did not come; without a source it is something here. */
  add(entry: number, source: PeerId | undefined, error: PlainError): void {
    const { plan, failHere } = this.#options
    const { holders } = plan
    // It has less than it said: it is asked for the rest once it says what it has.
    if (error.code === 'PENDING' && source && holders.bits(source, entry)) {
      holders.setBits(source, entry, Buffer.alloc(0))
      return
    }
    switch (meaningOf(error.code)) {
      case 'ask-again':
        plan.giveBack(entry)
        return
      case 'disk-full':
        plan.giveBack(entry)
        failHere(error)
        return
      case 'local':
        plan.giveBack(entry)
        this.#unwritable.set(entry, error)
        plan.done(entry)
        return
      case 'refused':
        if (source === undefined) plan.giveBack(entry)
        else plan.refuse(entry, source, error.code, this.#options.sources.ids)
        return
      case 'drop-source':
        if (source === undefined) plan.giveBack(entry)
        else {
          plan.refuse(entry, source, error.code, this.#options.sources.ids)
          this.drop(source)
        }
    }
  }

  /** A source lies: what the others have refused is stuck now. */
  drop(source: PeerId): void {
    const { plan, sources } = this.#options
    if (sources.drop(source)) plan.sourcesLeft(sources.ids)
  }

  /** How the run ends when these are all that could not be had. */
  outcome(stuck: WorkPlan['stuck']): RunEnd {
    const { catalog, notes } = this.#options.deps
    const name = (entry: number) => visibleName(catalog.at(entry).path || notes.record.name)
    const missed: Missed[] = [
      ...[...this.#unwritable].map(([entry, { code, message }]) => ({ name: name(entry), code, message })),
      ...stuck.map(({ entry, code }) => ({
        name: name(entry),
        code,
        message: `${name(entry)} could not be fetched (${code}). Resume to try again.`,
      })),
    ]
    return outcome(missed, notes.record.ownerName ?? 'its owner')
  }
}
