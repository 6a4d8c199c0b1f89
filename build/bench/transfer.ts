// npm run bench -- transfer [--json]: one peer downloads from another, two processes on loopback.
// Both ends lie in memory where the system has such a folder, so that the disk is not what is measured.
import { type ChildProcess, fork } from 'node:child_process'
import { createCipheriv, hash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { Transfer } from '../../core/api/index.js'
import { makeIdentity, type PeerId } from '../../core/identity/index.js'
import { silentLogger } from '../../core/log/index.js'
import { openStore } from '../../core/store/index.js'
import { createTransfers, createUploads, type PlannedEntry } from '../../core/transfer/index.js'
import { SharedFolder } from '../../core/transfer/testing/shared-folder.js'
import { tlsClientOptions, tlsServerOptions } from '../../core/wire/index.js'

const MiB = 1024 * 1024
const BLOCK = Buffer.alloc(MiB)
const BARE_BYTES = 512 * MiB
/** rsync over ssh on the reference machine of this project: what users have today. */
const RSYNC_FILES_A_SECOND = 16_700
const json = process.argv.includes('--json')
const scale = process.argv.includes('--small') ? 0.1 : 1

/** What the serving process tells once it listens. */
interface Serving {
  readonly id: PeerId
  readonly ports: readonly number[]
  readonly barePort: number
  readonly entries: Readonly<Record<string, readonly PlannedEntry[]>>
}

interface Row {
  readonly row: string
  readonly value: number
  readonly unit: string
  readonly reference: number
  readonly goal: number
}

const served = process.argv[2] === 'serve' ? process.argv[3] : undefined
if (served) await serve(served)
else await measure()

async function measure(): Promise<void> {
  const top = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tspeer-bench-'))
  try {
    say('making the samples…')
    makeSamples(join(top, 'share'))
    const { child, serving } = await startServer(join(top, 'share'))
    const downloader = await startDownloader(top, serving)
    try {
      const tls = await bareTls(serving.barePort)
      const sha = shaRate()
      show({ row: 'bare TLS 1.3 in Node', value: tls, unit: 'MB/s', reference: tls, goal: 1 })
      show({ row: 'SHA-256 of 16 KiB leaves', value: sha, unit: 'MB/s', reference: sha, goal: 1 })
      // A peer is compared as it runs, not as it starts.
      await downloader.download('warm')
      const big = await best(3, () => downloader.download('big'))
      const oneAfterTheOther = 1 / (1 / tls + 1 / sha)
      show({
        row: `${Math.round(1024 * scale)} MiB in one file`,
        ...big.bytes,
        reference: oneAfterTheOther,
        goal: 1.2,
      })
      const small = await best(3, () => downloader.download('small'))
      const files = Math.round(10_000 * scale)
      show({ row: `${files} files of 4 KiB`, ...small.files, reference: RSYNC_FILES_A_SECOND, goal: 1.3 })
      const middle = await best(3, () => downloader.download('middle'))
      show({
        row: `${Math.round(1_000 * scale)} files of 1 MiB`,
        ...middle.bytes,
        reference: oneAfterTheOther,
        goal: 1.2,
      })
    } finally {
      await downloader.close()
      child.kill()
    }
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

interface Done {
  readonly seconds: number
  readonly bytes: number
  readonly files: number
}

/** The fastest of some runs, for others use this machine too. */
async function best(runs: number, run: () => Promise<Done>) {
  const all: Done[] = []
  for (let i = 0; i < runs; i++) all.push(await run())
  const { seconds, bytes, files } = all.reduce((a, b) => (b.seconds < a.seconds ? b : a))
  return {
    bytes: { value: bytes / 1e6 / seconds, unit: 'MB/s' },
    files: { value: files / seconds, unit: 'files/s' },
  }
}

/** A downloading peer that runs, without the rest of it. */
async function startDownloader(top: string, serving: Serving) {
  const home = mkdtempSync(join(top, 'home-'))
  for (const folder of ['db', 'tmp', 'downloads']) mkdirSync(join(home, folder))
  const store = openStore(join(home, 'db'))
  const source = { id: serving.id, name: 'bench', hosts: ['127.0.0.1'], dataPorts: serving.ports }
  let finished: (transfer: Transfer) => void = () => {}
  const transfers = await createTransfers({
    identity: await makeIdentity(),
    store,
    folders: { tmp: join(home, 'tmp'), downloads: () => join(home, 'downloads') },
    log: silentLogger,
    sourceOf: async () => source,
    sourcesOf: async () => [],
    onChange: transfer => {
      if (transfer.state === 'done' || transfer.state === 'failed') finished(transfer)
    },
    onRemoved: () => {},
  })
  return {
    /** Downloads one of the samples, timed from the start to the last file's place. */
    async download(name: string): Promise<Done> {
      const end = new Promise<Transfer>(resolve => {
        finished = resolve
      })
      const started = performance.now()
      await transfers.start({ name, owner: serving.id, entries: serving.entries[name] ?? [] })
      const { id, state, error, bytes, files, target } = await end
      const seconds = (performance.now() - started) / 1_000
      if (state !== 'done') throw new Error(`the download failed: ${error?.message}`)
      await transfers.remove(id)
      rmSync(target, { recursive: true })
      return { seconds, bytes, files }
    },
    async close(): Promise<void> {
      await transfers.close()
      await store.close()
    },
  }
}

async function serve(folder: string): Promise<void> {
  const identity = await makeIdentity()
  const share = new SharedFolder(folder)
  const uploads = await createUploads({
    identity,
    host: '127.0.0.1',
    ports: 'any',
    log: silentLogger,
    grants: share,
  })
  const bare = createServer(tlsServerOptions(identity), socket => {
    let left = BARE_BYTES
    const send = (): void => {
      if (left <= 0) return void socket.end()
      left -= BLOCK.length / 4
      socket.write(BLOCK.subarray(0, BLOCK.length / 4), send)
    }
    socket.on('error', () => {})
    send()
  })
  await new Promise<void>(resolve => bare.listen(0, '127.0.0.1', resolve))
  const address = bare.address()
  const entries = Object.fromEntries(['warm', 'big', 'small', 'middle'].map(name => [name, share.plan(name)]))
  const barePort = typeof address === 'object' && address ? address.port : 0
  process.send?.({ id: identity.id, ports: uploads.ports, barePort, entries } satisfies Serving)
}

async function startServer(folder: string): Promise<{ child: ChildProcess; serving: Serving }> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', folder], { serialization: 'advanced' })
  const serving = await new Promise<Serving>((resolve, reject) => {
    child.once('message', message => resolve(message as Serving))
    child.once('exit', () => reject(new Error('the serving process ended')))
  })
  return { child, serving }
}

async function bareTls(port: number): Promise<number> {
  const identity = await makeIdentity()
  const started = performance.now()
  let bytes = 0
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ ...tlsClientOptions(identity), host: '127.0.0.1', port })
    socket.on('data', data => {
      bytes += data.length
    })
    socket.once('end', resolve)
    socket.once('error', reject)
  })
  return bytes / 1e6 / ((performance.now() - started) / 1_000)
}

