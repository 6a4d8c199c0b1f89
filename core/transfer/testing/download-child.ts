// A process that downloads and tells how far it is, to be killed by a test: what is on disk must be enough.
import { join } from 'node:path'
import type { ConflictRule, Transfer } from '../../api/index.js'
import type { Identity, PeerId } from '../../identity/index.js'
import { silentLogger } from '../../log/index.js'
import type { Root } from '../../manifest/index.js'
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
  /** Where it is left out, or is in the journal already, it goes on with what is there. */
  readonly plan?: {
    readonly name: string
    readonly entries: readonly PlannedEntry[]
    readonly onConflict?: ConflictRule
  }
  /** Downloads that were made of this home before the plan. Default: none. */
  readonly earlier?: number
  /** Files of its share, by what is in them. */
  readonly localCopies?: ReadonlyMap<Root, string>
}

process.once('message', message => void run(message as ChildTask))
process.once('disconnect', () => process.exit())

async function run(task: ChildTask): Promise<void> {
  const { identity, home, owner, source, workers = 2, plan, earlier = 0, localCopies } = task
  const transfers = await createTransfers({
    identity,
    store: openStore(join(home, 'db')),
    folders: { tmp: join(home, 'tmp'), downloads: () => join(home, 'downloads') },
    workers,
    log: silentLogger,
    sourceOf: async () => source,
    sourcesOf: async () => [],
    ...(localCopies && { localCopyOf: root => localCopies.get(root) }),
    ...(plan && { listAgain: () => again(plan.entries) }),
    onChange: (transfer: Transfer) => void process.send?.(transfer),
    onRemoved: () => {},
  })
  // The newest is told last: that is the one the test looks at.
  const kept = transfers.list().reverse()
  for (const transfer of kept) process.send?.(transfer)
  if (plan && kept.length <= earlier) await transfers.start({ ...plan, owner, ownerName: 'Ann' })
}

async function* again(entries: readonly PlannedEntry[]) {
  yield entries
}
