import { execFile } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createHasher, type Hasher } from '../../../core/content/index.js'
import { silentLogger } from '../../../core/log/index.js'
import { openShare, type Share } from '../../../core/share/index.js'
import { openStore } from '../../../core/store/index.js'
import { serveWorker } from '../../../core/workers/index.js'
import type { BenchShareCalls } from './bench-share.js'

// A share in a process of its own, so that its memory is its own.

const execute = promisify(execFile)
const LOOK_MS = 5
/** Nothing is found any more: what was not found until now is lost. */
const PATIENCE_MS = 120_000

serveWorker<object, BenchShareCalls>({
  run: ({ home, original, untilHashed }) =>
    withShare({ home, watch: false }, async (share, { begun }) => {
      if (original) await share.add(original)
      for (;;) {
        const { scanning, files, hashedFiles } = share.progress()
        if (!scanning && (!untilHashed || hashedFiles === files)) break
        await setTimeout(LOOK_MS)
      }
      const { files } = share.progress()
      return {
        seconds: secondsSince(begun),
        files,
        filesRead: share.filesRead,
        peakBytes: process.resourceUsage().maxRSS * 1024,
      }
    }),
  burst: ({ home, folder, archive }) =>
    withShare({ home, watch: true }, async (share, told) => {
      await share.add(folder)
      const { stdout } = await execute('tar', ['-tf', archive], { maxBuffer: 2 ** 30 })
      const wanted = stdout.split('\n').filter(path => path !== '' && !path.endsWith('/')).length
      await until(share, () => !share.progress().scanning)
      const before = told.deltas
      const begun = performance.now()
      await execute('tar', ['-xf', archive, '-C', folder])
      const unpacked = performance.now()
      const unpackSeconds = (unpacked - begun) / 1_000
      await until(share, () => share.progress().files >= wanted)
      const listedAfterSeconds = secondsSince(unpacked)
      await until(share, () => share.progress().hashedFiles >= wanted)
      const hashedAfterSeconds = secondsSince(unpacked)
      const { files } = share.progress()
      return {
        unpackSeconds,
        listedAfterSeconds,
        hashedAfterSeconds,
        files,
        deltas: told.deltas - before,
      }
    }),
})

interface Told {
  readonly begun: number
  deltas: number
}

async function withShare<T>(
  { home, watch }: { readonly home: string; readonly watch: boolean },
  act: (share: Share, told: Told) => Promise<T>,
): Promise<T> {
  const told = { begun: performance.now(), deltas: 0 }
  const store = openStore(`${home}/db`)
  const hasher: Hasher = createHasher({ log: silentLogger })
  const share = await openShare({
    folder: `${home}/share`,
    store,
    hasher,
    log: silentLogger,
    watch,
    onChange: () => void told.deltas++,
    onProgress() {},
  })
  try {
    return await act(share, told)
  } finally {
    await share.close()
    await hasher.close()
    await store.close()
  }
}

/** Waits while there is any progress. */
async function until(share: Share, holds: () => boolean): Promise<void> {
  let last = ''
  let since = performance.now()
  while (!holds()) {
    const { files, hashedFiles } = share.progress()
    if (last !== `${files} ${hashedFiles}`) since = performance.now()
    last = `${files} ${hashedFiles}`
    if (performance.now() - since > PATIENCE_MS) throw new Error(`it stays at ${last}`)
    await setTimeout(LOOK_MS)
  }
}

function secondsSince(time: number): number {
  return (performance.now() - time) / 1_000
}
