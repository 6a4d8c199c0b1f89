import type { PeerId } from '../core/identity/index.js'
import type { Connection } from '../core/wire/index.js'
import type { People, Person } from './people.js'
import { PeopleSet } from './people-set.js'

/** People in one PRESENCE message, so that it fits. */
const PEOPLE_A_MESSAGE = 200
/** Changes are gathered for so long before it is looked whom they concern; with more who watch, longer. */
const GATHER_MS = 20
const MOST_GATHER_MS = 250
const WATCHERS_A_MS = 40
/** Changes that are remembered for who is slow to read; one who misses some is told of all it watches. */
const MOST_CHANGES = 50_000

interface Change {
  readonly person: Person
  /** Whether the person has registered just now. */
  readonly arrived: boolean
}

interface Watcher {
  readonly connection: Connection
  watched: PeopleSet
  /** Watched, and never registered here so far. */
  unknown: Set<PeerId> | undefined
  /** Whether it wants to hear of those who come and are not among the watched. */
  newcomers: boolean
  /** Whom it is told of next. */
  next: Set<Person> | undefined
  /** The number of the first change that was not looked at for it. */
  at: number
  pushedAt: number
  pushing: boolean
}

/**
 * Tells each connection what changed of the people it watches: the first change at once, later ones gathered
 * so that there is at most one push in `everyMs`, and never one while the last is still being written. Whom one
 * watches are bits, and all go through the same list of changes: after a restart everyone comes, and everyone is
 * watched by many.
 */
export class Presence {
  readonly #people: People
  readonly #everyMs: number
  readonly #watchers = new Map<Connection, Watcher>()
  #changes: Change[] = []
  /** By the number of a person, the number of the last change of theirs. */
  #lastOf: number[] = []
  /** The number of the first of them. */
  #first = 0
  #timer: NodeJS.Timeout | undefined
  #lookAt = Number.POSITIVE_INFINITY

  constructor(people: People, everyMs: number) {
    this.#people = people
    this.#everyMs = everyMs
  }

  /** Replaces the set of people a connection watches; it is told at once of those it did not watch before. */
  watch(connection: Connection, ids: readonly PeerId[], newcomers = false): void {
    const watcher = this.#watcher(connection)
    const before = watcher.watched
    // What it is told of those it watched already must not be lost.
    this.#gather(watcher)
    watcher.newcomers = newcomers
    watcher.watched = new PeopleSet()
    watcher.unknown = undefined
    for (const id of ids) {
      const person = this.#people.get(id)
      if (person) this.#include(watcher, person, !before.has(person.number))
      else watcher.unknown = (watcher.unknown ?? new Set()).add(id)
    }
    for (const person of watcher.next ?? [])
      if (!watcher.watched.has(person.number)) watcher.next?.delete(person)
    this.#lookIn(0)
  }

  /** A connection has ended. */
  forget(connection: Connection): void {
    this.#watchers.delete(connection)
  }

  /** Something about a person changed. */
  changed(person: Person): void {
    this.#note({ person, arrived: false })
  }

  /** Someone has registered: who wants to hear of newcomers watches them from now on. */
  arrived(person: Person): void {
    this.#note({ person, arrived: true })
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#watchers.clear()
  }

