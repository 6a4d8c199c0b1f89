// What `npm run demo` runs: a registry and three peers with real files in a temporary folder, and the app of one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import open from 'open'
import { createPeer, type Peer, silentLogger } from '../../core/index.js'
import { startRegistry } from '../../server/registry.js'
import { startBridge } from '../web/index.js'
import { processSignal } from './process-signal.js'

/** Everyone, and what of this clone they share. */
const PEOPLE: readonly { readonly name: string; readonly shares: readonly string[] }[] = [
  { name: 'Anna', shares: ['core', 'assets'] },
  { name: 'Ben', shares: ['node_modules/typescript', 'node_modules/lucide-static'] },
  { name: 'Clara', shares: ['node_modules/playwright-core', 'README.md'] },
]

const { signal } = processSignal()
const top = fileURLToPath(new URL('../../../', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'tspeer-demo-'))
const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })]
try {
  await run()
} finally {
  for (const end of ends.reverse()) await end()
}
process.exit(0)

async function run(): Promise<void> {
  const home = join(folder, 'registry')
  const registry = await startRegistry({ home, host: '127.0.0.1', port: 0, log: silentLogger })
  ends.push(() => registry.close())
  console.log(`A registry and three peers in ${folder}, removed at the end.`)
  const peers: Peer[] = []
  for (const { name, shares } of PEOPLE) {
    const options = {
      host: '127.0.0.1',
      port: 0,
      registry: { address: `127.0.0.1:${registry.port}`, id: registry.id },
    }
    const peer = await createPeer({ ...options, home: join(folder, name), name })
    ends.push(() => peer.close())
    for (const path of shares) await peer.share.add(join(top, path))
    console.log(`${name} shares ${shares.join(', ')}`)
    peers.push(peer)
  }
  const [anna, ben] = peers
  if (!anna || !ben) return
  await ben.chat.send(anna.id, 'Hello Anna! Search for "icons", or browse what I share.')
  const bridge = await startBridge({ peer: anna, port: 0 })
  ends.push(() => bridge.close())
  console.log(`You are Anna: ${bridge.url}\nCtrl-C ends the demo.`)
  if (!process.argv.includes('--no-open')) await open(bridge.url).catch(() => {})
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
}
