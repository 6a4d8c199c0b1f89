// npm run bench -- index [--json] [--small] [hash|scan|burst…]: how fast big files are hashed and a large share is scanned,
// beside openssl and find on the same files, and how soon an archive that is unpacked into a share is listed. Words choose rows.
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHasher } from '../../core/content/index.js'
import { silentLogger } from '../../core/log/index.js'
import { startBenchShare } from './support/bench-share.js'
import { digestRate, timed } from './support/machine.js'
import { median, type Row, say, show } from './support/report.js'
import { manyFiles, randomFile } from './support/samples.js'

const run = promisify(execFile)
const MiB = 1024 * 1024
const RUNS = 5
const scale = process.argv.includes('--small') ? 0.1 : 1
const words = process.argv.slice(2).filter(word => !word.startsWith('--'))
const BIG = Math.round(2048 * scale) * MiB
const FILES = 1_000_000 * scale
const FOLDERS = 1_000
const BURST_FILES = 100_000 * scale
const MOST_BYTES = 400 * 1_000_000

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tspeer-bench-'))
try {
  if (wants('hash')) await hashing()
  if (wants('scan')) await scanning()
  if (wants('burst')) await burst()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** One big file on all cores, its Merkle root; openssl reads it on one core. */
async function hashing(): Promise<void> {
  const file = join(folder, 'big')
  randomFile(file, BIG)
  const hasher = createHasher({ log: silentLogger })
  await hasher.hash(file)
  const ours: number[] = []
  const openssl: number[] = []
  for (let i = 0; i < RUNS; i++) {
    ours.push(BIG / (await timed(() => hasher.hash(file))) / 1e6)
    openssl.push((await digestRate(file, BIG)) / 1e6)
  }
  await hasher.close()
  rmSync(file)
  figure({
    row: `hashing ${BIG / MiB} MiB on all cores`,
    value: median(ours),
    unit: 'MB/s',
    than: 'openssl dgst -sha256 on one',
    reference: median(openssl),
    goal: 1.4,
  })
}

/** A share whose files are all known already, after a restart. */
async function scanning(): Promise<void> {
  const original = join(folder, 'original')
  const home = join(folder, 'home')
  mkdirSync(home)
  say(`making ${FILES} files…`)
  manyFiles(original, { files: FILES, folders: FOLDERS, bytes: 16 })
  say('hashing them once…')
  await inProcess({ home, original, untilHashed: true })
  const ours: number[] = []
  const find: number[] = []
  let peakBytes = 0
  for (let i = 0; i < RUNS; i++) {
    find.push(
      await timed(() =>
        run('sh', ['-c', 'exec find "$1" -printf "%s %T@ %p\\n" > /dev/null', 'sh', original]),
      ),
    )
    const warm = await inProcess({ home, untilHashed: true })
    if (warm.filesRead > 0) throw new Error(`${warm.filesRead} files were read again`)
    if (warm.files !== FILES) throw new Error(`${warm.files} files were found`)
    ours.push(warm.seconds)
    peakBytes = Math.max(peakBytes, warm.peakBytes)
  }
  const row = `scan of ${FILES} files that are known`
  const [value, reference] = [median(ours), median(find)]
  figure({ row, value, unit: 's', than: 'find -printf', reference, goal: 3, atMost: true })
  figure({
    row: `peak memory of that`,
    value: peakBytes / 1e6,
    unit: 'MB',
    than: 'the most wanted',
    reference: MOST_BYTES / 1e6,
    goal: 1,
    atMost: true,
  })
}

/** An archive unpacked into a share that is watched: all of it is listed, in few deltas. */
async function burst(): Promise<void> {
  const from = join(folder, 'archived')
  const into = join(folder, 'unpacked')
  const home = join(folder, 'burst-home')
  const archive = join(folder, 'many.tar')
  for (const made of [from, into, home]) mkdirSync(made)
  say(`making an archive of ${BURST_FILES} files…`)
  manyFiles(from, { files: BURST_FILES, folders: FOLDERS, bytes: 1024 })
  await run('tar', ['-cf', archive, '-C', from, '.'])
  const { call, close } = startBenchShare()
  const found = await call.burst({ home, folder: into, archive }).finally(close)
  if (found.files !== BURST_FILES) throw new Error(`${found.files} files were found`)
  const row = `${BURST_FILES} files unpacked into a share`
  const than = { than: 'tar, unpacking them', reference: found.unpackSeconds }
  const { listedAfterSeconds, hashedAfterSeconds, deltas } = found
  figure({ row: `${row}: listed after`, value: listedAfterSeconds, unit: 's', ...than })
  figure({ row: `${row}: hashed after`, value: hashedAfterSeconds, unit: 's', ...than })
  figure({
    row: `${row}: deltas`,
    value: deltas,
    unit: '',
    than: 'one for 100 files',
    reference: BURST_FILES / 100,
    goal: 1,
    atMost: true,
  })
}

async function inProcess(what: { home: string; original?: string; untilHashed: boolean }) {
  const { call, close } = startBenchShare()
  try {
    return await call.run(what)
  } finally {
    await close()
  }
}

function figure(row: Row): void {
  show('index', row)
}

function wants(name: string): boolean {
  return words.length === 0 || words.includes(name)
}
