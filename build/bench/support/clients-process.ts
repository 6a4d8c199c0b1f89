import { setTimeout as delay } from 'node:timers/promises'
import type { PeerId } from '../../../core/identity/index.js'
import { retryWaitMs } from '../../../core/registry/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import { makeBenchIdentities } from './bench-identities.js'
import type { BenchClientsCalls } from './bench-registry.js'
import { Faring } from './faring.js'
import { GrowingShare, word } from './growing-share.js'
import { type Message, PlainClient, type Timing } from './plain-client.js'
import { random } from './random.js'

// Many peers of a registry, each with a share of a few made-up files and some contacts.

const HEARTBEAT_MS = 15_000
const TICK_MS = 5
const FIRST_FILES = 10
const CONTACTS = 10

/** A peer: it registers, and comes back as a real one does. */
class BenchPeer {
  readonly client: PlainClient
  readonly share: GrowingShare
  readonly #name: string
  readonly #contacts: PeerId[] = []
  readonly #online = new Set<PeerId>()
  #port = 0
  #failures = 0
  isRegistered = false
  #onRegistered = () => {}

  constructor(client: PlainClient, name: string) {
    this.client = client
    this.#name = name
    this.share = new GrowingShare(
      client.identity.id
        .replaceAll(/[^a-f2-7]/g, '')
        .padEnd(32, '0')
        .slice(0, 32),
      chance,
    )
  }

  know(contacts: readonly PeerId[]): void {
    this.#contacts.push(...contacts)
  }

  get wrong(): number {
    return this.#contacts.filter(id => !this.#online.has(id)).length
  }

  /** Resolves when it has registered for the first time. */
  join(port: number): Promise<void> {
    this.#port = port
    return new Promise(resolve => {
      this.#onRegistered = resolve
      this.#connect()
    })
  }

  #connect(): void {
    this.client.connect(this.#port, {
      onReady: () => void this.#register(),
      onEvent: message => this.#onEvent(message),
      onEnd: () => {
        if (this.isRegistered) losses++
        this.isRegistered = false
        this.#online.clear()
        setTimeout(() => this.#connect(), retryWaitMs(++this.#failures, chance()))
      },
    })
  }

  async #register(): Promise<void> {
    const { client, share } = this
    const welcome = await client.ask('NEW_CONNECTION', {
      name: this.#name,
      ports: { control: 1, data: [2] },
      addresses: [],
      blocked: [],
      version: share.version,
    })
    if (welcome?.op !== 'answer') return client.close()
    this.#failures = 0
    this.isRegistered = true
    if (!(await client.ask('HEARTBEAT_REQUEST', { watch: this.#contacts }))) return
    if (share.version.n === 0) await client.ask('SHARE_DATA', share.grow(FIRST_FILES))
    this.#onRegistered()
  }

  #onEvent({ type, body }: Message): void {
    if (type !== 'PRESENCE') return
    for (const { id, online } of (body?.people ?? []) as { id: PeerId; online: boolean }[]) {
      if (online) this.#online.add(id)
      else this.#online.delete(id)
    }
  }
}

const chance = random(process.pid)
const faring = new Faring()
const peers: BenchPeer[] = []
let losses = 0
let heartbeats: Timing[] | undefined
let failed = 0

serveWorker<object, BenchClientsCalls>({
  async prepare(count) {
    const identities = await makeBenchIdentities(count)
    for (const [n, identity] of identities.entries())
      peers.push(new BenchPeer(new PlainClient(identity), `peer-${process.pid}-${n}`))
    for (const peer of peers) peer.know(Array.from({ length: CONTACTS }, () => any().client.identity.id))
  },
  async join(port, atOnce) {
    beat()
    const waiting = [...peers]
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let peer = waiting.pop(); peer; peer = waiting.pop()) await peer.join(port)
      }),
    )
  },
  async load({ seconds, searchesASecond, changesASecond }) {
    heartbeats = []
    failed = 0
    const searches: number[] = []
    const stops = [
      every(1_000 / searchesASecond, async () => {
        const query = `${word(chance)} ${word(chance)}`
        const timing = await any().client.time('FILE_SEARCH', { query, offset: 0, limit: 50 })
        if (timing) searches.push(timing.allMs)
        else failed++
      }),
      every(1_000 / changesASecond, async () => {
        const { client, share } = any()
        if (!(await client.ask('SHARE_DATA', share.grow(1)))) failed++
      }),
    ]
    await delay(seconds * 1_000)
    for (const stop of stops) stop()
    await delay(1_000)
    const loaded = { heartbeats, searches, failed }
    heartbeats = undefined
    return loaded
  },
  connected: () => peers.filter(({ isRegistered }) => isRegistered).length,
  wrong: () => peers.reduce((sum, { wrong }) => sum + wrong, 0),
  lost() {
    const lost = losses
    losses = 0
    return lost
  },
  fared: () => faring.take(),
})

/** Everyone's heartbeat in turn, for as long as the process lives. */
function beat(): void {
  let next = 0
  every(HEARTBEAT_MS / peers.length, async () => {
    const peer = peers[next++ % peers.length]
    if (!peer?.isRegistered) return
    const timing = await peer.client.time('HEARTBEAT_REQUEST', {})
    if (timing) heartbeats?.push(timing)
    else failed++
  })
}

/** Calls so often, catching up on what a late timer missed. */
function every(ms: number, act: () => void): () => void {
  let next = performance.now()
  const timer = setInterval(() => {
    for (const now = performance.now(); next <= now; next += ms) act()
  }, TICK_MS)
  return () => clearInterval(timer)
}

function any(): BenchPeer {
  const peer = peers[Math.floor(chance() * peers.length)]
  if (!peer) throw new Error('there are no peers')
  return peer
}
