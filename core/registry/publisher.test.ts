import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode, PeerError } from '../errors/index.js'
import type { RequestBody } from '../wire/index.js'
import { Publisher } from './publisher.js'

for (const { n, sent } of [
  { n: 0, sent: 1 },
  { n: 3, sent: 1 },
]) {
  test(`a share of an older database is replaced, by one of ${n} entries too`, async () => {
    const deltas: RequestBody<'SHARE_DATA'>[] = []
    const version = { epoch: 'b'.repeat(32), n }
    const connection = {
      async request(_type: string, body: unknown) {
        deltas.push(body as RequestBody<'SHARE_DATA'>)
        return { have: version }
      },
    }
    const publisher = new Publisher(
      connection as unknown as ConstructorParameters<typeof Publisher>[0],
      { version, changesSince: () => ({ to: n, changes: [] }) },
      { epoch: 'a'.repeat(32), n: 9 },
    )

    await publisher.publish()
    await publisher.publish()

    assert.equal(
      deltas,
      Array.from({ length: sent }, () => ({ epoch: version.epoch, base: 0, to: n, changes: [] })),
    )
  })
}

test('a registry that takes no more is asked again only after a while, with all that has changed by then', async () => {
  const epoch = 'a'.repeat(32)
  const share = { version: { epoch, n: 1 }, changesSince: () => ({ to: share.version.n, changes: [] }) }
  let asked = 0
  const connection = {
    async request() {
      if (++asked === 1) throw new PeerError('OVER_QUOTA', 'Too many.')
      return { have: share.version }
    },
  }
  const publisher = new Publisher(
    connection as unknown as ConstructorParameters<typeof Publisher>[0],
    share,
    undefined,
  )
  const refused = await publisher.publish().catch(error => error)
  const began = performance.now()

  const later = publisher.publish()
  const meanwhile = await Promise.all(Array.from({ length: 100 }, () => publisher.publish()))
  share.version = { epoch, n: 2 }

  assert.ok(hasCode(refused, 'OVER_QUOTA'))
  assert.ok(meanwhile.every(isAllThere => !isAllThere))
  assert.is(asked, 1)
  const keptAlive = setTimeout(() => {}, 10_000)
  assert.ok(await later)
  clearTimeout(keptAlive)
  assert.is(asked, 2)
  assert.ok(performance.now() - began > 1_000)
})

test.run()
