import type { ErrorCode } from '../core/errors/index.js'

/** How much a registry holds and does now. */
export interface RegistryStats {
  readonly people: number
  readonly online: number
  readonly connections: number
  /** Files and folders in the index. */
  readonly entries: number
  readonly files: number
  readonly bytes: number
  /** Whether all that was stored can be searched. */
  readonly complete: boolean
  readonly banned: number
  /** Why the last write to the store failed, if it did. */
  readonly storeFailing?: ErrorCode
}
