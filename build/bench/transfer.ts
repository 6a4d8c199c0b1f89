// npm run bench -- transfer [--json] [--small] [WORD…]: whole peers, each a process, download from one another on
// loopback, beside what the machine can do and what others do on it in the same minutes. Words choose rows.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../../core/log/index.js'
import { startRegistry } from '../../server/registry.js'
import { type BenchPeerCalls, startBenchPeer } from './support/bench-peer.js'
import { type Contest, contest } from './support/contest.js'
import { bareConnection, copyRate, digestRate } from './support/machine.js'
import { median, type Row, say, show } from './support/report.js'
import { startRivals } from './support/rivals.js'
import { manyFiles, randomFile, sparseFile } from './support/samples.js'

const MiB = 1024 * 1024
const RUNS = 5
const scale = process.argv.includes('--small') ? 0.1 : 1
const words = process.argv.slice(2).filter(word => !word.startsWith('--'))
const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tspeer-bench-'))
const disk = mkdtempSync(join(tmpdir(), 'tspeer-bench-'))
const served = join(memory, 'share')

const BIG = Math.round(1024 * scale) * MiB
const HUGE = Math.round(10 * 1024 * scale) * MiB
const CROWD = Math.round(256 * scale) * MiB
const SLOW = 20_000_000

type BenchPeer = ReturnType<typeof startBenchPeer>
const peers: BenchPeer[] = []
const registry = await startRegistry({
  home: join(memory, 'registry'),
  host: '127.0.0.1',
  port: 0,
  log: silentLogger,
})

try {
  mkdirSync(served)
  if (wants('machine')) await machine()
  if (wants('one')) await oneSource()
  if (wants('disk')) await onDisk()
  if (wants('three')) await threeSources()
  if (wants('crowd')) await crowd()
  if (wants('huge')) await huge()
} finally {
  await Promise.all(peers.map(peer => peer.close()))
  await registry.close()
  rmSync(memory, { recursive: true, force: true })
  rmSync(disk, { recursive: true, force: true })
}

/** What bounds everything else. */
async function machine(): Promise<void> {
  const file = join(served, 'machine')
  randomFile(file, BIG)
  const tell = (row: string, value: number) =>
    figure({ row, value: value / 1e6, unit: 'MB/s', than: 'itself', reference: value / 1e6 })
  tell('bare TCP', await middle(() => bareConnection('tcp')))
  tell('bare TLS 1.3 in Node', await middle(() => bareConnection('tls')))
  tell('cp', await middle(() => copyRate(file, BIG, memory)))
  tell('openssl dgst -sha256', await middle(() => digestRate(file, BIG)))
  rmSync(file)
}

/** One source, both ends in memory. */
async function oneSource(): Promise<void> {
  say('making the samples…')
  mkdirSync(join(served, 'big'))
  randomFile(join(served, 'big', 'file'), BIG)
  manyFiles(join(served, 'small'), { files: 10_000 * scale, folders: 100, bytes: 4096 })
  manyFiles(join(served, 'middle'), { files: 1_000 * scale, folders: 10, bytes: MiB })
  manyFiles(join(served, 'warm'), { files: 20, folders: 1, bytes: MiB })
  const rivals = await startRivals(join(memory, 'rivals'), served)
  try {
    const source = await startPeer('source')
    await source.peer.call.share(served)
    const { peer } = await startPeer('downloader')
    await fetchAway(peer, source.id, 'share/warm')
    const against = async (path: string, sample: Omit<Contest, 'path' | 'ours'>) => {
      const ours = () => fetchAway(peer, source.id, `share/${path}`)
      const rows = await contest({ ...sample, path: join(served, path), ours }, rivals.installed, RUNS)
      rows.forEach(figure)
    }
    await against('big/file', {
      row: `${BIG / MiB} MiB in one file`,
      amount: BIG / 1e6,
      unit: 'MB/s',
      goals: { rsync: 2, curl: 1.2, syncthing: 2.5 },
    })
    await against('small', {
      row: '4 KiB files in 100 folders',
      amount: 10_000 * scale,
      unit: 'files/s',
      goals: { rsync: 1.3, syncthing: 8 },
    })
    await against('middle', {
      row: '1 MiB files',
      amount: (1_000 * scale * MiB) / 1e6,
      unit: 'MB/s',
      goals: { rsync: 1.5, syncthing: 'told' },
    })
    await stop(peer)
    await stop(source.peer)
  } finally {
    await rivals.close()
  }
}

