import type { PeerId } from '../core/identity/index.js'
import { type Connection, LIMITS } from '../core/wire/index.js'
import type { People, Person } from './people.js'

/** People in one PRESENCE message, so that it fits. */
const PEOPLE_A_MESSAGE = 200

interface Watcher {
  readonly connection: Connection
  watched: Set<PeerId>
  /** Whether it wants to hear of those who come and are not among the watched. */
  newcomers: boolean
  readonly changed: Set<PeerId>
  pushedAt: number
  timer: NodeJS.Timeout | undefined
  pushing: boolean
}

/**
 * Tells each connection what changed of the people it watches: the first change at once, later ones gathered
 * so that there is at most one push in `everyMs`, and never one while the last is still being written.
 */
export class Presence {
  readonly #people: People
  readonly #everyMs: number
  readonly #watchers = new Map<Connection, Watcher>()
  readonly #watching = new Map<PeerId, Set<Watcher>>()

  constructor(people: People, everyMs: number) {
    this.#people = people
    this.#everyMs = everyMs
  }

  /** Replaces the set of people a connection watches; it is told at once of those it did not watch before. */
  watch(connection: Connection, ids: readonly PeerId[], newcomers = false): void {
    const watcher = this.#watcher(connection)
    watcher.newcomers = newcomers
    const before = watcher.watched
    watcher.watched = new Set(ids)
    for (const id of before) if (!watcher.watched.has(id)) this.#unlink(watcher, id)
    for (const id of watcher.watched) {
      if (before.has(id)) continue
      this.#link(watcher, id)
      if (this.#people.get(id)) watcher.changed.add(id)
    }
    this.#schedule(watcher)
  }

  /** A connection has ended. */
  forget(connection: Connection): void {
    const watcher = this.#watchers.get(connection)
    if (!watcher) return
    clearTimeout(watcher.timer)
    for (const id of watcher.watched) this.#unlink(watcher, id)
    this.#watchers.delete(connection)
  }

  /** Something about a person changed. */
  changed({ id }: Person): void {
    for (const watcher of this.#watching.get(id) ?? []) {
      watcher.changed.add(id)
      this.#schedule(watcher)
    }
  }

  /** Someone has registered: who wants to hear of newcomers watches them from now on. */
  arrived(person: Person): void {
    for (const watcher of this.#watchers.values())
      if (watcher.newcomers && watcher.watched.size < LIMITS.watchedPeople) this.#link(watcher, person.id)
    this.changed(person)
  }

  close(): void {
    for (const connection of [...this.#watchers.keys()]) this.forget(connection)
  }

  #watcher(connection: Connection): Watcher {
    const known = this.#watchers.get(connection)
    if (known) return known
    const watcher: Watcher = {
      connection,
      watched: new Set(),
      newcomers: false,
      changed: new Set(),
      pushedAt: Number.NEGATIVE_INFINITY,
      timer: undefined,
      pushing: false,
    }
    this.#watchers.set(connection, watcher)
    return watcher
  }

  #link(watcher: Watcher, id: PeerId): void {
    watcher.watched.add(id)
    const watchers = this.#watching.get(id)
    if (watchers) watchers.add(watcher)
    else this.#watching.set(id, new Set([watcher]))
  }

  #unlink(watcher: Watcher, id: PeerId): void {
    const watchers = this.#watching.get(id)
    watchers?.delete(watcher)
    if (watchers?.size === 0) this.#watching.delete(id)
    watcher.changed.delete(id)
  }

  #schedule(watcher: Watcher): void {
    if (watcher.changed.size === 0 || watcher.timer || watcher.pushing) return
    const waitMs = Math.max(0, watcher.pushedAt + this.#everyMs - performance.now())
    watcher.timer = setTimeout(() => void this.#push(watcher), waitMs)
  }

  async #push(watcher: Watcher): Promise<void> {
    const { connection, changed } = watcher
    const asker = { id: connection.peerId, address: connection.remote.host }
    const people = [...changed].flatMap(id => {
      const person = this.#people.get(id)
      return person ? [this.#people.recordFor(person, asker)] : []
    })
    watcher.timer = undefined
    watcher.pushedAt = performance.now()
    watcher.pushing = true
    changed.clear()
    try {
      for (let at = 0; at < people.length; at += PEOPLE_A_MESSAGE) {
        await connection.notify('PRESENCE', { people: people.slice(at, at + PEOPLE_A_MESSAGE) })
      }
    } catch {
      return // the connection has ended, and with it the watcher
    } finally {
      watcher.pushing = false
    }
    if (this.#watchers.get(connection) === watcher) this.#schedule(watcher)
  }
}
