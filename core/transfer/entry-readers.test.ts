import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../errors/index.js'
import { EntryReaders } from './entry-readers.js'
import type { Whereabouts } from './read-verified.js'
import { HandClock } from './testing/hand-clock.js'

function readers() {
  const clock = new HandClock()
  const wishes = new Map<string, number>()
  const state = { at: { kind: 'coming' } as Whereabouts }
  const made = new EntryReaders({
    clock,
    locate: () => state.at,
    want: (reader, _entry, offset) => void wishes.set(reader, offset),
    unwant: reader => void wishes.delete(reader),
  })
  const read = (reader: string, goesOn = true) =>
    made.read({ entry: 0, offset: 5, length: 10, reader, goesOn }).then(
      ({ length }) => `${length} bytes`,
      error => String(error.code),
    )
  return { made, clock, wishes, state, read }
}

test('a wish is kept for 30 s after the last read, and as long as one waits', async () => {
  const { made, clock, wishes, state, read } = readers()
  const waiting = read('a')
  await clock.turn(100_000)
  assert.equal([...wishes], [['a', 5]])

  state.at = { kind: 'end' }
  made.changed()
  await waiting
  await clock.turn(20_000)
  await read('a')
  await clock.turn(29_999)
  assert.is(wishes.size, 1)
  await clock.turn(1)

  assert.is(wishes.size, 0)
})

test('a read that stands alone takes its wish with it', async () => {
  const { made, wishes, state, read } = readers()
  const waiting = read('a', false)
  assert.is(wishes.size, 1)

  state.at = { kind: 'end' }
  made.changed()

  assert.is(await waiting, '0 bytes')
  assert.is(wishes.size, 0)
})

test('a reader that ends as its read is woken ends all the same, and others go on', async () => {
  const { made, wishes, read } = readers()
  const [a, b] = [read('a'), read('b')]

  made.changed()
  made.end('a')

  assert.is(await a, 'CLOSED')
  assert.equal([...wishes.keys()], ['b'])
  made.close(new PeerError('NOT_FOUND', 'Gone.'))
  assert.is(await b, 'NOT_FOUND')
  assert.is(await read('c'), 'NOT_FOUND')
})

test('what can never come ends a read with its reason', async () => {
  const { made, state, read } = readers()
  const waiting = read('a')

  Object.defineProperty(state, 'at', {
    get: () => {
      throw new PeerError('NOT_SHARED', 'Not shared any more.')
    },
  })
  made.changed()

  assert.is(await waiting, 'NOT_SHARED')
})

test('64 reads at once and no more', async () => {
  const { made, read } = readers()
  const waiting = Array.from({ length: 64 }, (_, n) => read(`r${n}`))

  assert.is(await read('one more'), 'TOO_BUSY')
  made.close(new PeerError('CLOSED', 'Closing.'))
  assert.equal(new Set(await Promise.all(waiting)), new Set(['CLOSED']))
})

test.run()
