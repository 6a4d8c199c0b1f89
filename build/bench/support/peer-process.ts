import { setTimeout } from 'node:timers/promises'
import { createPeer, type Peer, type Transfer } from '../../../core/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import type { BenchPeerCalls } from './bench-peer.js'

// A whole peer in a process of its own, on loopback.

const LOOK_MS = 50
let running: Peer | undefined
let started = 0

serveWorker<object, BenchPeerCalls>({
  async start({ home, name, registry }) {
    started = performance.now()
    running = await createPeer({ home, name, registry, host: '127.0.0.1', port: 0 })
    await until(async () => (await peer().status()).registry.state === 'connected')
    await peer().people.list()
    return running.id
  },
  async share(folder) {
    await peer().share.add(folder)
    await until(async () => {
      const { scanning, files, hashedFiles } = (await peer().status()).share
      return !scanning && files > 0 && hashedFiles === files
    })
  },
  async set(key, value) {
    await peer().settings.set(key, value)
  },
  async download(owner, path) {
    const begun = performance.now()
    const [transfer] = await peer().transfers.download({ owner, paths: [path] })
    const done = await ended(transfer)
    const seconds = (performance.now() - begun) / 1_000
    await peer().transfers.remove(done.id)
    const { bytes, files, fetched, target } = done
    return { seconds, bytes, files, fetched, target }
  },
  async downloadUntil(owner, path, bytes) {
    const [transfer] = await peer().transfers.download({ owner, paths: [path] })
    return change(now => now.id === transfer?.id && now.bytes >= bytes)
  },
  async firstByte() {
    await change(now => now.fetched > 0)
    return (performance.now() - started) / 1_000
  },
  async finish() {
    for (const transfer of await peer().transfers.list()) await ended(transfer)
  },
  peakMemory: () => process.resourceUsage().maxRSS * 1024,
  async close() {
    await running?.close()
  },
})

function peer(): Peer {
  if (!running) throw new Error('the peer is not started')
  return running
}

/** The first transfer, now or later, that looks so. */
async function change(looks: (transfer: Transfer) => boolean): Promise<Transfer> {
  const found = await new Promise<Transfer>(resolve => {
    const stop = peer().subscribe(event => {
      if (event.kind === 'transfer' && looks(event.transfer)) {
        stop()
        resolve(event.transfer)
      }
    })
    void peer()
      .transfers.list()
      .then(list => {
        const now = list.find(looks)
        if (now) resolve(now)
      })
  })
  return found
}

async function ended(transfer: Transfer | undefined): Promise<Transfer> {
  const end = await change(({ id, state }) => id === transfer?.id && (state === 'done' || state === 'failed'))
  if (end.state === 'failed') throw new Error(`the download failed: ${end.error?.message}`)
  return end
}

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await setTimeout(LOOK_MS)
}
