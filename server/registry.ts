import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PeerError } from '../core/errors/index.js'
import { lockHome, openIdentity, type PeerId } from '../core/identity/index.js'
import type { Logger } from '../core/log/index.js'
import { type Connection, type Listener, listen } from '../core/wire/index.js'
import type { WorkerKind } from '../core/workers/index.js'
import { listeningAddresses } from './addresses.js'
import { createHandlers } from './handlers.js'
import { People } from './people.js'
import { Presence } from './presence.js'
import { Registrar } from './registrar.js'
import { Shares } from './shares.js'
import type { RegistryStore } from './store/registry-store.js'
import { openWorkerStore } from './store/worker-store.js'
import { DEFAULT_TUNING, type RegistryTuning } from './tuning.js'

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
}

/** A running registry. */
export interface Registry {
  readonly id: PeerId
  readonly port: number
  /** Where it can be reached, as `host:port`. */
  readonly addresses: readonly string[]
  /** Resolves when everything stored can be searched and listed. */
  readonly loaded: Promise<void>
  /** What it holds now. */
  stats(): {
    readonly people: number
    readonly online: number
    readonly entries: number
    readonly complete: boolean
  }
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
    const folder = join(home, 'db')
    const store = options.openStore
      ? await options.openStore(folder)
      : await openWorkerStore(folder, { log: log.part('store'), ...(workerKind ? { kind: workerKind } : {}) })
    undo.unshift(() => store.close())
    tellDamage(store, log)
    const running = await RunningRegistry.start({ ...options, identity, store, release })
    return running
  } catch (error) {
    for (const step of undo)
      await step().catch(failure => log.warn('closing failed', { error: String(failure) }))
    throw error
  }
}

interface StartOptions extends RegistryOptions {
  readonly identity: Awaited<ReturnType<typeof openIdentity>>
  readonly store: RegistryStore
  readonly release: () => Promise<void>
}

class RunningRegistry implements Registry {
  readonly #options: StartOptions
  readonly #people: People
  readonly #presence: Presence
  readonly #shares: Shares
  readonly #registrar: Registrar
  readonly #listener: Listener
  readonly #unregistered: Set<NodeJS.Timeout>
  #closing: Promise<void> | undefined

  static async start(options: StartOptions): Promise<RunningRegistry> {
    const { store, log, identity, host, port, now = Date.now } = options
    const tuning = { ...DEFAULT_TUNING, ...options.tuning }
    const people = new People(await store.people(), new Set(tuning.gateways))
    const presence = new Presence(people, tuning.presenceMs)
    const shares = new Shares({
      store,
      log: log.part('shares'),
      personOf: id => people.get(id),
      onChange: person => presence.changed(person),
      budgetMs: tuning.searchMs,
    })
    const registrar = new Registrar({ people, presence, shares, store, tuning, log: log.part('people'), now })
    const name = (options.name ?? hostname()).slice(0, NAME_CHARACTERS)
    const unregistered = new Set<NodeJS.Timeout>()
    try {
      const listener = await listen({
        identity,
        host,
        port,
        role: 'registry',
        features: ['deflate'],
        handlers: { requests: createHandlers({ name, people, presence, registrar, shares, tuning, now }) },
        limits: tuning.limits,
        log: log.part('wire'),
        onConnection: connection => {
          mustRegister(connection, people, tuning.registerMs, unregistered)
          return undefined
        },
      })
      log.info('the registry is ready', {
        id: identity.id,
        port: listener.port,
        people: [...people.all].length,
      })
      return new RunningRegistry(options, { people, presence, shares, registrar, listener, unregistered })
    } catch (error) {
      await shares.close()
      throw error
    }
  }

  private constructor(
    options: StartOptions,
    parts: {
      readonly people: People
      readonly presence: Presence
      readonly shares: Shares
      readonly registrar: Registrar
      readonly listener: Listener
      readonly unregistered: Set<NodeJS.Timeout>
    },
  ) {
    this.#options = options
    this.#people = parts.people
    this.#presence = parts.presence
    this.#shares = parts.shares
    this.#registrar = parts.registrar
    this.#listener = parts.listener
    this.#unregistered = parts.unregistered
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
  get loaded(): Promise<void> {
    return this.#shares.loaded
  }

  stats() {
    return {
      people: [...this.#people.all].length,
      online: this.#people.online,
      entries: this.#shares.index.size,
      complete: this.#shares.complete,
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Nobody new, no presence, then what was asked is stored, then the files are let go. */
  async #close(): Promise<void> {
    const { store, release, log } = this.#options
    this.#presence.close()
    for (const timer of this.#unregistered) clearTimeout(timer)
    await this.#listener.close()
    await this.#shares.close()
    await this.#registrar.close()
    await store.close()
    await release()
    log.info('the registry has stopped')
  }
}

/** Ends a connection that says hello and then never who it is. */
function mustRegister(connection: Connection, people: People, ms: number, timers: Set<NodeJS.Timeout>): void {
  const timer = setTimeout(() => {
    timers.delete(timer)
    if (people.get(connection.peerId)?.session?.connection === connection) return
    void connection.close(new PeerError('TIMEOUT', 'The connection did not register in time.'))
  }, ms)
  timers.add(timer)
  void connection.ended.then(() => {
    clearTimeout(timer)
    timers.delete(timer)
  })
}

async function makeHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new PeerError('STORE_FAILED', `The folder ${home} can't be made. Choose another with --home.`, {
      cause,
    })
  }
}

function tellDamage(store: RegistryStore, log: Logger): void {
  for (const { file, lines, restored, kept } of store.damage) {
    log.error('damaged lines were dropped; peers send their shares again', {
      file,
      lines,
      restored,
      ...(kept ? { kept } : {}),
    })
  }
}
