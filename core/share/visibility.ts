import type { PeerId } from '../identity/index.js'
import type { Visibility } from '../manifest/index.js'

/** Someone who asks for what we share. */
export interface Asker {
  readonly id: PeerId
  /** Whether we have compared words with them. */
  readonly verified: boolean
}

/** The one whose share it is sees all of it. */
export type Viewer = Asker | 'owner'

/** Whether this person may see and fetch what has this visibility. */
export function maySee(asker: Viewer, visibility: Visibility): boolean {
  if (asker === 'owner') return true
  if (visibility === 'everyone') return true
  if (visibility === 'verified') return asker.verified
  return visibility.includes(asker.id)
}
