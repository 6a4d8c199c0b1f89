import { createHash } from 'node:crypto'
import type { PeerId } from '../../identity/index.js'
import type { Store, Table } from '../../store/index.js'

/** A folder of someone's share, and the local folder it was downloaded into. */
export interface DownloadedFolder {
  readonly owner: PeerId
  readonly remotePath: string
  /** The real folder in which its own lies. */
  readonly folder: string
}

/** Remembers under which name a folder was downloaded, so that the next download of it is an update. */
export class KnownFolders {
  readonly #store: Store
  readonly #names: Table<string>

  constructor(store: Store) {
    this.#store = store
    this.#names = store.table('downloaded-folders')
  }

  name(folder: DownloadedFolder): string | undefined {
    const name = this.#names.get(keyOf(folder))
    return typeof name === 'string' ? name : undefined
  }

  async remember(folder: DownloadedFolder, name: string): Promise<void> {
    if (this.name(folder) === name) return
    await this.#store.write(() => this.#names.put(keyOf(folder), name))
  }
}

function keyOf({ owner, remotePath, folder }: DownloadedFolder): string {
  return createHash('sha256').update([owner, remotePath, folder].join('\0')).digest('hex')
}
