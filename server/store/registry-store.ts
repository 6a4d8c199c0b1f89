import type { PeerId } from '../../core/identity/index.js'
import type { ShareVersion } from '../../core/manifest/index.js'

/** What is kept of a person. */
export interface StoredPerson {
  readonly id: PeerId
  readonly name: string
  /** ms since 1970. */
  readonly lastSeen: number
  /** The share version whose documents are stored in full; none where the share must come anew. */
  readonly version?: ShareVersion
  readonly files: number
  readonly bytes: number
  readonly hashed: number
  /** From whom its presence, listing and addresses are kept. */
  readonly blocked: readonly PeerId[]
}

/** Some of the entries of one shared folder, packed in one string. */
export interface ShareDocument {
  readonly owner: PeerId
  /** The folder's path; '' is the share itself. */
  readonly folder: string
  readonly chunk: number
  /** The n of the share version that wrote it. */
  readonly n: number
  /** As `packEntries` makes it. */
  readonly entries: string
}

/** A document by its place. */
export type DocumentKey = Pick<ShareDocument, 'owner' | 'folder' | 'chunk'>

/** Documents to write and to remove, in one go. */
export interface ShareWrite {
  readonly put: readonly ShareDocument[]
  readonly remove: readonly DocumentKey[]
}

/** What was found damaged when the store was opened. */
export interface StoreDamage {
  readonly file: string
  /** Lines that could not be read and were dropped. */
  readonly lines: number
  /** People that were restored from the backup. */
  readonly restored: number
  /** Where the damaged file is kept. */
  readonly kept?: string
}

/**
 * Where a registry keeps what must outlive it. All data is plain, so that an engine may live in a worker.
 * A write that resolved is on disk. One that rejects with STORE_FAILED or DISK_FULL may be there or not.
 */
export interface RegistryStore {
  /** What was damaged; people whose documents may be among it have no version. */
  readonly damage: readonly StoreDamage[]
  /** A random number kept with the store. */
  readonly seed: number
  people(): Promise<readonly StoredPerson[]>
  putPerson(person: StoredPerson): Promise<void>
  removePerson(id: PeerId): Promise<void>
  /** The next documents of all that were there at the start; none when all were given. */
  nextDocuments(): Promise<readonly ShareDocument[]>
  writeShare(write: ShareWrite): Promise<void>
  /** Waits for what is being written. Safe to call twice. */
  close(): Promise<void>
}
