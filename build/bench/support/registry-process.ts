import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { writeHeapSnapshot } from 'node:v8'
import { peerIdOfKey } from '../../../core/identity/index.js'
import { silentLogger } from '../../../core/log/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import { type Registry, startRegistry } from '../../../server/registry.js'
import { openNedbStore } from '../../../server/store/nedb-store.js'
import { packEntries } from '../../../server/store/pack-entries.js'
import type { BenchRegistryCalls } from './bench-registry.js'
import { Faring } from './faring.js'
import { entryOf } from './search-sample.js'

// A registry in a process of its own, so that its memory and its loop are its own.

/** Entries in a stored document. */
const DOCUMENT = 500
let running: Registry | undefined
const faring = new Faring()

serveWorker<object, BenchRegistryCalls>({
  async start({ home, port }) {
    running = await startRegistry({ home, host: '127.0.0.1', port, log: silentLogger })
    return running.port
  },
  fared: () => faring.take(),
  stands() {
    const { online = 0, complete = false, entries = 0 } = running?.stats() ?? {}
    return { online, complete, entries }
  },
  async fill({ home, files, folder }) {
    const store = await openNedbStore(join(home, 'db'))
    const owner = peerIdOfKey(Buffer.from('someone with many files'))
    const version = { epoch: 'a'.repeat(32), n: files }
    for (let at = 0; at < files; at += folder) {
      const name = `folder ${at / folder}`
      const put = Array.from({ length: Math.ceil(folder / DOCUMENT) }, (_, chunk) => {
        const entries = Array.from({ length: Math.min(DOCUMENT, folder) }, (_, i) => {
          const n = at + chunk * DOCUMENT + i
          return entryOf(`${name}/holiday report ${n} ${n % 977}.pdf`, n)
        })
        return { owner, folder: name, chunk, n: files, entries: packEntries(entries) }
      })
      await store.writeShare({ put, remove: [] })
    }
    await store.putPerson({
      id: owner,
      name: 'many',
      lastSeen: 1,
      version,
      files,
      bytes: 0,
      hashed: 0,
      blocked: [],
    })
    await store.close()
  },
  async profile(file, seconds) {
    const session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
    await setTimeout(seconds * 1_000)
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(file, JSON.stringify(profile))
    session.disconnect()
  },
  snapshot: file => void writeHeapSnapshot(file),
})