/** The same big file where syncing costs: the target is the disk. */
async function onDisk(): Promise<void> {
  const shared = join(served, 'disk')
  mkdirSync(shared)
  randomFile(join(shared, 'big'), BIG)
  const source = await startPeer('disk source')
  await source.peer.call.share(shared)
  const { peer } = await startPeer('disk downloader', disk)
  const copied: number[] = []
  const fetched: number[] = []
  for (let i = 0; i < RUNS; i++) {
    fetched.push(await fetchAway(peer, source.id, 'disk/big'))
    copied.push(BIG / (await copyRate(join(shared, 'big'), BIG, disk)))
  }
  const [value, reference] = [BIG / 1e6 / median(fetched), BIG / 1e6 / median(copied)]
  figure({
    row: `${BIG / MiB} MiB to the disk`,
    value,
    unit: 'MB/s',
    than: 'cp to it, not synced',
    reference,
  })
  await stop(peer)
  await stop(source.peer)
  rmSync(shared, { recursive: true })
}

/** Three sources of 20 MB/s each. */
async function threeSources(): Promise<void> {
  const sources = []
  randomFile(join(memory, 'three.bin'), CROWD)
  for (const name of ['first', 'second', 'third']) {
    const shared = join(memory, name, 'three')
    mkdirSync(shared, { recursive: true })
    copyFileSync(join(memory, 'three.bin'), join(shared, 'file'))
    const source = await startPeer(`${name} source`)
    await source.peer.call.set('uploadLimit', SLOW)
    await source.peer.call.share(shared)
    sources.push(source)
  }
  const { peer } = await startPeer('downloader of three')
  const [one] = sources
  const seconds = one ? await fetchAway(peer, one.id, 'three/file') : 0
  const value = CROWD / 1e6 / seconds
  figure({
    row: 'three sources of 20 MB/s',
    value,
    unit: 'MB/s',
    than: 'one of them',
    reference: 20,
    goal: 55 / 20,
  })
  for (const source of sources) await stop(source.peer)
  await stop(peer)
}

/** One source of 20 MB/s, eight who want the same. */
async function crowd(): Promise<void> {
  const shared = join(memory, 'crowd')
  mkdirSync(shared)
  randomFile(join(shared, 'file'), CROWD)
  const source = await startPeer('crowd source')
  await source.peer.call.set('uploadLimit', SLOW)
  await source.peer.call.share(shared)
  const alone = await startPeer('alone')
  const single = await fetchAway(alone.peer, source.id, 'crowd/file')
  await stop(alone.peer)
  const eight = []
  for (let i = 1; i <= 8; i++) eight.push((await startPeer(`crowd ${i}`)).peer)
  const all = await Promise.all(eight.map(peer => fetchAway(peer, source.id, 'crowd/file')))
  const row = 'the last of eight downloaders of one source'
  figure({
    row,
    value: Math.max(...all),
    unit: 's',
    than: 'a single one',
    reference: single,
    goal: 1.5,
    atMost: true,
  })
  for (const peer of [...eight, source.peer]) await stop(peer)
}

/** 10 GiB: the memory it takes, and how soon it goes on at 90 %. */
async function huge(): Promise<void> {
  const shared = join(memory, 'huge')
  mkdirSync(shared)
  sparseFile(join(shared, 'file'), HUGE)
  const source = await startPeer('huge source')
  say('hashing 10 GiB…')
  await source.peer.call.share(shared)
  const first = await startPeer('huge downloader', disk)
  await first.peer.call.downloadUntil(source.id, 'huge/file', HUGE * 0.9)
  const before = await first.peer.call.peakMemory()
  await first.peer.close() // kill -9
  const second = startBenchPeer()
  peers.push(second)
  const options = { home: join(disk, 'huge downloader'), name: 'huge downloader', registry: address() }
  await second.call.start(options)
  const seconds = await second.call.firstByte()
  figure({
    row: 'first new byte of 10 GiB at 90 %',
    value: seconds,
    unit: 's',
    than: 'a second',
    reference: 1,
    goal: 1,
    atMost: true,
  })
  await second.call.finish()
  const peak = Math.max(before, await second.call.peakMemory()) / 1e6
  figure({
    row: 'peak memory of the downloader of 10 GiB',
    value: peak,
    unit: 'MB',
    than: 'the most wanted',
    reference: 200,
    goal: 1,
    atMost: true,
  })
  await stop(second)
  await stop(source.peer)
}

async function startPeer(name: string, folder = memory) {
  const peer = startBenchPeer()
  peers.push(peer)
  return { peer, id: await peer.call.start({ home: join(folder, name), name, registry: address() }) }
}

function address(): string {
  return `127.0.0.1:${registry.port}`
}

async function stop(peer: BenchPeer): Promise<void> {
  await peer.call.close()
  await peer.close()
}

/** Seconds of a download; what came is deleted. */
async function fetchAway(
  peer: BenchPeer,
  owner: Parameters<BenchPeerCalls['download']>[0],
  path: string,
): Promise<number> {
  const { seconds, target } = await peer.call.download(owner, path)
  rmSync(target, { recursive: true })
  return seconds
}

async function middle(rate: () => Promise<number>): Promise<number> {
  const rates: number[] = []
  for (let i = 0; i < RUNS; i++) rates.push(await rate())
  return median(rates)
}

function figure(row: Row): void {
  show('transfer', row)
}

function wants(name: string): boolean {
  return words.length === 0 || words.includes(name)
}
