import { setTimeout } from 'node:timers/promises'
import { HOST } from './ports.js'

const READY_MS = 60_000
const LOOK_MS = 50

/** Who answers, and on which port of loopback. */
export interface RestAt {
  readonly id: string
  readonly restPort: number
}

/** What it says of a folder. */
export interface FolderStatus {
  readonly state: string
  readonly localFiles: number
  readonly localBytes: number
  readonly needTotalItems: number
}

/** The REST API of instances that share a key. */
export class SyncthingRest {
  readonly key: string

  constructor(key: string) {
    this.key = key
  }

  async ping(of: RestAt): Promise<boolean> {
    await this.#get(of, 'system/ping')
    return true
  }

  async addFolder(to: RestAt, id: string, folder: object): Promise<void> {
    await this.#call(to, 'PUT', `config/folders/${id}`, JSON.stringify(folder))
  }

  status(of: RestAt, folder: string): Promise<FolderStatus> {
    return this.#get(of, `db/status?folder=${folder}`)
  }

  /** Waits until its index has changed, at most so long; gives the number of the last change. */
  async indexEvents(of: RestAt, { since, seconds }: { since: number; seconds: number }): Promise<number> {
    const query = `events?events=LocalIndexUpdated&since=${since}&timeout=${seconds}`
    const events = await this.#get<{ id: number }[]>(of, query)
    return events.at(-1)?.id ?? since
  }

  async areConnected(one: RestAt, other: RestAt): Promise<boolean> {
    type Connections = { connections: Record<string, { connected: boolean }> }
    const [from, to] = await Promise.all([
      this.#get<Connections>(one, 'system/connections'),
      this.#get<Connections>(other, 'system/connections'),
    ])
    return !!from.connections[other.id]?.connected && !!to.connections[one.id]?.connected
  }

  /** Asks until there is an answer; one that does not answer yet is still starting. */
  async until<T>(look: () => Promise<T | false>): Promise<T> {
    const end = performance.now() + READY_MS
    for (;;) {
      const found = await look().catch(error => {
        if (performance.now() > end) throw error
        return false as const
      })
      if (found !== false) return found
      if (performance.now() > end) throw new Error('syncthing did not get ready')
      await setTimeout(LOOK_MS)
    }
  }

  #get<T>(of: RestAt, what: string): Promise<T> {
    return this.#call<T>(of, 'GET', what)
  }

  async #call<T>(of: RestAt, method: string, what: string, body?: string): Promise<T> {
    const options = { method, headers: { 'X-API-Key': this.key }, ...(body && { body }) }
    const answer = await fetch(`http://${HOST}:${of.restPort}/rest/${what}`, options)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`syncthing: ${what}: ${answer.status} ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }
}
