import { defaultHome } from '../../core/index.js'
import { hostPeer } from '../cli/index.js'
import { connectLocal } from '../remote/local/index.js'
import { type MediaServer, startMediaServer } from '../web/index.js'
import type { Hosted } from './hosted.js'

/** The peer that runs on this person's home already, which goes on without us, else one of our own. */
export async function startHosted(): Promise<Hosted> {
  const home = defaultHome()
  const { peer, close } =
    (await connectRunning(home)) ?? (await hostPeer({ home, hostRegistry: 'unless-known' }))
  let media: Promise<MediaServer> | undefined
  return {
    peer,
    // Nothing listens until something is to be shown.
    async mediaUrl(transfer, entry) {
      media ??= startMediaServer({ peer })
      return (await media).mediaUrl(transfer, entry)
    },
    async close() {
      await media?.then(server => server.close())
      await close()
    },
  }
}

async function connectRunning(home: string): Promise<Pick<Hosted, 'peer' | 'close'> | undefined> {
  const peer = await connectLocal(home)
  return peer && { peer, close: () => peer.close() }
}
