import { createPeer } from '../../core/index.js'
import type { Hosted } from './hosted.js'

/** Starts the peer of this person's home. */
export async function startHosted(): Promise<Hosted> {
  const peer = await createPeer()
  return { peer, close: () => peer.close() }
}
