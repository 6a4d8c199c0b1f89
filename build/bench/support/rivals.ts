import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { timed } from './machine.js'

const run = promisify(execFile)
const HOST = '127.0.0.1'
const START_MS = 10_000

/** What others use, on the same machine in the same minutes. Each gives the seconds of one run. */
export interface Rivals {
  /** rsync over ssh; absent where it or sshd is not installed. */
  readonly rsync?: (source: string) => Promise<number>
  /** curl from nginx with TLS 1.3, then `openssl dgst -sha256` of what came; absent where one is not installed. */
  readonly curl?: (file: string) => Promise<number>
  close(): Promise<void>
}

/** Starts sshd and nginx with settings of their own below `folder`; they serve what lies below `served`. */
export async function startRivals(folder: string, served: string): Promise<Rivals> {
  mkdirSync(folder)
  const started: ChildProcess[] = []
  const target = join(folder, 'target')
  // What came is deleted at once: each run, ours too, begins where as much was just set free.
  const timedInto = async (work: () => Promise<number>) => {
    mkdirSync(target)
    const seconds = await work()
    await rm(target, { recursive: true })
    return seconds
  }
  const rsync = await startSsh(folder, started).catch(() => undefined)
  const curl = await startNginx(folder, served, started).catch(() => undefined)
  return {
    ...(rsync && {
      rsync(source) {
        const args = ['-a', '-e', rsync.shell, `${rsync.host}:${source}`, `${target}/`]
        return timedInto(() => timed(() => run('rsync', args)))
      },
    }),
    ...(curl && {
      curl(file) {
        const to = join(target, 'file')
        const from = `${curl}/${file.slice(served.length + 1)}`
        return timedInto(() =>
          timed(async () => {
            await run('curl', ['--silent', '--fail', '--insecure', '--output', to, from])
            await run('openssl', ['dgst', '-sha256', to])
          }),
        )
      },
    }),
    async close() {
      for (const child of started) child.kill()
    },
  }
}

async function startSsh(folder: string, started: ChildProcess[]): Promise<{ shell: string; host: string }> {
  await run('rsync', ['--version'])
  const key = join(folder, 'key')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  await run('cp', [`${key}.pub`, join(folder, 'authorized')])
  chmodSync(key, 0o600)
  const port = await freePort()
  const options = [
    `ListenAddress=${HOST}`,
    `HostKey=${key}`,
    `AuthorizedKeysFile=${join(folder, 'authorized')}`,
    'StrictModes=no',
    'UsePAM=no',
    'PidFile=none',
  ]
  mkdirSync('/run/sshd', { recursive: true })
  const set = options.flatMap(option => ['-o', option])
  started.push(
    spawn('/usr/sbin/sshd', ['-D', '-f', '/dev/null', '-p', String(port), ...set], { stdio: 'ignore' }),
  )
  await listening(port)
  const quiet = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'
  const shell = `ssh -p ${port} -i ${key} ${quiet}`
  return { shell, host: `${userInfo().username}@${HOST}` }
}

async function startNginx(folder: string, served: string, started: ChildProcess[]): Promise<string> {
  const key = join(folder, 'tls.key')
  const cert = join(folder, 'tls.crt')
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await run('openssl', [...make, '-keyout', key, '-out', cert, '-subj', '/CN=localhost'])
  const port = await freePort()
  const settings = `
    daemon off; worker_processes auto; pid ${join(folder, 'nginx.pid')}; error_log stderr;
    user ${userInfo().username};
    events {}
    http {
      access_log off; sendfile on;
      server {
        listen ${HOST}:${port} ssl; root ${served};
        ssl_protocols TLSv1.3; ssl_certificate ${cert}; ssl_certificate_key ${key};
      }
    }`
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, settings)
  started.push(spawn('nginx', ['-p', folder, '-c', file], { stdio: 'ignore' }))
  await listening(port)
  return `https://${HOST}:${port}`
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function listening(port: number): Promise<void> {
  const until = performance.now() + START_MS
  while (performance.now() < until) {
    const isOpen = await new Promise<boolean>(resolve => {
      const socket = connect(port, HOST, () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await setTimeout(50)
  }
  throw new Error('it did not start')
}
