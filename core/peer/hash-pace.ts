import type { Settings } from '../api/index.js'

/** Bytes a second that are hashed of what is shared: 0 for none, undefined for as fast as it goes. */
export function hashPace({ hashPaused, hashLimit }: Settings): number | undefined {
  return hashPaused ? 0 : hashLimit || undefined
}
