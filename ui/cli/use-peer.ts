import { setTimeout as delay } from 'node:timers/promises'
import { isPeerError, type Peer } from '../../core/index.js'
import { type Context, orInterrupted } from './context.js'

/** A peer for a command. */
export interface UsedPeer {
  readonly peer: Peer
  /** This command runs it: it ends with the command. */
  readonly own: boolean
}

/** A peer of one's own needs the network, or only what is on this computer: then it starts at once and joins nothing. */
export type Need = 'network' | 'home'

const REGISTRY_WAIT_MS = 10_000
/** Another command may be starting or ending a peer on this home just now. */
const IN_USE_TRIES = 20
const IN_USE_WAIT_MS = 250

/** Runs `work` with the peer that runs on the home, else with one of its own, ended afterwards. */
export async function usePeer<T>(
  context: Context,
  need: Need,
  work: (used: UsedPeer) => Promise<T>,
): Promise<T> {
  const used = await reach(context, need)
  try {
    if (need === 'network') await registrySettled(used.peer, context.signal)
    return await work(used)
  } finally {
    await used.close()
  }
}

async function reach(context: Context, need: Need): Promise<UsedPeer & { close(): Promise<void> }> {
  for (let tries = 0; ; tries++) {
    const running = await context.programs.connectLocal(context.home)
    if (running) return { peer: running, own: false, close: () => running.close() }
    try {
      return await startOwn(context, need)
    } catch (error) {
      if (!isPeerError(error) || error.code !== 'HOME_IN_USE' || tries >= IN_USE_TRIES) throw error
      await orInterrupted(context.signal, delay(IN_USE_WAIT_MS))
    }
  }
}

async function startOwn(
  { programs, home }: Context,
  need: Need,
): Promise<UsedPeer & { close(): Promise<void> }> {
  const alone = { host: '127.0.0.1', port: 0, registry: null }
  const peer = await programs.createPeer(need === 'home' ? { home, ...alone } : { home })
  try {
    const server = await programs.serveLocal(peer, home)
    return {
      peer,
      own: true,
      async close() {
        await server.close()
        await peer.close()
      },
    }
  } catch (error) {
    await peer.close()
    throw error
  }
}

/** Waits until the registry has been joined or is known to be away, for a while at most. */
async function registrySettled(peer: Peer, signal: AbortSignal): Promise<void> {
  let settled = () => {}
  const waiting = new Promise<void>(resolve => {
    settled = resolve
  })
  const stop = peer.subscribe(event => {
    if (event.kind === 'closed' || (event.kind === 'registry' && event.registry.state !== 'connecting'))
      settled()
  })
  const late = new AbortController()
  try {
    const { registry } = await peer.status()
    if (registry.state !== 'connecting') return
    const deadline = delay(REGISTRY_WAIT_MS, undefined, { signal: late.signal }).catch(() => {})
    await orInterrupted(signal, Promise.race([waiting, deadline]))
  } finally {
    late.abort()
    stop()
  }
}
