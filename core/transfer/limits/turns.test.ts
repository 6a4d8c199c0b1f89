import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Turns } from './turns.js'

function turnsOf(slots: number, ...keys: string[]): Turns<string> {
  const turns = new Turns<string>()
  turns.setSlots(slots)
  for (const key of keys) turns.want(key)
  turns.pass(0)
  return turns
}

const served = (turns: Turns<string>) => [...'abcdef'].filter(key => turns.has(key)).join('')

test('without slots it is always everyone’s turn', () => {
  const turns = turnsOf(0, 'a', 'b')

  assert.ok(turns.has('a') && turns.has('z'))
  assert.equal(turns.pass(100_000), [])
  assert.is(turns.waitMs(0), Number.POSITIVE_INFINITY)
})

test('so many are served, the next when a turn has lasted, in their order', () => {
  const turns = turnsOf(2, 'a', 'b', 'c')
  assert.is(served(turns), 'ab')
  assert.is(turns.waitMs(500), 1_500)

  assert.equal(turns.pass(1_999), [])
  assert.equal(turns.pass(2_000), ['a'])
  turns.want('a')
  assert.is(served(turns), 'bc')
  assert.equal(turns.pass(2_100), ['b'])
  assert.is(served(turns), 'ac')
})

test('nobody’s turn ends while nobody waits', () => {
  const turns = turnsOf(2, 'a', 'b')

  assert.equal(turns.pass(1e6), [])
  assert.is(turns.waitMs(1e6), Number.POSITIVE_INFINITY)
})

test('who leaves makes room', () => {
  const turns = turnsOf(1, 'a', 'b')

  turns.leave('a')
  turns.pass(1)

  assert.is(served(turns), 'b')
})

test('more slots let more in, fewer send some back to the line', () => {
  const turns = turnsOf(1, 'a', 'b', 'c')

  turns.setSlots(3)
  turns.pass(1)
  assert.is(served(turns), 'abc')
  turns.setSlots(1)
  assert.equal(turns.pass(2), ['a', 'b'])
  assert.is(served(turns), 'c')
})

test('nobody starves: who stays in line is served in so many turns as there are others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), (slots, people) => {
      const keys = [...'abcdef'].slice(0, people)
      const turns = turnsOf(slots, ...keys)
      const times = new Map(keys.map(key => [key, 0]))
      for (let ms = 0; ms < people * 60_000; ms += 500) {
        for (const ended of turns.pass(ms)) turns.want(ended)
        const now = keys.filter(key => turns.has(key))
        assert.ok(now.length <= slots)
        assert.is(now.length, Math.min(slots, people))
        for (const key of now) times.set(key, (times.get(key) ?? 0) + 1)
      }
      const counts = [...times.values()]
      assert.ok(Math.max(...counts) <= Math.min(...counts) * 1.2, `${counts}`)
    }),
  )
})

test.run()
