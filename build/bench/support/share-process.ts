import { setTimeout } from 'node:timers/promises'
import { createHasher } from '../../../core/content/index.js'
import { silentLogger } from '../../../core/log/index.js'
import { openShare } from '../../../core/share/index.js'
import { openStore } from '../../../core/store/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import type { BenchShareCalls } from './bench-share.js'

// A share in a process of its own, so that its memory is its own.

const LOOK_MS = 5

serveWorker<object, BenchShareCalls>({
  async run({ home, original, untilHashed }) {
    const begun = performance.now()
    const store = openStore(`${home}/db`)
    const hasher = createHasher({ log: silentLogger })
    const share = await openShare({
      folder: `${home}/share`,
      store,
      hasher,
      log: silentLogger,
      watch: false,
      onChange() {},
      onProgress() {},
    })
    if (original) await share.add(original)
    for (;;) {
      const { scanning, files, hashedFiles } = share.progress()
      if (!scanning && (!untilHashed || hashedFiles === files)) break
      await setTimeout(LOOK_MS)
    }
    const seconds = (performance.now() - begun) / 1_000
    const { files } = share.progress()
    const { filesRead } = share
    await share.close()
    await hasher.close()
    await store.close()
    return { seconds, files, filesRead, peakBytes: process.resourceUsage().maxRSS * 1024 }
  },
})
