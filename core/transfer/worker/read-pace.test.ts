import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../identity/index.js'
import { type Loans, Paces, READ_BYTES } from '../limits/pacing.js'
import { ReadPace } from './read-pace.js'

const ann = 'ann' as PeerId
const settled = () => new Promise(setImmediate)

/** The pace of a connection to Ann, and loans that the test answers. */
function paceOf(rate: number | undefined) {
  const log: string[] = []
  const paces = new Paces()
  if (rate !== undefined) paces.set({ people: [[ann, rate]] })
  let lend: (bytes: number) => void = () => {}
  const loans: Loans = {
    lend(_peer, back) {
      log.push(`lend ${back}`)
      return new Promise(resolve => {
        lend = resolve
      })
    },
    giveBack: (_peer, bytes) => void log.push(`back ${bytes}`),
  }
  const pace = new ReadPace(ann, { paces, loans, changed: () => log.push(pace.holds ? 'hold' : 'read') })
  const lent = async (bytes: number) => {
    await settled()
    lend(bytes)
    await settled()
  }
  return { pace, paces, log, lent }
}

test('without a pace nothing is held, and nobody is asked', () => {
  const { pace, log } = paceOf(undefined)

  pace.begin()
  pace.count(10_000_000)
  pace.end()

  assert.equal(log, [])
})

test('nothing is read before enough is lent, and no read begins with less', async () => {
  const { pace, log, lent } = paceOf(1e6)

  pace.begin()
  await lent(READ_BYTES + 10)
  pace.count(10)
  assert.equal(log, ['hold', 'lend undefined', 'read'])
  pace.count(20)
  pace.count(30)
  await lent(READ_BYTES)

  assert.equal(log.slice(3), ['hold', `lend ${READ_BYTES - 50}`, 'read'])
})

test('a loan that is too small is given back with the next question', async () => {
  const { pace, log, lent } = paceOf(1e6)
  pace.begin()

  await lent(100)
  await lent(READ_BYTES)

  assert.equal(log, ['hold', 'lend undefined', 'lend 100', 'read'])
})

test('what is left goes back at the end, what came beyond is owed', async () => {
  const { pace, log, lent } = paceOf(1e6)
  pace.begin()
  await lent(READ_BYTES * 2)
  pace.count(1_000)
  pace.end()

  pace.begin()
  await lent(READ_BYTES)
  pace.letPass()
  pace.count(READ_BYTES + 500)
  pace.end()

  assert.equal(
    log.filter(line => line.startsWith('back')),
    [`back ${READ_BYTES * 2 - 1_000}`, 'back -500'],
  )
})

test('a loan that comes when nothing is asked for any more goes back', async () => {
  const { pace, log, lent } = paceOf(1e6)
  pace.begin()
  await settled()

  pace.end()
  await lent(READ_BYTES)

  assert.equal(log, ['hold', 'lend undefined', 'read', `back ${READ_BYTES}`])
})

test('what is asked for next waits for the loan that is still on its way', async () => {
  const { pace, log, lent } = paceOf(1e6)
  pace.begin()
  await lent(READ_BYTES)
  pace.count(10)
  await settled()

  pace.end()
  pace.begin()
  assert.ok(pace.holds)
  await lent(READ_BYTES)

  assert.not.ok(pace.holds)
  assert.equal(log, [
    'hold',
    'lend undefined',
    'read',
    'hold',
    `lend ${READ_BYTES - 10}`,
    'read',
    'hold',
    'read',
  ])
})

test('what is not wanted any more is let pass', async () => {
  const { pace, log } = paceOf(1e6)
  pace.begin()
  await settled()

  pace.letPass()
  pace.count(1_000_000)

  assert.equal(log, ['hold', 'lend undefined', 'read'])
})

test('when the pace ends it reads on at once, and a new one holds from the next bytes on', async () => {
  const { pace, paces, log, lent } = paceOf(1e6)
  pace.begin()
  await settled()

  paces.set({ people: [] })
  pace.changed()
  await lent(0)
  assert.equal(log, ['hold', 'lend undefined', 'read'])
  pace.count(1_000_000)
  paces.set({ everyone: 5_000_000, people: [] })
  pace.changed()
  pace.count(1_000)
  await settled()

  assert.is(pace.bytesASecond, 5_000_000)
  assert.equal(log.slice(3), ['hold', 'lend -1000'])
})

test.run()
