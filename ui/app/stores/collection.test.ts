import { effect } from '@preact/signals'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seeded } from '../testing/random.js'
import { Collection } from './collection.js'

interface Item {
  readonly id: string
  readonly rank: number
}

const byRank = (a: Item, b: Item) => a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
const create = () => new Collection<Item>({ id: item => item.id, compare: byRank })

for (let seed = 1; seed <= 20; seed++) {
  test(`stays in order through puts and removes (seed ${seed})`, () => {
    const random = seeded(seed)
    const items = create()
    const model = new Map<string, Item>()
    for (let step = 0; step < 300; step++) {
      const id = String(Math.floor(random() * 40))
      if (random() < 0.3) {
        items.remove(id)
        model.delete(id)
      } else {
        const item = { id, rank: Math.floor(random() * 10) }
        items.put(item)
        model.set(id, item)
      }
    }

    const expected = [...model.values()].sort(byRank)

    assert.equal(items.all(), expected)
    expected.forEach((item, index) => {
      assert.is(items.indexOf(item.id), index)
    })
    assert.is(items.indexOf('none'), -1)
  })
}

test('what came while a load was under way wins over what it brings', () => {
  const items = create()
  items.put({ id: 'old', rank: 0 })
  items.put({ id: 'gone', rank: 0 })

  items.begin()
  items.put({ id: 'a', rank: 9 })
  items.remove('gone')
  items.finish([
    { id: 'a', rank: 1 },
    { id: 'gone', rank: 1 },
    { id: 'b', rank: 2 },
  ])

  assert.equal(items.all(), [
    { id: 'b', rank: 2 },
    { id: 'a', rank: 9 },
  ])
})

test('what read it is told of a change', () => {
  const items = create()
  const counts: number[] = []
  const stop = effect(() => void counts.push(items.count()))

  items.put({ id: 'a', rank: 1 })
  items.remove('a')
  stop()

  assert.equal(counts, [0, 1, 0])
})

test.run()
