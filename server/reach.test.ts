import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { silentLogger } from '../core/log/index.js'
import { until } from '../core/testing/index.js'
import { type Listener, listen } from '../core/wire/index.js'
import { TestLan, type TestPeer } from './testing/lan.js'

const test = suite<{ lan: TestLan; ann: TestPeer; bob: TestPeer }>('reach')

test.before.each(async context => {
  context.lan = new TestLan()
  const { port } = await context.lan.registry()
  context.ann = await context.lan.peer(port)
  context.bob = await context.lan.peer(port)
})
test.after.each(({ lan }) => lan.close())

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  )

function portOf({ identity }: TestPeer): Promise<Listener> {
  return listen({
    identity,
    host: '127.0.0.1',
    port: 0,
    role: 'peer',
    handlers: { requests: {} },
    log: silentLogger,
  })
}

test('whoever asks is told whether their port can be reached, and why not', async ({ ann, bob }) => {
  await ann.register('Ann')
  const [own, foreign] = await Promise.all([portOf(ann), portOf(bob)])

  const open = await ann.connection.request('TRY_ME', { port: own.port })
  const other = await ann.connection.request('TRY_ME', { port: foreign.port })
  await own.close()
  const closed = await ann.connection.request('TRY_ME', { port: own.port })

  assert.equal(open, { host: '127.0.0.1', reached: true })
  assert.equal([other.reached, other.code], [false, 'WRONG_PEER'])
  assert.equal([closed.reached, closed.code], [false, 'UNREACHABLE'])
  await foreign.close()
})

test('security: reflection by discovery: tries are few, and only for who registered', async ({
  ann,
  bob,
}) => {
  await ann.register('Ann')
  const port = 9
  const codes = []
  for (let i = 0; i < 6; i++) codes.push(await codeOf(ann.connection.request('TRY_ME', { port })))

  assert.equal(codes, [...Array(5).fill('no error'), 'TOO_BUSY'])
  assert.not.equal(await codeOf(bob.connection.request('TRY_ME', { port })), 'no error')
})

test('someone is told who calls, and where they are', async ({ ann, bob }) => {
  await ann.register('Ann')
  await bob.register('Bob')

  await ann.connection.request('CALL_ME', { id: bob.identity.id })
  await until('Bob to be told', async () => bob.called.length > 0)

  const [caller] = bob.called
  assert.equal([caller?.id, caller?.ports?.control], [ann.identity.id, 7471])
})

test('security: blocked people can’t call, as if the other were offline; nor can one call who is', async ({
  ann,
  bob,
}) => {
  await ann.register('Ann')
  const call = () => codeOf(ann.connection.request('CALL_ME', { id: bob.identity.id }))

  assert.is(await call(), 'OFFLINE')
  await bob.register('Bob', { blocked: [ann.identity.id] })
  assert.is(await call(), 'OFFLINE')
  assert.equal(bob.called, [])
})

test.run()
