// A process that downloads and tells how far it is, to be killed by a test: what is on disk must be enough.
import { join } from 'node:path'
import type { Transfer } from '../../api/index.js'
import type { Identity, PeerId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import { openStore } from '../../store/index.js'
import { createTransfers } from '../create-transfers.js'
import type { PlannedEntry, Source } from '../plan.js'

/** What the test tells the child first. */
export interface ChildTask {
  readonly identity: Identity
  readonly home: string
  readonly owner: PeerId
  readonly source: Source
  /** Default 2. */
  readonly workers?: number
  /** Where it is left out, or something is in the journal, it goes on with that. */
  readonly plan?: { readonly name: string; readonly entries: readonly PlannedEntry[] }
}

process.once('message', message => void run(message as ChildTask))
process.once('disconnect', () => process.exit())

async function run({ identity, home, owner, source, workers = 2, plan }: ChildTask): Promise<void> {
  const transfers = await createTransfers({
    identity,
    store: openStore(join(home, 'db')),
    folders: { tmp: join(home, 'tmp'), downloads: () => join(home, 'downloads') },
    workers,
    log: silentLogger,
    sourceOf: async () => source,
    sourcesOf: async () => [],
    ...(plan && { listAgain: () => again(plan.entries) }),
    onChange: (transfer: Transfer) => void process.send?.(transfer),
    onRemoved: () => {},
  })
  const kept = transfers.list()
  if (plan && kept.length === 0) await transfers.start({ ...plan, owner, ownerName: 'Ann' })
  for (const transfer of kept) process.send?.(transfer)
}

async function* again(entries: readonly PlannedEntry[]) {
  yield entries
}
