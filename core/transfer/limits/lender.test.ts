import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../identity/index.js'
import { HandClock } from '../testing/hand-clock.js'
import { Lender } from './lender.js'

const test = suite('lender')

const ann = 'ann' as PeerId
const bob = 'bob' as PeerId
const people = (...pairs: [PeerId, number][]) => new Map(pairs)
const NOBODY = people()

function lenderOf(leastBytes = 1_024) {
  const clock = new HandClock()
  return { clock, lender: new Lender(clock, leastBytes) }
}

/** A connection that moves all it may, without end, as fast as a link of so many bytes a second. */
class Mover {
  moved = 0
  busy = true
  readonly ended: Promise<void>

  constructor(lender: Lender, peer: PeerId, clock: HandClock, linkRate = Number.POSITIVE_INFINITY) {
    this.ended = this.#move(lender, peer, clock, linkRate)
  }

  async #move(lender: Lender, peer: PeerId, clock: HandClock, linkRate: number): Promise<void> {
    for (let back: number | undefined; this.busy; back = 0) {
      const bytes = await lender.lend(peer, back)
      this.moved += bytes
      if (linkRate < Number.POSITIVE_INFINITY) {
        await new Promise<void>(resolve => clock.after((bytes * 1_000) / linkRate, resolve))
      }
    }
    lender.giveBack(peer, 0)
  }
}

const sum = (movers: readonly Mover[]) => movers.reduce((all, { moved }) => all + moved, 0)
const within = (bytes: number, wanted: number, part = 0.05) =>
  assert.ok(Math.abs(bytes - wanted) <= wanted * part, `${bytes} instead of ${wanted}`)

for (const leastBytes of [1_024, 64 * 1_024]) {
  test(`a limit holds within 5 % over 10 s, from the first on, with loans of ${leastBytes} bytes and more`, async () => {
    const rates = fc.oneof(fc.integer({ min: 100_000, max: 1e6 }), fc.integer({ min: 1e6, max: 1e9 }))
    const crowd = fc.array(fc.constantFrom('ann', 'bob', 'cleo', 'dan', 'eve'), {
      minLength: 1,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(rates, crowd, async (rate, names) => {
        const { clock, lender } = lenderOf(leastBytes)
        lender.set({ rate, slots: 0, people: NOBODY })
        const movers = names.map(name => new Mover(lender, name as PeerId, clock))

        for (let before = 0; before < 3; before++) {
          const start = sum(movers)
          await clock.turn(10_000)
          within(sum(movers) - start, rate * 10)
        }
        lender.close()
      }),
      { numRuns: 12 },
    )
  })
}

test('people get equal parts, however many connections they have', async () => {
  const { clock, lender } = lenderOf()
  lender.set({ rate: 1e6, slots: 0, people: NOBODY })
  const of = (peer: PeerId, count: number) =>
    Array.from({ length: count }, () => new Mover(lender, peer, clock))
  const [one, many] = [of(ann, 1), of(bob, 7)]

  await clock.turn(10_000)

  within(sum(one), 5e6)
  within(sum(many), 5e6)
})

test('a person’s own limit holds, and what they leave goes to the others', async () => {
  const { clock, lender } = lenderOf()
  lender.set({ rate: 1e6, slots: 0, people: people([ann, 200_000]) })
  const slow = [new Mover(lender, ann, clock), new Mover(lender, ann, clock)]
  const other = new Mover(lender, bob, clock)

  await clock.turn(10_000)

  within(sum(slow), 2e6)
  within(other.moved, 8e6)
})

test('without a common limit only those with one of their own are told to ask', async () => {
  const { clock, lender } = lenderOf()

  lender.set({ rate: 0, slots: 0, people: people([ann, 200_000], [bob, 0]) })

  assert.equal(lender.pacing, { people: [[ann, 200_000]] })
  const mover = new Mover(lender, ann, clock)
  await clock.turn(10_000)
  within(mover.moved, 2e6)
})

test('without limits nobody is told to ask', () => {
  const { lender } = lenderOf()

  lender.set({ rate: 0, slots: 0, people: people([ann, 0]) })

  assert.equal(lender.pacing, { people: [] })
})

test('a new limit holds at once, lower or higher', async () => {
  const { clock, lender } = lenderOf()
  const told: unknown[] = []
  lender.watch(pacing => told.push(pacing))
  lender.set({ rate: 10e6, slots: 0, people: NOBODY })
  const movers = [new Mover(lender, ann, clock), new Mover(lender, bob, clock)]
  await clock.turn(5_000)

  for (const rate of [100_000, 5e6]) {
    lender.set({ rate, slots: 0, people: NOBODY })
    const before = sum(movers)
    await clock.turn(10_000)
    within(sum(movers) - before, rate * 10)
  }
  assert.equal(
    told,
    [10e6, 100_000, 5e6].map(everyone => ({ everyone, people: [] })),
  )
})

test('when a limit ends, who waits is told to ask anew if need be', async () => {
  const { clock, lender } = lenderOf()
  lender.set({ rate: 10_000, slots: 0, people: NOBODY })
  const waiting = lender.lend(ann, undefined)

  lender.set({ rate: 0, slots: 0, people: NOBODY })

  assert.is(await waiting, 0)
  await clock.turn(1)
})

test('what was not used goes back, what was moved beyond is owed', async () => {
  const { clock, lender } = lenderOf()
  lender.set({ rate: 100_000, slots: 0, people: NOBODY })
  const first = lender.lend(ann, undefined)
  await clock.turn(1_000)
  const bytes = await first

  lender.giveBack(ann, bytes)
  const again = await lender.lend(ann, undefined)
  assert.is(again, bytes)

  let answered = false
  void lender.lend(ann, -300_000).then(() => {
    answered = true
  })
  await clock.turn(2_500)
  assert.not.ok(answered)
  await clock.turn(1_000)
  assert.ok(answered)
})

test('with slots the others wait, and all get as much in the long run', async () => {
  const { clock, lender } = lenderOf()
  lender.set({ rate: 0, slots: 2, people: NOBODY })
  const names = ['ann', 'bob', 'cleo', 'dan', 'eve'] as PeerId[]
  // One person has more connections: turns are for people.
  const movers = [...names, ann].map(name => new Mover(lender, name, clock, 50e6))

  await clock.turn(1_500)
  assert.is(movers.filter(({ moved }) => moved > 0).length, 3)
  await clock.turn(200_000)

  const [first = 0, ...others] = movers.slice(0, 5).map(({ moved }) => moved)
  for (const other of others) within(other, first, 0.2)
})

test('a limit holds with slots too, and who has nothing more leaves their slot at once', async () => {
  const { clock, lender } = lenderOf()
  lender.set({ rate: 1e6, slots: 1, people: NOBODY })
  const first = new Mover(lender, ann, clock)
  const second = new Mover(lender, bob, clock)
  await clock.turn(1_000)
  assert.is(second.moved, 0)

  first.busy = false
  await clock.turn(500)
  assert.ok(second.moved > 0)

  const before = sum([first, second])
  await clock.turn(10_000)
  within(sum([first, second]) - before, 10e6)
})

test.run()
