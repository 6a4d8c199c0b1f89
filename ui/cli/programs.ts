import { join } from 'node:path'
import { createPeer, hashFile, openLog } from '../../core/index.js'
import { findNwRuntime, openDesktop } from '../desktop/index.js'
import { connectLocal, serveLocal } from '../remote/local/index.js'
import type { Programs } from './context.js'

/** The real ones. What only `up` needs is loaded when it is needed. */
export const systemPrograms: Programs = {
  connectLocal,
  createPeer,
  hostPeer: async options => (await import('./host-peer.js')).hostPeer(options),
  serveRunning: async peer => (await import('./host-peer.js')).serveRunning(peer),
  async serveLocal(peer, home) {
    const { log, close } = await openLog({ folder: join(home, 'logs'), name: 'host' })
    const server = await serveLocal({ peer, home, log: log.part('local') })
    return {
      async close() {
        await server.close()
        await close()
      },
    }
  },
  openDesktop(home, signal) {
    const runtime = findNwRuntime()
    return runtime === undefined ? undefined : openDesktop(runtime, home, signal)
  },
  hashFile: path => hashFile(path, { sha256: true }),
}
