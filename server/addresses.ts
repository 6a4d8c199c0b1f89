import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopback, LIMITS } from '../core/wire/index.js'

/** What a registry knows of where a peer is. */
export interface Whereabouts {
  /** The address its connection came from. */
  readonly seen: string
  /** Addresses the peer says it has. */
  readonly declared: readonly string[]
}

/**
 * The addresses of a peer that another one may be told: the one seen; declared ones only if they are private
 * and the one seen says nothing, being loopback or a gateway. Loopback leads nowhere from another computer.
 */
export function addressesFor(
  { seen, declared }: Whereabouts,
  asker: string,
  gateways: ReadonlySet<string>,
): readonly string[] {
  const hidden = isLoopback(seen) || gateways.has(seen)
  if (!hidden) return [seen]
  const told = declared.filter(isPrivate).slice(0, LIMITS.addresses)
  if (!isLoopback(seen)) return [...told, seen]
  return isLoopback(asker) ? [seen, ...told] : told
}

/** An address of a network of its own: RFC 1918, shared and link-local ones, and their like in IPv6. */
export function isPrivate(address: string): boolean {
  if (isIPv6(address)) return /^(f[cd]|fe[89ab])[0-9a-f]*:/i.test(address)
  if (!isIPv4(address)) return false
  const [a = 0, b = 0] = address.split('.').map(Number)
  if (a === 10 || (a === 192 && b === 168) || (a === 169 && b === 254)) return true
  return (a === 172 && b >= 16 && b <= 31) || (a === 100 && b >= 64 && b <= 127)
}

/** Where a registry that listens on this host can be reached, as `host:port`. */
export function listeningAddresses(host: string, port: number): readonly string[] {
  if (host !== '0.0.0.0' && host !== '::') return [hostPort(host, port)]
  const own = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
  return [...own, '127.0.0.1'].map(address => hostPort(address, port))
}

function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}
