import { hostname } from 'node:os'
import { join } from 'node:path'
import { createDiscovery, type Discovery, type Scope } from '../core/discovery/index.js'
import { lockHome, openIdentity, type PeerId } from '../core/identity/index.js'
import type { Logger } from '../core/log/index.js'
import { type Listener, listen } from '../core/wire/index.js'
import type { WorkerKind } from '../core/workers/index.js'
import { listeningAddresses } from './addresses.js'
import type { Access } from './admin/access.js'
import { openAccess } from './admin/access-file.js'
import { Administration } from './admin/administration.js'
import { HeldStore } from './admin/backup/held-store.js'
import { type Backup, backupFolder, makeBackup } from './admin/backup/make-backup.js'
import { Gate } from './admin/gate.js'
import { createHandlers } from './handlers.js'
import { makeHome } from './make-home.js'
import { MustRegister } from './must-register.js'
import { Metrics } from './page/metrics.js'
import { People } from './people.js'
import { Presence } from './presence.js'
import { reachHandlers } from './reach.js'
import { Registrar } from './registrar.js'
import type { RegistryStats } from './registry-stats.js'
import { Shares } from './shares/shares.js'
import type { RegistryStore } from './store/registry-store.js'
import { openWorkerStore } from './store/worker-store.js'
import { tellDamage } from './tell-damage.js'
import { DEFAULT_TUNING, type RegistryTuning } from './tuning.js'

export { scopeFor } from '../core/discovery/index.js'

/** How a registry starts. */
export interface RegistryOptions {
  /** Its folder: identity, store, lock. Made if need be. */
  readonly home: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** What people see; default the name of this computer. */
  readonly name?: string
  readonly log: Logger
  readonly tuning?: Partial<RegistryTuning>
  /** Whether the store's worker is a thread or a process; default thread. */
  readonly workerKind?: WorkerKind
  /** Another store than the one in the home. */
  readonly openStore?: (folder: string) => Promise<RegistryStore>
  /** ms since 1970; default the system's clock. */
  readonly now?: () => number
  /** Where it tells of itself, so that peers find it; default nowhere. */
  readonly announce?: Scope
}

/** A running registry. */
export interface Registry {
  readonly id: PeerId
  readonly port: number
  /** Where it can be reached, as `host:port`. */
  readonly addresses: readonly string[]
  /** Resolves when everything stored can be searched and listed. */
  readonly loaded: Promise<void>
  /** What who runs it does about people. */
  readonly admin: Administration
  /** Sets some of what can be set; it holds at once for all. */
  tune(change: Partial<RegistryTuning>): void
  /** What it was asked so far. */
  readonly metrics: Metrics
  /** What people see. */
  readonly name: string
  stats(): RegistryStats
  /** Copies all that it keeps, as it is at one moment, into a new folder that is a home too. */
  backup(folder?: string): Promise<Backup>
  /** Says goodbye to all, waits until everything is stored. Safe to call twice. */
  close(): Promise<void>
}

const NAME_CHARACTERS = 64

/** Starts a registry. HOME_IN_USE, PORT_BUSY, IDENTITY_CORRUPT or STORE_FAILED when it can't. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { home, log, workerKind } = options
  await makeHome(home)
  const release = await lockHome(home)
  const undo: (() => Promise<void>)[] = [release]
  try {
    const identity = await openIdentity(join(home, 'identity'))
    const access = await openAccess(home)
    const folder = join(home, 'db')
    const opened = options.openStore
      ? await options.openStore(folder)
      : await openWorkerStore(folder, { log: log.part('store'), ...(workerKind ? { kind: workerKind } : {}) })
    const store = new HeldStore(opened)
    undo.unshift(() => store.close())
    tellDamage(store, log)
    const running = await RunningRegistry.start({ ...options, identity, access, store, release })
    return running
  } catch (error) {
    for (const step of undo)
      await step().catch(failure => log.warn('closing failed', { error: String(failure) }))
    throw error
  }
}

interface StartOptions extends RegistryOptions {
  readonly identity: Awaited<ReturnType<typeof openIdentity>>
  readonly access: Access
  readonly store: HeldStore
  readonly release: () => Promise<void>
}

/** What a running registry is made of. */
interface Parts {
  readonly tuning: RegistryTuning
  readonly people: People
  readonly presence: Presence
  readonly shares: Shares
  readonly registrar: Registrar
  readonly gate: Gate
  readonly metrics: Metrics
  readonly mustRegister: MustRegister
}

class RunningRegistry implements Registry {
  readonly admin: Administration
  readonly #options: StartOptions
  readonly #parts: Parts
  readonly #listener: Listener
  readonly #discovery: Discovery | undefined
  #closing: Promise<void> | undefined

