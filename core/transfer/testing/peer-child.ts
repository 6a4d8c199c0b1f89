// A whole peer as a process, to be killed by a test: it does what it is asked, and tells all that the peer tells.
import type { Offer, Peer, PeerEvent, PeerOptions, RegistryStatus, Transfer } from '../../api/index.js'
import { type PlainError, toPlainError } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import { createPeer } from '../../peer/index.js'

/** The parts of the facade that tests of killed peers use. */
export type PeerPart = 'offers' | 'transfers' | 'settings' | 'share'

/** A method of the peer to be called. */
export interface PeerCall {
  readonly call: number
  readonly part: PeerPart
  readonly method: string
  readonly args: readonly unknown[]
  /** So long after it has answered it dies, as by SIGKILL from outside. */
  readonly diesAfterMs?: number
}

/** What the process tells. */
export type PeerNews =
  | {
      readonly kind: 'ready'
      readonly id: PeerId
      readonly offers: readonly Offer[]
      readonly transfers: readonly Transfer[]
      readonly registry: RegistryStatus
    }
  | { readonly kind: 'event'; readonly event: PeerEvent }
  | { readonly kind: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly call: number; readonly error: PlainError }

process.once('message', options => void run(options as PeerOptions))
process.once('disconnect', () => process.exit())

async function run(options: PeerOptions): Promise<void> {
  const peer = await createPeer(options)
  peer.subscribe(event => tell({ kind: 'event', event }))
  process.on('message', call => void answer(peer, call as PeerCall))
  const [offers, transfers] = await Promise.all([peer.offers.list(), peer.transfers.list()])
  const { registry } = await peer.status()
  tell({ kind: 'ready', id: peer.id, offers, transfers, registry })
}

async function answer(peer: Peer, { call, part, method, args, diesAfterMs }: PeerCall): Promise<void> {
  const methods = peer[part] as unknown as Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>
  try {
    const value = await methods[method]?.(...args)
    tell({ kind: 'answer', call, value })
  } catch (error) {
    tell({ kind: 'refusal', call, error: toPlainError(error) })
  }
  if (diesAfterMs === 0) die()
  else if (diesAfterMs !== undefined) setTimeout(die, diesAfterMs)
}

function tell(news: PeerNews): void {
  process.send?.(news)
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}
