import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ConflictRule } from '../api/index.js'
import type { Store } from '../store/index.js'
import type { Journal } from './journal.js'
import type { TransferRecord } from './journal-records.js'
import { KnownFolders } from './local/known-folders.js'
import type { DownloadPlan, PlannedEntry } from './plan.js'
import { makeTarget, prepareTarget } from './prepare-target.js'

/** What making downloads needs of the engine. */
export interface NewDownloadsOptions {
  readonly store: Store
  readonly journal: Journal
  readonly folders: { readonly tmp: string }
  onConflict?(): ConflictRule
  /** Whether a download that is not over becomes this path. */
  isTarget(path: string): boolean
}

/** Makes a download of what is asked for: its place is decided once, kept free of others, and noted. */
export class NewDownloads {
  readonly #options: NewDownloadsOptions
  readonly #known: KnownFolders
  /** Places decided for downloads that are not in the list yet. */
  readonly #placing = new Set<string>()

  constructor(options: NewDownloadsOptions) {
    this.#options = options
    this.#known = new KnownFolders(options.store)
  }

  /** `first` is the plan's first entry. `open` puts the download in the list as soon as its record is durable. */
  async make<D>(
    plan: DownloadPlan,
    first: PlannedEntry,
    folder: string,
    open: (record: TransferRecord) => D,
  ): Promise<D> {
    const record = await this.#record(plan, first, folder)
    const place = join(record.folder, record.targetName)
    this.#placing.add(place)
    const { journal } = this.#options
    const download = await journal
      .commit(record.id, { record })
      .then(() => makeTarget(record))
      .then(() => open(record))
      .catch(async error => {
        await journal.forget(record.id, { keep: 'nothing' }).catch(() => {})
        throw error
      })
      .finally(() => this.#placing.delete(place))
    await this.#knownAs(plan, first, record.folder)?.remember(record.targetName)
    return download
  }

  async #record(plan: DownloadPlan, first: PlannedEntry, folder: string): Promise<TransferRecord> {
    const id = randomBytes(16).toString('hex')
    const { folders, isTarget } = this.#options
    const onConflict = plan.onConflict ?? this.#options.onConflict?.() ?? 'keep-both'
    const target = await prepareTarget({
      folder,
      name: plan.name,
      type: first.type,
      tmp: folders.tmp,
      id,
      onConflict,
      knownIn: into => this.#knownAs(plan, first, into)?.name,
      isReserved: path => this.#placing.has(path) || isTarget(path),
    })
    return {
      id,
      name: plan.name,
      type: first.type,
      ...(plan.owner && { owner: plan.owner }),
      ...(plan.ownerName !== undefined && { ownerName: plan.ownerName }),
      ...(plan.offer !== undefined && { offer: plan.offer }),
      ...target,
      onConflict,
      wish: 'run',
      finished: false,
      listed: false,
      entries: 0,
      files: 0,
      total: 0,
      createdAt: Date.now(),
    }
  }

  /** Under which name a folder was downloaded before. */
  #knownAs({ owner }: DownloadPlan, { type, remotePath }: PlannedEntry, folder: string) {
    if (!owner || type === 'file') return undefined
    const key = { owner, remotePath, folder }
    return {
      name: this.#known.name(key),
      remember: (name: string) => this.#known.remember(key, name),
    }
  }
}
