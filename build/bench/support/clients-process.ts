import { setTimeout } from 'node:timers/promises'
import { type Identity, makeIdentity } from '../../../core/identity/index.js'
import { silentLogger } from '../../../core/log/index.js'
import {
  createRegistryClient,
  type PublishedShare,
  type RegistryClient,
} from '../../../core/registry/index.js'
import type { WireChange } from '../../../core/wire/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import type { BenchClientsCalls } from './bench-registry.js'
import { random } from './random.js'

// The registry clients of many peers, as they are in a peer, with a share of a few made-up files.

/** Dialled at once. */
const AT_ONCE = 100
const HEARTBEAT_MS = 15_000
const FIRST_FILES = 10
const WORDS = [
  'holiday',
  'lecture',
  'notes',
  'album',
  'season',
  'draft',
  'report',
  'guitar',
  'garden',
  'winter',
]

interface Client {
  readonly client: RegistryClient
  readonly share: GrowingShare
}

const chance = random(process.pid)
const identities: Identity[] = []
const clients: Client[] = []
let losses = 0

serveWorker<object, BenchClientsCalls>({
  async prepare(count) {
    while (identities.length < count) identities.push(await makeIdentity())
  },
  async join(port) {
    const waiting = [...identities]
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let identity = waiting.pop(); identity; identity = waiting.pop()) await joinOne(identity, port)
      }),
    )
  },
  async load({ seconds, searchesASecond, changesASecond }) {
    const heartbeats: number[] = []
    const searches: number[] = []
    let failed = 0
    const timed = (figures: number[], work: (client: RegistryClient) => Promise<unknown>) => {
      const begun = performance.now()
      work(any().client).then(
        () => figures.push(performance.now() - begun),
        () => failed++,
      )
    }
    const until = performance.now() + seconds * 1_000
    const stops = [
      every(HEARTBEAT_MS / clients.length, () => timed(heartbeats, client => client.watch([], false))),
      every(1_000 / searchesASecond, () =>
        timed(searches, client => client.search({ query: `${word()} ${word()}`, offset: 0, limit: 50 })),
      ),
      every(1_000 / changesASecond, () => {
        const { client, share } = any()
        share.grow()
        client.shareChanged()
      }),
    ]
    while (performance.now() < until) await setTimeout(100)
    for (const stop of stops) stop()
    await setTimeout(1_000)
    return { heartbeats, searches, failed }
  },
  connected: () => clients.filter(({ client }) => client.status().state === 'connected').length,
  lost() {
    const lost = losses
    losses = 0
    return lost
  },
})

/** A share that is what its files have been since the start. */
class GrowingShare implements PublishedShare {
  readonly #epoch: string
  readonly #changes: WireChange[] = []

  constructor(epoch: string) {
    this.#epoch = epoch
    for (let i = 0; i < FIRST_FILES; i++) this.grow()
  }

  get version() {
    return { epoch: this.#epoch, n: this.#changes.length }
  }

  grow(): void {
    const n = this.#changes.length + 1
    const path = `${word()} ${word()} ${n}.${chance() < 0.5 ? 'pdf' : 'mp3'}`
    this.#changes.push({
      n,
      op: 'put',
      entry: { type: 'file', path, size: 1_000 + n, mtime: 1_700_000_000_000 },
    })
  }

  changesSince(n: number, limit: number) {
    const changes = this.#changes.slice(n, n + limit)
    return { to: n + changes.length, changes }
  }
}

async function joinOne(identity: Identity, port: number): Promise<void> {
  const n = clients.length
  const share = new GrowingShare(identity.id.slice(0, 32).replace(/[^0-9a-f]/g, '0'))
  const client = createRegistryClient({
    identity,
    address: { host: '127.0.0.1', port, text: `127.0.0.1:${port}` },
    introduce: () => ({
      name: `peer-${process.pid}-${n}`,
      ports: { control: 1, data: [2] },
      addresses: [],
      blocked: [],
    }),
    share,
    onState({ state }) {
      if (state !== 'connected') losses++
    },
    onPeople() {},
    log: silentLogger,
  })
  clients.push({ client, share })
  await client.joined()
}

/** Calls so often, catching up on what a late timer missed. */
function every(ms: number, act: () => void): () => void {
  let next = performance.now()
  const timer = setInterval(() => {
    for (const now = performance.now(); next <= now; next += ms) act()
  }, 5)
  return () => clearInterval(timer)
}

function any(): Client {
  const client = clients[Math.floor(chance() * clients.length)]
  if (!client) throw new Error('nobody has joined')
  return client
}

function word(): string {
  return WORDS[Math.floor(chance() * WORDS.length)] ?? ''
}
