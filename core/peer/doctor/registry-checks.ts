import type { Finding, FoundRegistry, RegistryStatus } from '../../api/index.js'
import { isPeerError } from '../../errors/index.js'
import { shortId } from '../../identity/index.js'
import type { RegistryClient } from '../../registry/index.js'
import { parseAddress } from '../address.js'
import type { Parts } from '../parts.js'
import { clockFinding, clockOffset } from './clock.js'
import { openingAdvice } from './firewall.js'
import type { OwnNetwork } from './networks.js'
import { tryWay } from './way.js'

/** How it stands with the registry, and how the registry sees this peer. */
export async function registryFindings(parts: Parts, networks: readonly OwnNetwork[]): Promise<Finding[]> {
  const status = parts.registry.status()
  const client = parts.registry.connected
  if (!client) return [await withoutRegistry(parts, status, networks)]
  const { address = '', name = '', id } = status
  const connected: Finding = {
    check: 'registry',
    ok: status.error === undefined,
    seen: `Connected to ${name} at ${address}${id ? ` (${shortId(id)})` : ''}.${status.error ? ` ${status.error.message}` : ''}`,
  }
  return [connected, ...(await Promise.all([reachableFinding(parts, client), registryClock(client)]))]
}

async function withoutRegistry(
  { registry, around, identity, closing }: Parts,
  status: RegistryStatus,
  networks: readonly OwnNetwork[],
): Promise<Finding> {
  const { state, address, error } = status
  if (state === 'none' || !address) return noneSet(around.registries())
  const pinned = registry.pinned(address)
  const { host, port } = parseAddress(address)
  const way = await tryWay({
    identity,
    hosts: [host],
    port,
    networks,
    whose: 'the registry’s',
    signal: closing,
    ...(pinned ? { expect: pinned } : {}),
  })
  if (!way.ok && way.other)
    return {
      check: 'registry',
      ok: false,
      seen: `Another registry answers at ${address}: ${shortId(way.other)}, not ${pinned ? shortId(pinned) : 'the one that was joined'}.`,
      remedy:
        'Ask who runs it. If it was set up anew, leave it and join it again; if not, do not: somebody may be posing as it.',
    }
  if (!way.ok) return { check: 'registry', ok: false, seen: way.seen, remedy: way.remedy }
  // It can be connected to: so it is the registry that says no, or did until now.
  return {
    check: 'registry',
    ok: false,
    seen: error ? error.message : `${address} answers; connecting.`,
    ...(error ? {} : { remedy: 'Wait a moment, then look again.' }),
  }
}

function noneSet(found: readonly FoundRegistry[]): Finding {
  const [first] = found
  return {
    check: 'registry',
    ok: true,
    seen: 'No registry is set: people of this network are met directly.',
    ...(first
      ? { remedy: `One is on this network. To join it: tspeer settings registry ${first.address}` }
      : {}),
  }
}

/** The registry connects to this peer's port from where it is. */
async function reachableFinding({ ports }: Parts, client: RegistryClient): Promise<Finding> {
  const check = 'reachable'
  try {
    const { host, reached, message = '' } = await client.tryMe(ports.control)
    if (reached)
      return {
        check,
        ok: true,
        seen: `The registry can connect to this peer at ${host}, port ${ports.control}.`,
      }
    return {
      check,
      ok: false,
      seen: `The registry can’t connect to this peer: ${message}`,
      remedy: await openingAdvice(ports),
    }
  } catch (error) {
    return { check, ok: true, seen: `The registry did not try: ${sentenceOf(error)}` }
  }
}

async function registryClock(client: RegistryClient): Promise<Finding> {
  try {
    return clockFinding(await clockOffset(() => client.time()), 'the registry’s')
  } catch (error) {
    return { check: 'clock', ok: true, seen: `The registry did not tell its time: ${sentenceOf(error)}` }
  }
}

export function sentenceOf(error: unknown): string {
  return isPeerError(error) ? error.message : String(error)
}
