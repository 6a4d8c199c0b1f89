import { randomBytes } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type PeerId, peerIdOfKey } from '../core/identity/index.js'
import { until } from '../core/testing/index.js'
import type { Connection, PersonRecord } from '../core/wire/index.js'
import { People, type Person } from './people.js'
import { Presence } from './presence.js'

/** A connection that only takes notes. */
class Noting {
  readonly peerId = peerIdOfKey(randomBytes(32))
  readonly remote = { host: '10.0.0.1', port: 1 }
  readonly seen = new Map<PeerId, PersonRecord>()
  messages = 0

  async notify(_type: string, { people }: { readonly people: readonly PersonRecord[] }): Promise<void> {
    this.messages++
    for (const record of people) this.seen.set(record.id, record)
    await new Promise(resolve => setImmediate(resolve))
  }

  get connection(): Connection {
    return this as unknown as Connection
  }
}

function numbered(people: People, n: number): Person {
  const facts = { version: undefined, lastSeen: 0, files: 0, bytes: 0, hashed: 0 }
  return people.add({ id: peerIdOfKey(Buffer.from(`person ${n}`)), name: `Person ${n}`, ...facts })
}

for (const seed of [1, 2, 3]) {
  test(`whoever watches knows the last of each, and nothing of others, whatever the order (${seed})`, async () => {
    const next = dice(seed)
    const people = new People([], new Set())
    const presence = new Presence(people, 5)
    const all = Array.from({ length: 150 }, (_, n) => numbered(people, n))
    const watchers = Array.from({ length: 8 }, () => new Noting())
    const watched = new Map(watchers.map(watcher => [watcher, new Set<Person>()]))
    const ever = new Map(watchers.map(watcher => [watcher, new Set<PeerId>()]))
    for (let step = 0; step < 400; step++) {
      const person = all[next(all.length)] as Person
      person.files++
      presence.changed(person)
      const watcher = watchers[next(watchers.length)] as Noting
      if (next(4) === 0) {
        const wanted = new Set(Array.from({ length: next(200) }, () => all[next(all.length)] as Person))
        watched.set(watcher, wanted)
        for (const { id } of wanted) ever.get(watcher)?.add(id)
        presence.watch(
          watcher.connection,
          [...wanted].map(({ id }) => id),
        )
      }
      if (next(10) === 0) await new Promise(resolve => setImmediate(resolve))
    }

    const knowsAll = (watcher: Noting) =>
      [...(watched.get(watcher) ?? [])].every(({ id, files }) => watcher.seen.get(id)?.files === files)
    await until('all are told', () => watchers.every(knowsAll))
    presence.close()

    for (const watcher of watchers)
      for (const id of watcher.seen.keys()) assert.ok(ever.get(watcher)?.has(id))
  })
}

test('one watched before ever registering, and a newcomer, are told of when they come', async () => {
  const people = new People([], new Set())
  const presence = new Presence(people, 1)
  const [waiting, curious, other] = [new Noting(), new Noting(), new Noting()]
  const id = peerIdOfKey(Buffer.from('person 7'))
  presence.watch(waiting.connection, [id])
  presence.watch(curious.connection, [], true)
  presence.watch(other.connection, [])

  presence.arrived(numbered(people, 7))
  await until('both are told', () => waiting.seen.has(id) && curious.seen.has(id))
  presence.close()

  assert.is(other.messages, 0)
})

test('one who was forgotten and comes back is watched still', async () => {
  const people = new People([], new Set())
  const presence = new Presence(people, 1)
  const watcher = new Noting()
  const before = numbered(people, 1)
  presence.watch(watcher.connection, [before.id])
  people.remove(before)
  numbered(people, 2)

  const again = numbered(people, 1)
  again.files = 3
  presence.arrived(again)
  await until('the new one is told', () => watcher.seen.get(again.id)?.files === 3)
  presence.close()

  assert.is(watcher.seen.size, 1)
})

test('ten thousand who come at once and are watched by a thousand are told in few messages', async () => {
  const people = new People([], new Set())
  const presence = new Presence(people, 50)
  const watchers = Array.from({ length: 1_000 }, () => new Noting())
  const all = Array.from({ length: 10_000 }, (_, n) => numbered(people, n))
  watchers.forEach((watcher, i) => {
    presence.watch(
      watcher.connection,
      all.slice(i * 10, i * 10 + 100).map(({ id }) => id),
    )
  })
  await until('all know whom they watch', () => watchers.every(({ seen }) => seen.size > 0))
  const before = watchers.reduce((sum, { messages }) => sum + messages, 0)

  for (const person of all) {
    person.files = 1
    presence.arrived(person)
  }
  const knowsAll = ({ seen }: Noting) => [...seen.values()].every(({ files }) => files === 1)
  await until('all know', () => watchers.every(knowsAll))
  presence.close()

  const messages = watchers.reduce((sum, watcher) => sum + watcher.messages, 0) - before
  assert.is(messages, 1_000)
})

/** Numbers below a bound, the same for a seed. */
function dice(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % bound
  }
}

test.run()
