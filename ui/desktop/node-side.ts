import { defaultHome } from '../../core/index.js'
import { hostPeer } from '../cli/index.js'
import { connectLocal } from '../remote/local/index.js'
import type { Hosted } from './hosted.js'

/** The peer that runs on this person's home already, which goes on without us, else one of our own. */
export async function startHosted(): Promise<Hosted> {
  const home = defaultHome()
  const running = await connectLocal(home)
  if (running) return { peer: running, close: () => running.close() }
  return hostPeer({ home, hostRegistry: 'unless-known' })
}
