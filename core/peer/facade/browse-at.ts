import { isPeerError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import type { BrowseAnswer, BrowseRequest } from '../../wire/index.js'
import type { Parts } from '../parts.js'

/** Asks the owner; the registry in its place when it can't be reached. */
export async function browseAt(
  parts: Parts,
  owner: PeerId,
  request: BrowseRequest,
): Promise<{ answer: BrowseAnswer; from: 'owner' | 'registry' }> {
  if (owner === parts.identity.id) return { answer: parts.share.browse('owner', request), from: 'owner' }
  try {
    const connection = await parts.connections.to(owner, parts.closing)
    return { answer: await connection.request('FILE_BROWSE', request), from: 'owner' }
  } catch (error) {
    const client = parts.registry.connected
    if (!client || !isPeerError(error) || !AWAY.has(error.code)) throw error
    parts.log.debug('browsing at the registry', { owner, code: error.code })
    return { answer: await client.browse({ ...request, owner }), from: 'registry' }
  }
}

/** How an owner can be out of reach. */
const AWAY: ReadonlySet<string> = new Set(['OFFLINE', 'UNREACHABLE', 'TIMEOUT', 'CONNECTION_LOST'])
