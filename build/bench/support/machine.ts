import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { connect as connectTcp, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect, createServer as createTlsServer } from 'node:tls'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { makeIdentity } from '../../../core/identity/index.js'
import { tlsClientOptions, tlsServerOptions } from '../../../core/wire/index.js'

const run = promisify(execFile)
const MiB = 1024 * 1024
const BARE_BYTES = 1024 * MiB

/** Seconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1_000
}

/** Bytes a second of a bare connection between two threads, plain or encrypted. */
export async function bareConnection(kind: 'tcp' | 'tls'): Promise<number> {
  const identity = await makeIdentity()
  const sender = new Worker(new URL(import.meta.url), { argv: ['send', kind], workerData: identity })
  const port = await new Promise<number>((resolve, reject) => {
    sender.once('message', resolve)
    sender.once('error', reject)
  })
  let bytes = 0
  const seconds = await timed(
    () =>
      new Promise((resolve, reject) => {
        const to = { host: '127.0.0.1', port }
        const socket = kind === 'tls' ? connect({ ...tlsClientOptions(identity), ...to }) : connectTcp(to)
        socket.on('data', data => {
          bytes += data.length
        })
        socket.once('end', resolve)
        socket.once('error', reject)
      }),
  )
  await sender.terminate()
  return bytes / seconds
}

/** Bytes a second of `cp`. */
export async function copyRate(file: string, bytes: number, folder: string): Promise<number> {
  const target = join(folder, 'copy')
  const seconds = await timed(() => run('cp', [file, target]))
  await rm(target)
  return bytes / seconds
}

/** Bytes a second of `openssl dgst -sha256`. */
export async function digestRate(file: string, bytes: number): Promise<number> {
  return bytes / (await timed(() => run('openssl', ['dgst', '-sha256', file])))
}

async function send(kind: string): Promise<void> {
  const { parentPort, workerData } = await import('node:worker_threads')
  const block = Buffer.alloc(256 * 1024)
  const give = (socket: Socket): void => {
    let left = BARE_BYTES
    const next = (): void => {
      if (left <= 0) return void socket.end()
      left -= block.length
      socket.write(block, next)
    }
    socket.on('error', () => {})
    next()
  }
  const server = kind === 'tls' ? createTlsServer(tlsServerOptions(workerData), give) : createServer(give)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    parentPort?.postMessage(typeof address === 'object' ? address?.port : 0)
  })
}

if (process.argv[2] === 'send') await send(process.argv[3] ?? 'tcp')