  static async start(options: StartOptions): Promise<RunningRegistry> {
    const { log, identity, host, port, now = Date.now } = options
    const parts = await makeParts(options)
    const { people, gate, mustRegister, metrics, tuning } = parts
    const name = nameOf(options)
    try {
      const listener = await listen({
        identity,
        host,
        port,
        role: 'registry',
        features: ['deflate'],
        handlers: {
          requests: metrics.counted({
            ...createHandlers({ ...parts, name, log, now }),
            ...reachHandlers({ ...parts, identity }),
          }),
        },
        limits: tuning.limits,
        log: log.part('wire'),
        onConnection: connection => {
          const refusal = gate.refusalOf(connection)
          if (!refusal) mustRegister.watch(connection)
          return refusal
        },
      })
      log.info('the registry is ready', {
        id: identity.id,
        port: listener.port,
        people: [...people.all].length,
      })
      return new RunningRegistry(options, parts, listener)
    } catch (error) {
      await parts.shares.close()
      throw error
    }
  }

  private constructor(options: StartOptions, parts: Parts, listener: Listener) {
    this.#options = options
    this.#parts = parts
    this.#listener = listener
    this.#discovery = announced(options, listener)
    const { access, log, now = Date.now } = options
    const { people, presence, registrar } = parts
    this.admin = new Administration({
      people,
      access,
      isHere: person => registrar.isHere(person),
      forget: person => registrar.forget(person),
      letGo: () => this.#letGo(),
      changed: person => {
        people.seenAnew(person)
        presence.changed(person)
      },
      now,
      log: log.part('admin'),
    })
  }

  get id(): PeerId {
    return this.#options.identity.id
  }
  get port(): number {
    return this.#listener.port
  }
  get addresses(): readonly string[] {
    return listeningAddresses(this.#options.host, this.port)
  }
  get name(): string {
    return nameOf(this.#options)
  }
  get metrics(): Metrics {
    return this.#parts.metrics
  }
  get loaded(): Promise<void> {
    return this.#parts.shares.loaded
  }

  tune(change: Partial<RegistryTuning>): void {
    Object.assign(this.#parts.tuning, change)
    this.#letGo()
  }

  stats() {
    const { access, store } = this.#options
    const { people, shares } = this.#parts
    const all = [...people.all]
    return {
      people: all.length,
      online: people.online,
      connections: this.#listener.connections.size,
      entries: shares.entries,
      files: all.reduce((sum, { files }) => sum + files, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      complete: shares.complete,
      banned: access.rules.bans.length,
      ...(store.failing ? { storeFailing: store.failing } : {}),
    }
  }

  async backup(folder?: string): Promise<Backup> {
    const { home, store, log, now = Date.now } = this.#options
    const target = folder ?? backupFolder(home, now())
    const backup = await makeBackup(home, target, work => store.hold(work))
    log.info('a backup was made', { ...backup })
    return backup
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Ends the connections of all who may not be here any more. */
  #letGo(): number {
    const { gate } = this.#parts
    let ended = 0
    for (const connection of this.#listener.connections) {
      const refusal = gate.refusalOf(connection)
      if (!refusal) continue
      void connection.close(refusal)
      ended++
    }
    return ended
  }

  /** Nobody new, no presence, then what was asked is stored, then the files are let go. */
  async #close(): Promise<void> {
    const { store, release, log } = this.#options
    const { presence, mustRegister, shares, registrar } = this.#parts
    await this.#discovery?.close()
    presence.close()
    mustRegister.close()
    await this.#listener.close()
    await shares.close()
    await registrar.close()
    await store.close()
    await release()
    log.info('the registry has stopped')
  }
}

async function makeParts(options: StartOptions): Promise<Parts> {
  const { store, access, log, now = Date.now, workerKind: kind } = options
  const tuning = { ...DEFAULT_TUNING, ...options.tuning }
  const people = new People(await store.people(), new Set(tuning.gateways), id => access.isBanned({ id }))
  const presence = new Presence(people, tuning.presenceMs)
  const shares = new Shares({
    store,
    people,
    tuning,
    onChange: person => presence.changed(person),
    ...(kind ? { kind } : {}),
    log: log.part('shares'),
  })
  const registrar = new Registrar({ people, presence, shares, store, tuning, log: log.part('people'), now })
  const gate = new Gate({ access, people, tuning, now, log: log.part('admin') })
  const mustRegister = new MustRegister(people, tuning.registerMs)
  const metrics = new Metrics()
  return { tuning, people, presence, shares, registrar, gate, mustRegister, metrics }
}

function announced({ announce, identity, log }: StartOptions, { port }: Listener): Discovery | undefined {
  if (!announce) return undefined
  const service = { kind: 'registry', id: identity.id, port } as const
  return createDiscovery({ ...announce, services: [service], log: log.part('discovery') })
}

function nameOf({ name }: RegistryOptions): string {
  return (name ?? hostname()).slice(0, NAME_CHARACTERS)
}
