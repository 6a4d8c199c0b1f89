import type { Finding } from '../../api/index.js'
import { shortId } from '../../identity/index.js'
import { isLoopback } from '../../wire/index.js'
import type { Parts } from '../parts.js'
import { rangeOf } from './firewall.js'
import type { OwnNetwork } from './networks.js'

/** How this computer stands in its networks. */
export function networkFinding(networks: readonly OwnNetwork[]): Finding {
  const check = 'network'
  if (networks.length > 0)
    return {
      check,
      ok: true,
      seen: `This computer has ${networks.map(({ name, address, range }) => `${address} (${name}, ${range})`).join(', ')}.`,
    }
  return {
    check,
    ok: false,
    seen: 'This computer has no address in any network.',
    remedy: 'Connect it: plug in the cable or join the Wi-Fi.',
  }
}

/** Where this peer listens. */
export function portsFinding({ ports, address }: Parts): Finding {
  const range = rangeOf(ports)
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '')
  if (isLoopback(host) || host === 'localhost')
    return {
      check: 'ports',
      ok: false,
      seen: `This peer listens on ports ${range} of this computer only (${host}): nobody else can connect.`,
      remedy: 'Run it without a command that works alone: tspeer up, or the app.',
    }
  return { check: 'ports', ok: true, seen: `This peer listens on ports ${range}.` }
}

/** Who tells of themselves on the network. */
export function discoveryFinding({ settings, around, nearby }: Parts): Finding {
  const check = 'discovery'
  if (!settings.all().discovery || !around.isOn)
    return {
      check,
      ok: true,
      seen: 'Finding others on the network is off.',
      remedy: 'To find them and be found: tspeer settings discovery true',
    }
  const registries = around.registries()
  const people = nearby.seen()
  const seen = `On the network ${countOf(people.length, 'person', 'people')} and ${countOf(registries.length, 'registry', 'registries')} are seen${
    registries.length > 0
      ? `: ${registries.map(({ address, id }) => `${address} (${shortId(id)})`).join(', ')}`
      : ''
  }.`
  if (people.length + registries.length > 0) return { check, ok: true, seen }
  return {
    check,
    ok: false,
    seen: 'Nobody is seen on the network.',
    remedy:
      'Networks of schools and guests often refuse multicast, or keep computers apart. Type the address of the registry (tspeer settings registry HOST:PORT), or let this peer ask a range of addresses (tspeer settings probe 10.0.0.0/24).',
  }
}

function countOf(n: number, one: string, other: string): string {
  return `${n} ${n === 1 ? one : other}`
}
