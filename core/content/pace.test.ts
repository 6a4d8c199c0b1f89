import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pace } from './pace.js'

const never = () => false

/** Whether something is settled by the end of this turn of the event loop. */
async function isSettled(promise: Promise<void> | undefined): Promise<boolean> {
  let settled = false
  void promise?.then(() => {
    settled = true
  })
  await new Promise(resolve => setImmediate(resolve))
  return settled
}

test('without a pace nobody waits', () => {
  assert.is(new Pace().after(1e9, never), undefined)
})

test('with one, what was done takes as long as it should', async () => {
  const pace = new Pace()
  pace.set(1_000_000)
  const begun = performance.now()

  for (let i = 0; i < 4; i++) await pace.after(25_000, never)

  assert.ok(performance.now() - begun >= 95)
})

test('what rests goes on when it may, or when it is to stop', async () => {
  const pace = new Pace()
  pace.set(0)
  let isOver = false
  const resting = pace.after(1, never)
  const stopped = pace.after(1, () => isOver)
  assert.not.ok((await isSettled(resting)) || (await isSettled(stopped)))

  isOver = true
  pace.wake()
  assert.ok(await isSettled(stopped))
  assert.not.ok(await isSettled(resting))

  pace.set(undefined)
  assert.ok(await isSettled(resting))
})

test('a slow pace that is lifted holds nobody any longer', async () => {
  const pace = new Pace()
  pace.set(1)
  const slow = pace.after(1_000_000, never)
  assert.not.ok(await isSettled(slow))

  pace.set(1e9)

  await slow
})

test.run()
