import { BlockList, isIPv6 } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { isLoopback } from '../../wire/index.js'

/** An address of this computer, and the network that is reached through it without a router. */
export interface OwnNetwork {
  readonly name: string
  readonly address: string
  /** As `10.0.0.0/24`. */
  readonly range: string
  readonly holds: (address: string) => boolean
}

/** The networks this computer is in, those of IPv4 first; its loopback is none. */
export function ownNetworks(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
): readonly OwnNetwork[] {
  return Object.entries(interfaces)
    .flatMap(([name, all = []]) =>
      all.filter(({ internal, cidr }) => !internal && cidr).map(one => network(name, one)),
    )
    .sort((a, b) => Number(isIPv6(a.address)) - Number(isIPv6(b.address)))
}

/** Whether an address is in one of these networks, or in this computer. */
export function isInside(networks: readonly OwnNetwork[], address: string): boolean {
  return isLoopback(address) || networks.some(({ holds }) => holds(address))
}

function network(name: string, { address, cidr, family }: NetworkInterfaceInfo): OwnNetwork {
  const bits = Number(cidr?.split('/')[1])
  const type = family === 'IPv4' ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(address, bits, type)
  return {
    name,
    address,
    range: family === 'IPv4' ? `${firstOf(address, bits)}/${bits}` : `${address}/${bits}`,
    holds(other) {
      const plain = other.split('%')[0] ?? ''
      return (isIPv6(plain) ? 'ipv6' : 'ipv4') === type && list.check(plain, type)
    },
  }
}

/** The first address of an IPv4 network. */
function firstOf(address: string, bits: number): string {
  const whole = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - bits)
  const first = Math.floor(whole / size) * size
  return [24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256).join('.')
}
