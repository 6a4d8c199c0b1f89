import { silentLogger } from '../../../core/log/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import { type Registry, startRegistry } from '../../../server/registry.js'
import type { BenchRegistryCalls } from './bench-registry.js'

// A registry in a process of its own, so that its memory and its loop are its own.

let running: Registry | undefined

serveWorker<object, BenchRegistryCalls>({
  async start({ home, port }) {
    running = await startRegistry({ home, host: '127.0.0.1', port, log: silentLogger })
    return running.port
  },
  memory: () => process.memoryUsage.rss(),
  online: () => running?.stats().online ?? 0,
})
