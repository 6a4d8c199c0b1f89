import { setTimeout } from 'node:timers/promises'
import type { WireChange } from '../../../core/wire/index.js'
import { makeBenchIdentities } from './bench-identities.js'
import { startBenchRegistry } from './bench-registry.js'
import { PlainClient } from './plain-client.js'
import type { Row } from './report.js'
import { say } from './report.js'
import { entryOf } from './search-sample.js'

type Figure = (row: Row) => void

const EPOCH = 'b'.repeat(32)
const FILES_A_FOLDER = 1_000
const BIG_FOLDER = 100_000
/** As a peer sends them. */
const CHANGES_A_DELTA = 500
const UPDATES = 100

/** A start with very many files in the store. */
export async function bigStart(home: string, files: number, figure: Figure): Promise<void> {
  const { registry, filled } = { registry: startBenchRegistry(), filled: startBenchRegistry() }
  try {
    say(`storing ${files} files…`)
    await filled.call.fill({ home, files, folder: FILES_A_FOLDER })
    await filled.close()
    const begun = performance.now()
    const seconds = () => (performance.now() - begun) / 1_000
    const port = await registry.call.start({ home, port: 0 })
    const client = await newcomer(port)
    atMost(figure, `first connection with ${files} files in the store`, seconds(), 's', 'the most wanted', 5)
    const early = await client.ask('FILE_SEARCH', { query: 'holiday report', offset: 0, limit: 50 })
    const whole = (await registry.call.stands()).complete
    say(
      `a search then is told to be ${early?.body?.complete ? 'complete' : 'incomplete'}${whole ? ', as it is' : ''}`,
    )
    while (!(await registry.call.stands()).complete) await setTimeout(50)
    atMost(figure, 'search whole after', seconds(), 's', 'the most wanted', 15)
    const { worstLoopMs, rss } = await registry.call.fared()
    atMost(figure, 'longest hold-up of the loop meanwhile', worstLoopMs, 'ms', 'what a handler may take', 50)
    figure({
      row: 'memory then',
      value: rss / 1e6,
      unit: 'MB',
      than: 'a kilobyte a file',
      reference: files / 1e3,
    })
    client.close()
  } finally {
    await Promise.all([registry.close(), filled.close()])
  }
}

/** One folder of very many entries comes, and then changes, a file at a time. */
export async function bigFolder(home: string, figure: Figure): Promise<void> {
  const registry = startBenchRegistry()
  try {
    const port = await registry.call.start({ home, port: 0 })
    const client = await newcomer(port)
    const other = await newcomer(port)
    const waits: number[] = []
    let isOver = false
    const beating = (async () => {
      while (!isOver) {
        waits.push((await other.time('HEARTBEAT_REQUEST', {}))?.allMs ?? Number.NaN)
        await setTimeout(5)
      }
    })()
    let n = 0
    const put = async (files: number) => {
      const base = n
      const changes = Array.from({ length: files }, (): WireChange => {
        n++
        return { n, op: 'put', entry: entryOf(`big/photo ${n % (BIG_FOLDER + UPDATES)}.jpg`, n) }
      })
      await client.ask('SHARE_DATA', { epoch: EPOCH, base, to: n, changes })
    }
    await registry.call.fared()
    const begun = performance.now()
    while (n < BIG_FOLDER) await put(CHANGES_A_DELTA)
    const seconds = (performance.now() - begun) / 1_000
    const publishing = await registry.call.fared()
    figure({
      row: `a folder of ${BIG_FOLDER} entries comes`,
      value: BIG_FOLDER / seconds,
      unit: 'entries/s',
      than: 'so many deltas a second',
      reference: BIG_FOLDER / CHANGES_A_DELTA / seconds,
    })
    const deltaMs = (publishing.mainCores * seconds * 1_000) / (BIG_FOLDER / CHANGES_A_DELTA)
    atMost(figure, 'a delta of 500 entries of it, on the main thread', deltaMs, 'ms', 'the most wanted', 20)
    const updating = performance.now()
    for (let i = 0; i < UPDATES; i++) await put(1)
    const updateMs = (performance.now() - updating) / UPDATES
    const { mainCores } = await registry.call.fared()
    atMost(
      figure,
      'one more file in it, on the main thread',
      mainCores * updateMs,
      'ms',
      'the most wanted',
      20,
    )
    figure({
      row: '… until it is stored',
      value: updateMs,
      unit: 'ms',
      than: 'main thread',
      reference: mainCores * updateMs,
    })
    isOver = true
    await beating
    waits.sort((a, b) => a - b)
    figure({
      row: "p99 of another's heartbeat all the while",
      value: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN,
      unit: 'ms',
      than: 'its median',
      reference: waits[waits.length >> 1] ?? Number.NaN,
    })
    for (const one of [client, other]) one.close()
  } finally {
    await registry.close()
  }
}

async function newcomer(port: number): Promise<PlainClient> {
  const [identity] = await makeBenchIdentities(1)
  if (!identity) throw new Error('no identity was made')
  const client = new PlainClient(identity)
  await new Promise<void>((onReady, reject) => {
    client.connect(port, { onReady, onEvent() {}, onEnd: () => reject(new Error('the registry ended it')) })
  })
  await client.ask('NEW_CONNECTION', {
    name: identity.id.slice(0, 8),
    ports: { control: 1, data: [2] },
    addresses: [],
    blocked: [],
  })
  return client
}

function atMost(figure: Figure, row: string, value: number, unit: string, than: string, most: number): void {
  figure({ row, value, unit, than, reference: most, goal: 1, atMost: true })
}
