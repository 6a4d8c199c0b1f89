import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type PeerId, peerIdOfKey } from '../core/identity/index.js'
import { nameKey } from '../core/paths/index.js'
import { PeopleOrder } from './people-order.js'

interface Someone {
  readonly id: PeerId
  name: string
  session: object | undefined
}

test('however people come, go and rename themselves, the order is that of a sort from scratch', () => {
  let state = 7
  const next = (bound: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % bound
  }
  const order = new PeopleOrder<Someone>()
  const all = new Set<Someone>()
  for (let step = 0; step < 3_000; step++) {
    const known = [...all]
    const someone = known[next(Math.max(1, known.length))]
    if (!someone || next(3) === 0) {
      const added = { id: peerIdOfKey(Buffer.from(`${step}`)), name: `Ä${next(50)}`, session: undefined }
      all.add(added)
      order.put(added)
    } else if (next(4) === 0) {
      all.delete(someone)
      order.remove(someone)
    } else if (next(2) === 0) {
      someone.name = `${next(2) ? 'é' : 'E'}${next(50)}`
      order.put(someone)
    } else {
      someone.session = someone.session ? undefined : {}
      order.put(someone)
    }
    if (step % 500 !== 499) continue

    assert.equal(order.online, sorted([...all].filter(({ session }) => session)))
    assert.equal(order.offline, sorted([...all].filter(({ session }) => !session)))
  }
})

function sorted(people: readonly Someone[]): Someone[] {
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))
  return [...people].sort((a, b) => compare(nameKey(a.name), nameKey(b.name)) || compare(a.id, b.id))
}

test.run()