function shaRate(): number {
  const started = performance.now()
  for (let i = 0; i < 256; i++) {
    for (let at = 0; at < MiB; at += 16_384) hash('sha256', BLOCK.subarray(at, at + 16_384), 'binary')
  }
  return (256 * MiB) / 1e6 / ((performance.now() - started) / 1_000)
}

function makeSamples(folder: string): void {
  const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32, 1), Buffer.alloc(16))
  const random = (bytes: number) => stream.update(BLOCK.subarray(0, bytes))
  mkdirSync(join(folder, 'warm'), { recursive: true })
  for (let i = 0; i < 20; i++) writeFileSync(join(folder, 'warm', String(i)), random(MiB))
  writeFileSync(join(folder, 'warm', 'big'), Buffer.alloc(8 * MiB, 1))
  mkdirSync(join(folder, 'big'))
  for (let i = 0; i < 1024 * scale; i++)
    writeFileSync(join(folder, 'big', 'file'), random(MiB), { flag: 'a' })
  for (let i = 0; i < 10_000 * scale; i++) {
    const inner = join(folder, 'small', String(i % 100))
    mkdirSync(inner, { recursive: true })
    writeFileSync(join(inner, String(i)), random(4096))
  }
  mkdirSync(join(folder, 'middle'))
  for (let i = 0; i < 1_000 * scale; i++) writeFileSync(join(folder, 'middle', String(i)), random(MiB))
}

function show({ row, value, unit, reference, goal }: Row): void {
  const ratio = value / reference
  const line = {
    bench: 'transfer',
    row,
    value: round(value),
    unit,
    reference: round(reference),
    ratio: round(ratio),
    goal,
    ok: ratio >= goal,
  }
  if (json) console.log(JSON.stringify(line))
  else
    console.log(
      `${row}: ${line.value} ${unit}, ${line.ratio} × ${line.reference} (goal ${goal}) ${line.ok ? 'ok' : 'not yet'}`,
    )
}

function say(text: string): void {
  if (!json) console.log(text)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
