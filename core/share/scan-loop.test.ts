import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { silentLogger } from '../log/index.js'
import { until } from '../testing/index.js'
import type { WorkerHandle } from '../workers/index.js'
import { ScanLoop } from './scan-loop.js'
import type { ScanMain, ScanRequest, ScanWorker } from './scan-messages.js'

const rules = { share: '/share', keepOut: [], references: [], exclude: [] }

/** A loop over a worker that sees nothing and notes what it was asked to look at. */
function loopOf(rescanMs: { readonly watched: number; readonly unwatched: number }) {
  const scans: ScanRequest[][] = []
  const told: string[] = []
  let main: ScanMain | undefined
  const loop = new ScanLoop({
    kind: 'thread',
    log: { ...silentLogger, warn: message => void told.push(message) },
    rules,
    watch: true,
    rescanMs,
    onReport: () => [],
    onScanning() {},
    onUnwatched: () => void told.push('unwatched'),
    start(local) {
      main = local
      const call = {
        configure: Object.assign(async () => {}, { asEvent() {} }),
        scan: async (requests: ScanRequest[]) => void scans.push(requests),
      }
      return {
        call,
        ended: new Promise(() => {}),
        close: async () => {},
      } as unknown as WorkerHandle<ScanWorker>
    },
  })
  return { loop, scans, told, watchLimit: (code: string) => main?.watchLimit(code) }
}

test('without watches left it says so once, looks at everything now, and from then on by the clock', async () => {
  const { loop, scans, told, watchLimit } = loopOf({ watched: 2 ** 31 - 1, unwatched: 5 })

  watchLimit('ENOSPC')
  watchLimit('EMFILE')

  await until('some scans', () => scans.length >= 4)
  assert.is(told.length, 2)
  assert.match(told[0] ?? '', 'no watches left')
  assert.is(told[1], 'unwatched')
  for (const scan of scans) assert.equal(scan, [{ path: '', deep: true }])
  await loop.close()
})

test('while it is told of changes it looks at everything now and then, too', async () => {
  const { loop, scans, told } = loopOf({ watched: 5, unwatched: 2 ** 31 - 1 })

  await until('some scans', () => scans.length >= 3)

  assert.equal(told, [])
  await loop.close()
})

test('what is below something that is looked at deeply is not looked at by itself', async () => {
  const { loop, scans } = loopOf({ watched: 2 ** 31 - 1, unwatched: 2 ** 31 - 1 })

  await loop.scan([
    { path: 'a', deep: true },
    { path: 'a/b', deep: false },
    { path: 'ab', deep: false },
    { path: 'ab', deep: true },
  ])

  assert.equal(scans, [
    [
      { path: 'a', deep: true },
      { path: 'ab', deep: true },
    ],
  ])
  await loop.close()
})

test.run()
