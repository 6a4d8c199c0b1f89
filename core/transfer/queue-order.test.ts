import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { QueueMove, TransferPriority } from '../api/index.js'
import { inQueueOrder, moved, type Queued } from './queue-order.js'

/** Draws a queue: upper case is of high priority, lower of normal; the order is as drawn, created at 1000 and on. */
function queue(drawing: string): Queued[] {
  return [...drawing].map((letter, i) => ({
    id: letter.toLowerCase(),
    priority: letter === letter.toUpperCase() ? 'high' : 'normal',
    order: 1_000 + i,
  }))
}

function after(items: readonly Queued[], id: string, to: QueueMove): string {
  const orders = moved(items, id, to)
  const now = items.map(item => ({ ...item, order: orders.get(item.id) ?? item.order }))
  return inQueueOrder(now)
    .map(item => item.id)
    .join('')
}

const cases: [string, string, QueueMove, string][] = [
  ['abcd', 'c', 'up', 'acbd'],
  ['abcd', 'b', 'down', 'acbd'],
  ['abcd', 'd', 'first', 'dabc'],
  ['abcd', 'a', 'last', 'bcda'],
  ['abcd', 'a', 'up', 'abcd'],
  ['abcd', 'd', 'down', 'abcd'],
  ['abcd', 'a', 3, 'bcad'],
  ['abcd', 'a', 99, 'bcda'],
  ['abCd', 'd', 'first', 'cdab'],
  ['abCD', 'd', 'first', 'dcab'],
]

for (const [drawing, id, to, expected] of cases) {
  test(`in ${drawing}, ${id} moved to ${to} makes ${expected}`, () => {
    assert.is(after(queue(drawing), id, to), expected)
  })
}

test('whatever moves, the others keep their order, priorities come first, and who comes later is last', () => {
  const priority = fc.constantFrom<TransferPriority>('high', 'normal', 'low')
  const to = fc.oneof(
    fc.constantFrom<QueueMove>('first', 'last', 'up', 'down'),
    fc.integer({ min: 1, max: 12 }),
  )
  fc.assert(
    fc.property(
      fc.array(priority, { minLength: 1, maxLength: 8 }),
      fc.nat(),
      to,
      (priorities, which, where) => {
        const items = priorities.map((each, i) => ({ id: String(i), priority: each, order: 1_000 + i }))
        const mover = items[which % items.length]
        if (!mover) return
        const orders = moved(items, mover.id, where)
        const late = { id: 'late', priority: mover.priority, order: 5_000 }
        const now = inQueueOrder([
          ...items.map(item => ({ ...item, order: orders.get(item.id) ?? item.order })),
          late,
        ])

        const others = (list: readonly Queued[]) => list.filter(({ id }) => id !== mover.id && id !== 'late')
        assert.equal(
          others(now).map(({ id }) => id),
          others(inQueueOrder(items)).map(({ id }) => id),
        )
        const same = now.filter(item => item.priority === mover.priority)
        assert.is(same.at(-1)?.id, 'late')
      },
    ),
  )
})

test.run()
