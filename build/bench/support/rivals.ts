import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { timed } from './machine.js'
import { freePort, HOST, listening } from './ports.js'
import { startSyncthing } from './syncthing.js'

const run = promisify(execFile)

export type RivalName = 'rsync' | 'curl' | 'syncthing'

/** What others use, on the same machine in the same minutes. */
export interface Rival {
  readonly name: RivalName
  /** All that it does. */
  readonly than: string
  /** Seconds to fetch a file or folder; what came is deleted. */
  fetch(path: string): Promise<number>
}

export interface Rivals {
  /** Those that are installed here with all that they need. */
  readonly installed: readonly Rival[]
  close(): Promise<void>
}

interface Ssh {
  readonly shell: string
  readonly host: string
}

/** Starts sshd, nginx and Syncthing with settings of their own below `folder`; they serve what lies below `served`. */
export async function startRivals(folder: string, served: string): Promise<Rivals> {
  mkdirSync(folder)
  const started: ChildProcess[] = []
  const target = join(folder, 'target')
  const ssh = await startSsh(folder, started).catch(() => undefined)
  const nginx = await startNginx(folder, served, started).catch(() => undefined)
  const syncthing = await startSyncthing(join(folder, 'syncthing')).catch(() => undefined)
  const installed: Rival[] = []
  const enter = (name: RivalName, than: string, work: (path: string) => Promise<number>): void => {
    installed.push({ name, than, fetch: path => fetchAway(target, () => work(path)) })
  }
  if (ssh) enter('rsync', 'rsync over ssh', path => rsyncFrom(ssh, path, target))
  if (nginx) {
    const address = (path: string) => `${nginx}/${path.slice(served.length + 1)}`
    enter('curl', 'curl https, then openssl dgst', path => curlFrom(address(path), target))
  }
  if (syncthing) enter('syncthing', 'Syncthing', path => syncthing.fetch(folderOf(path), target))
  return {
    installed,
    async close() {
      for (const child of started) child.kill()
      await syncthing?.close()
    },
  }
}

/** What came is deleted at once: each run, ours too, begins where as much was just set free. */
async function fetchAway(target: string, work: () => Promise<number>): Promise<number> {
  mkdirSync(target)
  const seconds = await work()
  await rm(target, { recursive: true })
  return seconds
}

function rsyncFrom(ssh: Ssh, path: string, target: string): Promise<number> {
  const args = ['-a', '-e', ssh.shell, `${ssh.host}:${path}`, `${target}/`]
  return timed(() => run('rsync', args))
}

function curlFrom(address: string, target: string): Promise<number> {
  const to = join(target, 'file')
  return timed(async () => {
    await run('curl', ['--silent', '--fail', '--insecure', '--output', to, address])
    await run('openssl', ['dgst', '-sha256', to])
  })
}

/** Syncthing knows folders only: a file goes as the folder that has nothing else. */
function folderOf(path: string): string {
  return statSync(path).isFile() ? dirname(path) : path
}

async function startSsh(folder: string, started: ChildProcess[]): Promise<Ssh> {
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
