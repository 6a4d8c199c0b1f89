import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../core/errors/index.js'
import { delta, file, TestLan } from '../testing/lan.js'
import { Turns } from './turns.js'

const test = suite<{ lan: TestLan }>('shares')

test.before.each(context => {
  context.lan = new TestLan()
})
test.after.each(({ lan }) => lan.close())

test('security: expensive search: a heartbeat behind a search and a delta does not wait for them', async ({
  lan,
}) => {
  const { port } = await lan.registry()
  const ann = await lan.peer(port)
  await ann.register('Ann')
  const entries = Array.from({ length: 1_000 }, (_, i) => file(`folder/aaaa ab${i} aaaa aa`))
  await ann.publish(entries)
  const order: string[] = []
  const note = (what: string, answer: Promise<unknown>) => answer.then(() => order.push(what))

  await Promise.all([
    note('search', ann.search('aa aa a ab b a aaaaaaaa aaaaaaab')),
    note('delta', ann.connection.request('SHARE_DATA', delta(1_000, entries))),
    note('heartbeat', ann.connection.request('HEARTBEAT_REQUEST', {})),
  ])

  assert.is(order[0], 'heartbeat')
})

test('searches go one after the other, and one that was given up is never begun', async () => {
  const turns = new Turns()
  const begun: string[] = []
  const stop = new AbortController()
  const free = { first: () => {} }
  const first = turns.take(
    () =>
      new Promise<void>(resolve => {
        begun.push('first')
        free.first = resolve
      }),
    new AbortController().signal,
  )
  const second = turns.take(async () => begun.push('second'), stop.signal).catch(error => error)
  const third = turns.take(async () => begun.push('third'), new AbortController().signal)
  await Promise.resolve()

  stop.abort(new PeerError('CLOSED', 'Another letter was typed.'))
  free.first()
  await Promise.all([first, third])

  assert.is((await second).code, 'CLOSED')
  assert.equal(begun, ['first', 'third'])
})

test.run()
