import { createSocket } from 'node:dgram'
import multicastDns from 'multicast-dns'
import type { Way } from './interfaces.js'

type Question = multicastDns.QueryOutgoingPacket['questions'][number]
type Answer = multicastDns.ResponseOutgoingPacket['answers'][number]
type RecordType = Question['type']

/** The records that DNS-SD uses. */
export interface DnsRecord {
  readonly name: string
  readonly type: RecordType
  readonly ttl?: number
  readonly data: unknown
}

/** A packet as far as it is read here. */
export interface DnsPacket {
  readonly questions: readonly { readonly name: string; readonly type: RecordType }[]
  readonly answers: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

export interface LinkOptions {
  readonly way: Way
  /** UDP; that of multicast DNS is 5353. */
  readonly port: number
  readonly onQuery: (packet: DnsPacket, from: string) => void
  readonly onResponse: (packet: DnsPacket, from: string) => void
  /** It does not work, or works no more. */
  readonly onFault: (error: Error) => void
}

/** Multicast DNS (RFC 6762) on one way. */
export interface Link {
  readonly way: Way
  query(questions: readonly Question[], known: readonly DnsRecord[]): void
  respond(answers: readonly DnsRecord[], additionals: readonly DnsRecord[]): Promise<void>
  close(): Promise<void>
}

const GROUPS = { IPv4: '224.0.0.251', IPv6: 'ff02::fb' } as const
/** All addresses of a family: a socket bound to one gets no multicast on Linux. */
const ANY = { IPv4: '0.0.0.0', IPv6: '::' } as const

export function openLink({ way, port, onQuery, onResponse, onFault }: LinkOptions): Link {
  const { family, via } = way
  const type = family === 'IPv4' ? 'udp4' : 'udp6'
  const mdns = multicastDns({
    type,
    port,
    ip: GROUPS[family],
    interface: via,
    bind: ANY[family],
    socket: createSocket({ type, reuseAddr: true, ...(family === 'IPv6' && { ipv6Only: true }) }),
  } as multicastDns.Options)
  let closed = false
  const fault = (error: Error | null | undefined) => {
    if (error && !closed) onFault(error)
  }
  mdns.on('error', fault)
  // A packet that is none is dropped; what a socket can't do shows when it sends.
  mdns.on('query', (packet, { address, port: from }) => {
    // Other ports are of simple resolvers (RFC 6762, 6.7), which want more than they give: they get nothing.
    if (from === port) onQuery(packet as DnsPacket, address)
  })
  mdns.on('response', (packet, { address, port: from }) => {
    if (from === port) onResponse(packet as DnsPacket, address)
  })
  return {
    way,
    query(questions, known) {
      mdns.query({ questions: [...questions], answers: [...known] as Answer[] }, fault)
    },
    respond: (answers, additionals) =>
      new Promise(resolve => {
        const packet = {
          answers: [...answers] as Answer[],
          additionals: [...additionals] as Answer[],
        }
        mdns.respond(packet, error => {
          fault(error)
          resolve()
        })
      }),
    close: () =>
      new Promise(resolve => {
        closed = true
        mdns.destroy(resolve)
      }),
  }
}
