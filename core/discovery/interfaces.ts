import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/** One address family on one network interface: what a socket is opened for. */
export interface Way {
  /** The same for as long as nothing about it changes. */
  readonly key: string
  readonly family: 'IPv4' | 'IPv6'
  /** What multicast is bound to: an address, or `::%eth0`. */
  readonly via: string
  /** Where this machine is reached through it. */
  readonly addresses: readonly string[]
}

/** What the system tells of its interfaces. */
export type Interfaces = () => Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** Every way out of this machine that others may be on; with `internal`, only those that stay in it. */
export function waysOf(interfaces: Interfaces = networkInterfaces, internal = false): Way[] {
  return Object.entries(interfaces()).flatMap(([name, all = []]) => {
    const usable = all.filter(one => one.internal === internal)
    return [...ways4(name, usable), ...way6(name, usable)]
  })
}

function ways4(name: string, all: readonly NetworkInterfaceInfo[]): Way[] {
  // Each address has a network of its own.
  const own = all.filter(({ family }) => family === 'IPv4')
  return own.map(({ address }) => ({
    key: `${name} ${address}`,
    family: 'IPv4',
    via: address,
    addresses: [address],
  }))
}

function way6(name: string, all: readonly NetworkInterfaceInfo[]): Way[] {
  const own = all.filter(({ family }) => family === 'IPv6').map(({ address }) => address)
  // Without a link-local address an interface speaks no IPv6 on its link; loopback has its own.
  if (!own.some(address => address.startsWith('fe80:') || address === '::1')) return []
  const via = process.platform === 'win32' ? `::%${scopeOf(all)}` : `::%${name}`
  return [{ key: `${name} ${own.join(' ')}`, family: 'IPv6', via, addresses: own }]
}

/** Windows names a scope by number. */
function scopeOf(all: readonly NetworkInterfaceInfo[]): number {
  return all.find(one => one.family === 'IPv6' && one.scopeid)?.scopeid ?? 0
}
