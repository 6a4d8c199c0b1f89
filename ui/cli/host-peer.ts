import { join } from 'node:path'
import {
  createPeer,
  hasCode,
  type Logger,
  openLog,
  type Peer,
  type PeerId,
  type PeerOptions,
} from '../../core/index.js'
import { type Registry, scopeFor, startRegistry } from '../../server/registry.js'
import { serveLocal } from '../remote/local/index.js'
import { startBridge } from '../web/index.js'

/** What runs besides the peer. */
export interface HostOptions extends PeerOptions {
  readonly home: string
  /**
   * A registry of this program's own, beside the peer: always, and then others on the LAN find it, or where the peer
   * knows none and sees none; then it is there for those who are given its address.
   */
  readonly hostRegistry?: 'always' | 'unless-known'
  /** Serves the app on this port; 0 takes any free one. */
  readonly uiPort?: number
}

/** A peer with everything around it. */
export interface Hosted {
  readonly peer: Peer
  /** The registry hosted here. */
  readonly registry?: { readonly address: string; readonly id: PeerId }
  /** The address of the app, for the person only. */
  readonly ui?: string
  /** The same for one use within a minute: for a command line, which other users of this computer can read. */
  ticketUrl?(): string
  /** Ends it all, in the order that loses nothing; safe to call twice. */
  close(): Promise<void>
}

const REGISTRY_PORT = 7470
/** So long a registry on the network is waited for. */
const LOOK_MS = 2_000
const BLOCK = 10
const BLOCKS = 10

/** Starts a peer, lets the command line reach it, and starts what was asked for beside it. */
export async function hostPeer({ hostRegistry, uiPort, ...options }: HostOptions): Promise<Hosted> {
  const { log, close: closeLog } = await openLog({ folder: join(options.home, 'logs'), name: 'host' })
  const ends: (() => Promise<void>)[] = [closeLog]
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= closeAll(ends)
    return closing
  }
  try {
    const { peer, registry } = await startPeer(options, hostRegistry, ends, log.part('registry'))
    const local = await serveLocal({ peer, home: options.home, log: log.part('local') })
    ends.push(() => local.close())
    const bridge =
      uiPort === undefined ? undefined : await startBridge({ peer, port: uiPort, log: log.part('web') })
    if (bridge) ends.push(() => bridge.close())
    return {
      peer,
      ...(registry && { registry: { address: registryAddress(registry), id: registry.id } }),
      ...(bridge && { ui: bridge.url, ticketUrl: bridge.ticketUrl }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The app of a peer that runs in another process, which goes on when this ends. */
export async function serveRunning(peer: Peer): Promise<Hosted> {
  const bridge = await startBridge({ peer, port: 0 })
  return {
    peer,
    ui: bridge.url,
    ticketUrl: bridge.ticketUrl,
    close: () => closeAll([() => peer.close(), () => bridge.close()]),
  }
}

async function startPeer(
  options: PeerOptions & { readonly home: string },
  hostRegistry: HostOptions['hostRegistry'],
  ends: (() => Promise<void>)[],
  log: Logger,
): Promise<{ peer: Peer; registry?: Registry }> {
  if (hostRegistry !== 'always') {
    const peer = await createPeer(options)
    const { registry } = await peer.status()
    if (hostRegistry === undefined || registry.state !== 'none' || (await seesRegistry(peer))) {
      ends.push(() => peer.close())
      return { peer }
    }
    // A registry of one's own is not to be remembered, which only a start can say.
    await peer.close()
  }
  const registry = await startOwnRegistry(options.home, { log, isForOthers: hostRegistry === 'always' })
  ends.push(() => registry.close())
  const own = { address: `127.0.0.1:${registry.port}`, id: registry.id }
  const peer = await createPeer({ ...options, registry: own })
  ends.push(() => peer.close())
  return { peer, registry }
}

/** Whether a registry is on the network within a moment: then the person is asked to join it, and none is run here. */
async function seesRegistry(peer: Peer): Promise<boolean> {
  if (!scopeFor(undefined) || !(await peer.settings.all()).discovery) return false
  return new Promise(resolve => {
    const decide = (isThere: boolean) => {
      clearTimeout(timer)
      stop()
      resolve(isThere)
    }
    const timer = setTimeout(() => decide(false), LOOK_MS)
    const stop = peer.subscribe(event => {
      if (event.kind === 'registries' && event.found.length > 0) decide(true)
    })
    void peer.registry.found().then(
      found => found.length > 0 && decide(true),
      () => decide(false),
    )
  })
}

/** The registry in the peer's home, on its port or the same one of a later block of ten. */
async function startOwnRegistry(
  home: string,
  { log, isForOthers }: { readonly log: Logger; readonly isForOthers: boolean },
): Promise<Registry> {
  const announce = isForOthers ? scopeFor(undefined) : undefined
  for (let block = 0; ; block++) {
    const port = block < BLOCKS ? REGISTRY_PORT + block * BLOCK : 0
    try {
      return await startRegistry({
        ...{ home: join(home, 'registry'), host: '0.0.0.0', port, log },
        ...(announce && { announce }),
      })
    } catch (error) {
      if (!hasCode(error, 'PORT_BUSY') || port === 0) throw error
    }
  }
}

/** The address to give to others. */
function registryAddress({ addresses, port }: Registry): string {
  return addresses.find(address => !address.startsWith('127.')) ?? addresses[0] ?? `127.0.0.1:${port}`
}

/** In reverse order of starting; what fails to end is told after all have been tried. */
async function closeAll(ends: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const end of [...ends].reverse()) await end().catch(error => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
