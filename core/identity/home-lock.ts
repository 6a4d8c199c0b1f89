import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PeerError, systemCode } from '../errors/index.js'

/** Who holds a home. A process id alone can have been given to another process since. */
interface Holder {
  readonly host: string
  readonly pid: number
  /** The system's start time of that process, where it can be told. */
  readonly started?: string
}

const LOCK_FILE = 'lock'
/** A take-over of a stale lock that was itself cut off is over after this long. */
const TAKE_OVER_MS = 10_000
const TRIES = 20

/**
 * Locks a home folder for this process; HOME_IN_USE while another one that still runs holds it. A lock left
 * by a process that is gone is taken over. Call the returned function to release it.
 */
export async function lockHome(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, LOCK_FILE)
  const mine = JSON.stringify(self())
  const candidate = `${lock}.${randomBytes(6).toString('hex')}`
  await writeFile(candidate, mine, { mode: 0o600, flag: 'wx' })
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      if (await created(candidate, lock)) return () => release(lock, mine)
      const holder = await readHolder(lock)
      if (holder && isAlive(holder)) throw inUse(folder, holder)
      await removeStale(lock)
    }
    throw new PeerError('HOME_IN_USE', `The lock in ${folder} keeps changing hands. Try again in a moment.`)
  } finally {
    await unlink(candidate)
  }
}

/** A link is made whole or not at all, so nobody ever reads half a lock. */
async function created(candidate: string, lock: string): Promise<boolean> {
  try {
    await link(candidate, lock)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!NO_LINKS.has(systemCode(error) ?? '')) throw error
  }
  try {
    await writeFile(lock, await readFile(candidate), { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** One process at a time may remove a stale lock, and only when it is still stale by then. */
async function removeStale(lock: string): Promise<void> {
  const taking = `${lock}.taking`
  try {
    await writeFile(taking, '', { flag: 'wx' })
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    const age = await stat(taking).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > TAKE_OVER_MS) await unlink(taking).catch(() => {})
    return
  }
  try {
    const holder = await readHolder(lock)
    if (!holder || !isAlive(holder)) await unlink(lock).catch(() => {})
  } finally {
    await unlink(taking).catch(() => {})
  }
}

async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(lock, 'utf8'))
    return isHolder(holder) ? holder : undefined
  } catch {
    // Gone since, or cut off while it was written on a file system without links: nobody holds it.
    return undefined
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false
  const { host, pid } = value as Partial<Holder>
  return typeof host === 'string' && typeof pid === 'number'
}

/** A holder on another host can't be asked: it counts as alive. */
function isAlive({ host, pid, started }: Holder): boolean {
  if (host !== hostname()) return true
  const now = processNow(pid)
  if (pid !== process.pid) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return false
    }
    if (now?.ended) return false
  } else if (started !== now?.started) return false
  return started === undefined || now === undefined || now.started === started
}

interface ProcessNow {
  /** Clock ticks since boot at its start. */
  readonly started: string
  /** Killed and only not yet waited for by its parent, as where a container has no init: it holds nothing. */
  readonly ended: boolean
}

/** From /proc/PID/stat, fields 3 and 22 (proc(5)); undefined on other systems. */
function processNow(pid: number): ProcessNow | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state = '', started = ''] = [fields[0], fields[19]]
    // A dead main thread alone is not the end: others may still be letting go of files.
    const ended = 'ZX'.includes(state) && readdirSync(`/proc/${pid}/task`).length <= 1
    return { started, ended }
  } catch {
    return undefined
  }
}

function self(): Holder {
  const now = processNow(process.pid)
  const base = { host: hostname(), pid: process.pid }
  return now ? { ...base, started: now.started } : base
}

function inUse(folder: string, { host, pid }: Holder): PeerError {
  const where = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`
  const remedy =
    host === hostname()
      ? 'Use that one, or stop it first.'
      : `If it is gone, remove ${join(folder, LOCK_FILE)}.`
  return new PeerError('HOME_IN_USE', `${folder} is in use by ${where}. ${remedy}`, {
    details: { host, pid },
  })
}

async function release(lock: string, mine: string): Promise<void> {
  const now = await readFile(lock, 'utf8').catch(() => undefined)
  if (now === mine) await unlink(lock).catch(() => {})
}
