import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../../errors/index.js'
import type { PeerId } from '../../identity/index.js'
import type { Service } from '../services.js'
import { answerProbes } from './answerer.js'
import { QUESTION_BYTES, readAnswer, readQuestion, writeAnswer, writeQuestion } from './packets.js'
import { Prober } from './prober.js'
import { addressesIn, parseRanges } from './ranges.js'

const PEER: Service = { kind: 'peer', id: 'a'.repeat(52) as PeerId, port: 7471 }
const REGISTRY: Service = { kind: 'registry', id: `b${'a'.repeat(51)}` as PeerId, port: 7470 }
const NONCE = Buffer.alloc(16, 7)

const test = suite<{ hold: NodeJS.Timeout }>('probe')

// What is tested keeps no process running.
test.before.each(context => {
  context.hold = setInterval(() => {}, 1_000)
})
test.after.each(({ hold }) => clearInterval(hold))

test('ranges are read as they are typed, and their addresses are those of computers', () => {
  const ranges = parseRanges('10.0.7.9/30, 192.168.1.200')
  assert.equal(
    ranges.map(({ text }) => text),
    ['10.0.7.8/30', '192.168.1.200'],
  )
  assert.equal([...addressesIn(ranges)], ['10.0.7.9', '10.0.7.10', '192.168.1.200'])
  assert.equal(parseRanges(' '), [])
  assert.is([...addressesIn(parseRanges('10.0.0.0/20'))].length, 4_094)
})

for (const bad of [
  '10.0.0',
  '10.0.0.256',
  '10.0.0.0/33',
  '224.0.0.1',
  '0.0.0.0/8',
  '10.0.0.0/19',
  'campus',
  '::1/64',
])
  test(`${bad} is refused`, () => {
    assert.throws(
      () => parseRanges(bad),
      (error: unknown) => hasCode(error, 'BAD_INPUT'),
    )
  })

test('what is written is read, and nothing else is', () => {
  assert.equal(readQuestion(writeQuestion(NONCE)), NONCE)
  assert.equal(readAnswer(writeAnswer(NONCE, [PEER, REGISTRY])), { nonce: NONCE, services: [PEER, REGISTRY] })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
      const packet = Buffer.from(bytes)
      assert.is(readQuestion(packet), undefined)
      assert.is(readAnswer(packet), undefined)
    }),
  )
  const right = writeAnswer(NONCE, [PEER])
  fc.assert(
    fc.property(fc.nat(right.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(right)
      changed[at] = byte
      for (const { id, port } of readAnswer(changed)?.services ?? []) assert.ok(id.length === 52 && port > 0)
    }),
  )
})

test('security: reflection by discovery: answers of our own probe are never larger than its question', () => {
  assert.ok(writeAnswer(NONCE, Array(100).fill(PEER)).length <= QUESTION_BYTES)
  for (let bytes = 0; bytes < QUESTION_BYTES; bytes++)
    assert.is(readQuestion(writeQuestion(NONCE).subarray(0, bytes)), undefined)
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return port
}

test('an address that is asked is found, by what it tells of itself', async () => {
  const port = await freePort()
  const answerer = answerProbes([PEER, REGISTRY], port, () => {})
  const found = await new Promise<[readonly Service[], string]>(resolve => {
    const prober = new Prober({
      ranges: parseRanges('127.0.0.1'),
      ports: [port],
      onAnswer(services, host) {
        void prober.close().then(() => resolve([services, host]))
      },
    })
  })
  await answerer.close()
  assert.equal(found, [[PEER, REGISTRY], '127.0.0.1'])
})

test('security: reflection by discovery: one source gets one answer a second, however often it asks', async () => {
  const port = await freePort()
  const answerer = answerProbes([PEER], port, () => {})
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let answers = 0
  socket.on('message', () => {
    answers++
  })
  const started = performance.now()
  for (let i = 0; i < 50; i++) socket.send(writeQuestion(NONCE), port, '127.0.0.1')
  while (performance.now() - started < 300) {
    socket.send(writeQuestion(NONCE), port, '127.0.0.1')
    await new Promise(resolve => setImmediate(resolve))
  }
  const most = 1 + Math.floor((performance.now() - started) / 1_000)
  assert.ok(answers <= most, `${answers} answers, at most ${most} wanted`)
  socket.close()
  await answerer.close()
})

test('an answer to a question that was not asked is dropped', async () => {
  const port = await freePort()
  const heard: unknown[] = []
  const liar = createSocket('udp4')
  liar.on('message', (packet, { port: to, address }) => {
    liar.send(writeAnswer(Buffer.alloc(16, 1), [PEER]), to, address)
    liar.send(writeAnswer(readQuestion(packet) ?? NONCE, [REGISTRY]), to, address)
  })
  liar.bind(port, '127.0.0.1')
  await once(liar, 'listening')
  await new Promise<void>(resolve => {
    const prober = new Prober({
      ranges: parseRanges('127.0.0.1'),
      ports: [port],
      onAnswer(services) {
        heard.push(...services)
        void prober.close().then(resolve)
      },
    })
  })
  liar.close()
  assert.equal(heard, [REGISTRY])
})

test.run()
