import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { timed } from './machine.js'
import { freePort, HOST } from './ports.js'
import { type FolderStatus, type RestAt, SyncthingRest } from './syncthing-rest.js'

// Two instances of Syncthing that know only each other, with the settings it is shipped with, as ours: only what
// would leave this machine, or look for changes by itself during a run, is off.

const RUN_MS = 600_000
const ENV = { ...process.env, STNODEFAULTFOLDER: '1', STNORESTART: '1', STNOUPGRADE: '1' }

/** An instance: its files, and where it listens. */
interface Instance extends RestAt {
  readonly home: string
  readonly port: number
}

export interface Syncthing {
  /** Seconds until `target` has all that `source`, a folder, holds; its owner has hashed it before. */
  fetch(source: string, target: string): Promise<number>
  close(): Promise<void>
}

/** Starts the instance that gives; the one that takes has a new life, and a new database, for each run. */
export async function startSyncthing(folder: string): Promise<Syncthing> {
  mkdirSync(folder)
  const sender = await makeInstance(join(folder, 'sender'))
  const receiver = await makeInstance(join(folder, 'receiver'))
  const rest = new SyncthingRest(randomBytes(16).toString('hex'))
  const pair = [sender, receiver]
  const start = (instance: Instance) => {
    writeFileSync(join(instance.home, 'config.xml'), settings(instance, pair, rest.key))
    const folders = ['--config', instance.home, '--data', join(instance.home, 'data')]
    return spawn('syncthing', ['serve', ...folders], { env: ENV, stdio: 'ignore' })
  }
  const giving = start(sender)
  await rest
    .until(() => rest.ping(sender))
    .catch(async error => {
      await ended(giving)
      throw error
    })
  const offered = new Map<string, FolderStatus>()

  async function offer(source: string): Promise<FolderStatus> {
    const id = basename(source)
    // Its own mark of a folder would be one more entry of the sample.
    const markerName = readdirSync(source)[0]
    await rest.addFolder(sender, id, { ...shared(id, source, pair), type: 'sendonly', markerName })
    return rest.until(async () => {
      const status = await rest.status(sender, id)
      return status.state === 'idle' && status.localFiles > 0 && status
    })
  }

  return {
    async fetch(source, target) {
      const id = basename(source)
      const all = offered.get(id) ?? (await offer(source))
      offered.set(id, all)
      const taking = start(receiver)
      try {
        await rest.until(() => rest.areConnected(sender, receiver))
        await rest.indexEvents(receiver, { since: 0, seconds: 0 }) // tells from here on
        return await timed(async () => {
          await rest.addFolder(receiver, id, shared(id, target, pair))
          await inSync(rest, receiver, id, all)
        })
      } finally {
        await ended(taking)
        await rm(join(receiver.home, 'data'), { recursive: true, force: true })
      }
    },
    close: () => ended(giving),
  }
}

/** Looks whenever the index has changed, which takes less of its time than to ask every few milliseconds. */
async function inSync(rest: SyncthingRest, receiver: Instance, id: string, all: FolderStatus): Promise<void> {
  const end = performance.now() + RUN_MS
  for (let since = 0; performance.now() < end; ) {
    since = await rest.indexEvents(receiver, { since, seconds: 60 })
    const { needTotalItems, localFiles, localBytes } = await rest.status(receiver, id)
    if (needTotalItems === 0 && localFiles === all.localFiles && localBytes === all.localBytes) return
  }
  throw new Error('syncthing did not get all of it')
}

async function makeInstance(home: string): Promise<Instance> {
  await promisify(execFile)('syncthing', ['generate', '--home', home], { env: ENV })
  const id = /<device id="([^"]+)"/.exec(readFileSync(join(home, 'config.xml'), 'utf8'))?.[1]
  if (!id) throw new Error('syncthing made no device id')
  return { home, id, port: await freePort(), restPort: await freePort() }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

/** Nothing of it may leave this machine or look for others. What is not named stays at its default. */
function settings(own: Instance, pair: readonly Instance[], key: string): string {
  const devices = pair.map(
    ({ id, port }) => `<device id="${id}"><address>tcp://${HOST}:${port}</address></device>`,
  )
  const options = {
    listenAddress: `tcp://${HOST}:${own.port}`,
    globalAnnounceEnabled: false,
    localAnnounceEnabled: false,
    relaysEnabled: false,
    natEnabled: false,
    crashReportingEnabled: false,
    urAccepted: -1,
    autoUpgradeIntervalH: 0,
    startBrowser: false,
  }
  const set = Object.entries(options).map(([name, value]) => `<${name}>${value}</${name}>`)
  return `<configuration version="36">
    ${devices.join('')}
    <gui enabled="true" tls="false"><address>${HOST}:${own.restPort}</address><apikey>${key}</apikey></gui>
    <options>${set.join('')}</options>
  </configuration>`
}

function shared(id: string, path: string, pair: readonly Instance[]): object {
  return {
    id,
    path,
    devices: pair.map(({ id: deviceID }) => ({ deviceID })),
    fsWatcherEnabled: false,
    rescanIntervalS: 0,
  }
}
