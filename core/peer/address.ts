import { networkInterfaces } from 'node:os'
import { PeerError } from '../errors/index.js'
import { isLoopback, LIMITS } from '../wire/index.js'

/** The port of a registry when an address names none. */
const REGISTRY_PORT = 7470

/** A place to dial. */
export interface Address {
  readonly host: string
  readonly port: number
  /** As it is written: `host:port`, `[host]:port` for IPv6. */
  readonly text: string
}

/** Reads `host`, `host:port` or `[v6]:port` as a person gives it; BAD_INPUT if it isn't one. */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:/[\]@]+))(?::(\d{1,5}))?$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2]
  const port = match?.[3] === undefined ? REGISTRY_PORT : Number(match[3])
  if (!host || port < 1 || port > 65_535)
    throw new PeerError('BAD_INPUT', `"${text.slice(0, 100)}" is not an address. Write it as host:port.`)
  return { host, port, text: joinAddress(host, port) }
}

/** Writes a host and a port as one text. */
export function joinAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The addresses a peer declares when it listens on `host`: of its LAN interfaces, none when only on loopback. */
export function declaredAddresses(host: string | undefined): string[] {
  if (host && host !== '0.0.0.0' && host !== '::') return isLoopback(host) ? [] : [host]
  const found = Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .sort((a, b) => a.family.localeCompare(b.family)) // IPv4 first
  return found.slice(0, LIMITS.addresses).map(({ address }) => address)
}

/** The address others reach this peer at, as far as it can tell: this machine's name on itself when none is. */
export function reachableHost(host: string | undefined): string {
  return declaredAddresses(host)[0] ?? host ?? 'localhost'
}
