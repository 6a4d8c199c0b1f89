import type { PeerId } from '../identity/index.js'
import { isPeerId } from '../identity/index.js'
import type { DnsPacket, DnsRecord } from './link.js'

/** What can be found on a network. */
export type ServiceKind = 'peer' | 'registry'

/** Something to be found: the instance is named by the id, which no other can have, so no name is probed for (RFC 6762, 8.1). */
export interface Service {
  readonly kind: ServiceKind
  readonly id: PeerId
  /** Of control connections. */
  readonly port: number
}

/** What a packet says of a service, seconds; 0 says that it goes. */
export interface Heard extends Service {
  readonly ttl: number
}

/** The DNS-SD names of the kinds (RFC 6763). */
export const TYPES: Readonly<Record<ServiceKind, string>> = {
  peer: '_tspeer._tcp.local',
  registry: '_tspeer-registry._tcp.local',
}
const KINDS = Object.keys(TYPES) as readonly ServiceKind[]

/** How long a record counts, seconds: a peer asks at least four times in it. */
export const TTL_SECONDS = 240
/** No longer, whatever a packet says. */
const MOST_TTL_SECONDS = 2 * TTL_SECONDS

/** The records that tell of a service, the shared one first. `addresses` are those of the interface they go out on. */
export function recordsOf(
  { kind, id, port }: Service,
  addresses: readonly string[],
  ttl = TTL_SECONDS,
): { readonly shared: DnsRecord; readonly own: readonly DnsRecord[] } {
  const name = instanceName(kind, id)
  const target = `${id}.local`
  return {
    shared: { name: TYPES[kind], type: 'PTR', ttl, data: name },
    own: [
      { name, type: 'SRV', ttl, data: { port, target } },
      { name, type: 'TXT', ttl, data: [] },
      ...addresses.map(
        (data): DnsRecord => ({ name: target, type: data.includes(':') ? 'AAAA' : 'A', ttl, data }),
      ),
    ],
  }
}

/** Whether a question can be answered with this service. */
export function asksFor(
  { kind, id }: Service,
  question: { readonly name: string; readonly type: string },
): boolean {
  const name = question.name.toLowerCase()
  const { type } = question
  if (name === TYPES[kind]) return type === 'PTR' || type === 'ANY'
  return name === instanceName(kind, id) && (type === 'SRV' || type === 'TXT' || type === 'ANY')
}

/** Which services a packet tells of. Only ids and ports are taken from it: whoever sent it is where they are. */
export function heardIn(packet: DnsPacket): Heard[] {
  const heard: Heard[] = []
  for (const record of [...packet.answers, ...packet.additionals]) {
    const { type, name, ttl = 0, data } = record
    if (type === 'PTR' && ttl === 0 && typeof data === 'string') {
      const gone = instanceOf(data)
      if (gone) heard.push({ ...gone, port: 0, ttl: 0 })
    }
    if (type !== 'SRV') continue
    const instance = instanceOf(name)
    const port = portOf(data)
    if (instance && port) heard.push({ ...instance, port, ttl: Math.min(ttl, MOST_TTL_SECONDS) })
  }
  return heard
}

/** The instances of a kind that a question says are known well enough: those need not answer (RFC 6762, 7.1). */
export function knownIn({ answers }: DnsPacket): ReadonlySet<string> {
  const known = answers.filter(({ type, ttl = 0 }) => type === 'PTR' && ttl > TTL_SECONDS / 2)
  return new Set(known.map(({ data }) => String(data).toLowerCase()))
}

export function instanceName(kind: ServiceKind, id: PeerId): string {
  return `${id}.${TYPES[kind]}`
}

function instanceOf(text: string): { kind: ServiceKind; id: PeerId } | undefined {
  const name = text.toLowerCase()
  const dot = name.indexOf('.')
  const id = name.slice(0, dot)
  const kind = KINDS.find(one => TYPES[one] === name.slice(dot + 1))
  return kind && isPeerId(id) ? { kind, id } : undefined
}

function portOf(data: unknown): number | undefined {
  const port = typeof data === 'object' && data !== null && 'port' in data ? data.port : undefined
  return typeof port === 'number' && port > 0 && port <= 65_535 ? port : undefined
}
