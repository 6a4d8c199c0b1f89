import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../identity/index.js'
import type { SentEnvelope } from '../../wire/index.js'
import { type Loans, Paces } from '../limits/pacing.js'
import { PacedSocket } from './paced-socket.js'

const ann = 'ann' as PeerId
const settled = () => new Promise(setImmediate)
const answer = (id: number): SentEnvelope => ({ op: 'answer', id, type: 'FILE_REQUEST', body: {} })

/** A connection to Ann that notes what it sends, and loans that the test answers. */
function pacedTo(pace: number | undefined) {
  const sent: string[] = []
  const log: string[] = []
  const open = { now: true }
  const paces = new Paces()
  if (pace !== undefined) paces.set({ everyone: pace, people: [] })
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
  const socket = new PacedSocket(
    {
      peer: ann,
      get open() {
        return open.now
      },
      send: envelope => void sent.push(`message ${'id' in envelope ? envelope.id : ''}`),
      write(frame, done) {
        sent.push(`last ${frame}`)
        done()
      },
      writePart: part => void sent.push(`part ${part}`),
    },
    paces,
    loans,
  )
  const lent = async (bytes: number) => {
    lend(bytes)
    await settled()
  }
  return { socket, sent, log, lent, paces, open }
}

test('without a pace all goes out at once, and nobody is asked', () => {
  const { socket, sent, log } = pacedTo(undefined)

  socket.write(Buffer.from('abc'), () => {})
  socket.send(answer(1))
  socket.rest()

  assert.equal(sent, ['last abc', 'message 1'])
  assert.equal(log, [])
})

test('a frame goes out in the parts that are lent, what follows waits behind it', async () => {
  const { socket, sent, log, lent } = pacedTo(10_000)
  let done = 0

  socket.write(Buffer.from('abcdef'), () => done++)
  socket.send(answer(1))
  assert.equal(sent, [])
  await lent(4)
  assert.equal(sent, ['part abcd'])
  assert.is(done, 0)
  await lent(5)

  assert.equal(sent, ['part abcd', 'last ef', 'message 1'])
  assert.is(done, 1)
  assert.equal(log, ['lend undefined', 'lend 0'])
})

test('what is left of a loan serves the next frame, and goes back when nothing is asked for', async () => {
  const { socket, log, sent, lent } = pacedTo(10_000)
  socket.write(Buffer.from('abc'), () => {})
  await lent(10)

  socket.write(Buffer.from('de'), () => {})
  socket.send(answer(1))
  socket.rest()

  assert.equal(sent, ['last abc', 'last de', 'message 1'])
  assert.equal(log, ['lend undefined', 'back 5'])
})

test('a loan goes back also when the last answer had to wait for its bytes', async () => {
  const { socket, log, lent } = pacedTo(10_000)
  socket.write(Buffer.from('abc'), () => {})
  socket.send(answer(1))
  socket.rest()

  await lent(10)

  assert.equal(log, ['lend undefined', 'back 7'])
})

test('when the pace ends, all that waits goes out; when it changes, the loan is void', async () => {
  const { socket, sent, log, lent, paces } = pacedTo(10_000)
  socket.write(Buffer.from('ab'), () => {})
  await lent(100)

  paces.set({ everyone: 20_000, people: [] })
  socket.paceChanged()
  socket.write(Buffer.from('cd'), () => {})
  assert.equal(sent, ['last ab'])
  paces.set({ people: [] })
  socket.paceChanged()

  assert.equal(sent, ['last ab', 'last cd'])
  assert.equal(log, ['lend undefined', 'lend 0'])
})

test('one whose loan comes when the connection has ended gives it back, and every buffer', async () => {
  const { socket, log, lent, open } = pacedTo(10_000)
  let done = 0
  socket.write(Buffer.from('ab'), () => done++)
  socket.write(Buffer.from('cd'), () => done++)

  open.now = false
  socket.ended()
  await lent(50)

  assert.is(done, 2)
  assert.equal(log, ['lend undefined', 'back 50'])
})

test('the slower the pace, the less of a file is read ahead', () => {
  assert.equal(
    [undefined, 100e6, 200_000, 10_000].map(pace => pacedTo(pace).socket.chunkBytes),
    [262_144, 262_144, 98_304, 16_384],
  )
})

test.run()