  #watcher(connection: Connection): Watcher {
    const known = this.#watchers.get(connection)
    if (known) return known
    const watcher: Watcher = {
      connection,
      watched: new PeopleSet(),
      unknown: undefined,
      newcomers: false,
      next: undefined,
      at: this.#end,
      pushedAt: Number.NEGATIVE_INFINITY,
      pushing: false,
    }
    this.#watchers.set(connection, watcher)
    return watcher
  }

  get #gatherMs(): number {
    return Math.min(MOST_GATHER_MS, Math.max(GATHER_MS, this.#watchers.size / WATCHERS_A_MS))
  }

  get #end(): number {
    return this.#first + this.#changes.length
  }

  #include(watcher: Watcher, person: Person, isNews: boolean): void {
    watcher.watched.add(person.number)
    if (isNews) watcher.next = (watcher.next ?? new Set()).add(person)
  }

  #note(change: Change): void {
    if (this.#watchers.size === 0) return
    this.#lastOf[change.person.number] = this.#end
    this.#changes.push(change)
    this.#lookIn(this.#changes.length > 1 ? this.#gatherMs : 0)
  }

  #lookIn(ms: number): void {
    const at = performance.now() + ms
    if (at >= this.#lookAt) return
    clearTimeout(this.#timer)
    this.#lookAt = at
    this.#timer = setTimeout(() => this.#look(), ms)
  }

  /** Pushes to all whose turn it is; the others are looked at when it is theirs. */
  #look(): void {
    this.#lookAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    let waitMs = Number.POSITIVE_INFINITY
    let oldest = this.#end
    for (const watcher of this.#watchers.values()) {
      const dueMs = watcher.pushedAt + this.#everyMs - now
      if (!watcher.pushing && dueMs <= 0) {
        this.#gather(watcher)
        if (watcher.next?.size) void this.#push(watcher, now)
      } else if (watcher.next?.size || watcher.at < this.#end) {
        oldest = Math.min(oldest, watcher.at)
        if (!watcher.pushing) waitMs = Math.min(waitMs, dueMs)
      }
    }
    this.#forgetBefore(Math.max(oldest, this.#end - MOST_CHANGES))
    if (waitMs < Number.POSITIVE_INFINITY) this.#lookIn(Math.max(this.#gatherMs, Math.ceil(waitMs)))
  }

  /** Takes from the list what concerns a watcher. */
  #gather(watcher: Watcher): void {
    const { watched, newcomers, unknown, at } = watcher
    watcher.at = this.#end
    if (at < this.#first) this.#includeAll(watcher)
    else if (watched.few && !newcomers && !unknown && watched.few.length < this.#end - at) {
      for (const number of watched.few) {
        const last = this.#lastOf[number] ?? -1
        const change = last >= at && this.#changes[last - this.#first]
        if (change) this.#include(watcher, change.person, true)
      }
    } else this.#goThrough(watcher, at)
  }

  #goThrough(watcher: Watcher, at: number): void {
    const { watched, newcomers, unknown } = watcher
    const changes = this.#changes
    for (let i = at - this.#first; i < changes.length; i++) {
      const { person, arrived } = changes[i] as Change
      if (watched.has(person.number) || (arrived && (newcomers || unknown?.has(person.id))))
        this.#include(watcher, person, true)
    }
  }

  /** What it missed is not known any more: it is told of all it watches. */
  #includeAll(watcher: Watcher): void {
    for (const person of this.#people.all) {
      const { newcomers, unknown, watched } = watcher
      if (newcomers || unknown?.has(person.id) || watched.has(person.number))
        this.#include(watcher, person, true)
    }
  }

  #forgetBefore(number: number): void {
    if (number <= this.#first) return
    this.#changes = this.#changes.slice(number - this.#first)
    this.#first = number
  }

  async #push(watcher: Watcher, now: number): Promise<void> {
    const { connection } = watcher
    const asker = { id: connection.peerId, address: connection.remote.host }
    const people = [...(watcher.next ?? [])]
      .filter(person => this.#people.get(person.id) === person)
      .map(person => this.#people.recordFor(person, asker))
    watcher.next = undefined
    watcher.pushedAt = now
    watcher.pushing = true
    try {
      for (let at = 0; at < people.length; at += PEOPLE_A_MESSAGE) {
        await connection.notify('PRESENCE', { people: people.slice(at, at + PEOPLE_A_MESSAGE) })
      }
    } catch {
      return // the connection has ended, and with it the watcher
    } finally {
      watcher.pushing = false
    }
    if (watcher.at < this.#end) this.#lookIn(this.#gatherMs)
  }
}
