import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sha256, until, writeSample } from '../../testing/index.js'
import { isOffered, isOver, KilledPair } from '../testing/killed-pair.js'
import { seeded } from '../testing/seeded.js'

const MiB = 1024 * 1024
const test = suite<{ pair: KilledPair }>('killed senders')

test.before.each(async context => {
  context.pair = await KilledPair.make()
})

test.after.each(({ pair }) => pair.close())

test('a send whose sender is killed as it is acknowledged is delivered when its receiver comes', async ({
  pair,
}) => {
  await writeSample(pair.at('out', 'one.bin'), 2 * MiB + 5, 1)
  const to = [pair.ben.id]
  await pair.ben.kill()

  const [send] = await pair.anna.lastCall(0, 'offers', 'send', { to, paths: [pair.at('out', 'one.bin')] })
  const anna = await pair.start('anna')
  const kept = anna.transfers.get(send?.id ?? '')
  const ben = await pair.start('ben')
  const offer = await ben.offer(undefined, 'waiting')
  await ben.call('offers', 'accept', offer.id)
  const got = await ben.transfer('its download', one => one.offer === offer.id && isOver(one))
  const sent = await anna.transfer('the send to end', one => one.id === send?.id && isOver(one))

  assert.equal([kept?.state, kept?.reason, kept?.files], ['awaiting-consent', 'nobody-online', 1])
  assert.equal([got.state, sent.state], ['done', 'done'])
  assert.is(await sha256(got.target), await sha256(pair.at('out', 'one.bin')))
  assert.equal([...ben.offers.keys()], [send?.id])
})

test(
  'a sender that is killed while its offers are delivered delivers each of them, and asks once',
  seeded(async ({ pair }, random) => {
    const { ben } = pair
    await writeSample(pair.at('out', 'one.bin'), 10_000, 1)
    const request = { to: [ben.id], paths: [pair.at('out', 'one.bin')] }
    const sends: string[] = []
    for (let i = 0; i < 3; i++) {
      const [send] = await pair.anna.lastCall(random() * 60, 'offers', 'send', request)
      sends.push(send?.id ?? '')
      await pair.start('anna')
    }

    for (const id of sends) await pair.anna.transfer(`${id} to be offered`, isOffered(id))
    for (const id of sends) await ben.offer(id, 'waiting')

    assert.equal([...ben.offers.keys()].sort(), [...sends].sort())
  }),
)

test(
  'a sender that is killed in the middle of a transfer goes on, and what came is not sent again',
  seeded(async ({ pair }, random) => {
    const bytes = 24 * MiB + 77
    await writeSample(pair.at('out', 'film.bin'), bytes, 1)
    await pair.anna.call('settings', 'set', 'uploadLimit', 12e6)
    const id = await pair.offer('out', 'film.bin')
    await pair.ben.call('offers', 'accept', id)

    for (const share of [0.1, 0.4, 0.7]) {
      const least = (share + random() * 0.2) * bytes
      await pair.ben.transfer(`${least} bytes`, one => one.offer === id && one.bytes >= least)
      await pair.anna.kill()
      await pair.start('anna')
    }
    const got = await pair.ben.transfer('its end', one => one.offer === id && isOver(one))
    const sent = await pair.anna.transfer('the send to end', one => one.id === id && isOver(one))

    assert.equal([got.state, sent.state], ['done', 'done'])
    assert.is(await sha256(got.target), await sha256(pair.at('out', 'film.bin')))
    assert.ok(got.fetched - got.wasted <= bytes, `${got.fetched} of ${bytes} bytes`)
    assert.equal(pair.ben.states.get(id), ['waiting', 'accepted', 'done'])
  }),
)

test(
  'an offer that was cancelled as its sender was killed is taken back at its receiver',
  seeded(async ({ pair }, random) => {
    await writeSample(pair.at('out', 'film.bin'), 24 * MiB, 1)
    await pair.anna.call('settings', 'set', 'uploadLimit', 4e6)
    const ids = [await pair.offer('out', 'film.bin'), await pair.offer('out', 'film.bin')]
    const [begun = '', waiting = ''] = ids
    await pair.ben.call('offers', 'accept', begun)
    await pair.ben.transfer('some of it', one => one.offer === begun && one.bytes > 0)

    for (const id of ids) {
      await pair.anna.lastCall(random() * 20, 'transfers', 'cancel', id)
      // Its receiver, too, may be killed as it hears of it.
      await delay(random() * 20)
      await pair.ben.kill()
      await Promise.all([pair.start('anna'), pair.start('ben')])
    }
    const got = await pair.ben.transfer('its end', one => one.offer === begun && isOver(one))
    await until('both to be gone', () => pair.ben.offers.size === 0)

    assert.is(got.state, 'cancelled')
    assert.equal(
      ids.map(id => pair.anna.transfers.get(id)?.state),
      ['cancelled', 'cancelled'],
    )
    assert.is(pair.ben.offers.has(waiting), false)
  }),
)

test.run()
