import { availableParallelism } from 'node:os'
import type { PeerOptions } from '../api/index.js'
import type { Identity, PeerId } from '../identity/index.js'
import type { Logger } from '../log/index.js'
import { createUploads, type Limits, type Uploads } from '../transfer/index.js'
import { type Listener, listen } from '../wire/index.js'
import { answersOf, grantsOf } from './answers.js'
import type { Parts } from './parts.js'
import { openAtFreeBlock, type PortBlock, portBlocks } from './ports.js'
import { notThere } from './trust.js'

/** The control port and the upload workers' data ports, open. */
export interface OpenPorts {
  readonly listener: Listener
  readonly uploads: Uploads
}

/** What serving others needs. */
interface PortsOptions {
  readonly log: Logger
  readonly limits: Limits
  /** Who is blocked at the start. */
  readonly blocked: readonly PeerId[]
  onServing(): void
}

/** Opens the first free block of ports; PORT_BUSY when there is none. */
export async function openPorts(
  { host = DEFAULT_HOST, port, workers }: PeerOptions,
  identity: Identity,
  parts: () => Parts,
  { log, limits, blocked, onServing }: PortsOptions,
): Promise<OpenPorts> {
  const open = async (block: PortBlock): Promise<OpenPorts> => {
    const listener = await listen({
      identity,
      host,
      port: block.control,
      role: 'peer',
      handlers: answersOf(parts),
      onConnection: connection =>
        parts().trust.isBlocked(connection.peerId) ? notThere() : parts().connections.accept(connection),
      log: log.part('wire'),
    })
    try {
      const uploads = await createUploads({
        identity,
        host,
        ports: block.data.length > 0 ? block.data.slice(0, uploadWorkers()) : 'any',
        workerKind: workers ?? 'thread',
        log: log.part('transfer'),
        grants: grantsOf(parts),
        limits: limits.up,
        blocked,
        onServing,
      })
      return { listener, uploads }
    } catch (error) {
      await listener.close()
      throw error
    }
  }
  return (await openAtFreeBlock(portBlocks(port), open)).opened
}

/** All addresses, of IPv6 and IPv4. */
export const DEFAULT_HOST = '::'

function uploadWorkers(): number {
  return Math.max(2, Math.min(4, Math.ceil(availableParallelism() / 2)))
}
