import { test } from 'uvu'
import * as assert from 'uvu/assert'
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

test.run()
