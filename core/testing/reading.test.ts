import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { readStream } from '../peer/index.js'
import { type Lan, startLan, until, writeSample } from './index.js'

const test = suite<{ lan: Lan }>('reading while downloading')

test.before.each(async context => {
  context.lan = await startLan()
})

test.after.each(({ lan }) => lan.close())

test('a stream gives a whole file while it comes, and a part from anywhere', async ({ lan }) => {
  const anna = await lan.peer('anna')
  const file = join((await anna.status()).folders.share, 'Film', 'film.mkv')
  await writeSample(file, 5_000_001)
  await anna.share.rescan()
  const ben = await lan.peer('ben')
  await lan.hashed(ben, anna, 1)
  const content = await readFile(file)

  const [transfer] = await ben.transfers.download({ owner: anna.id, paths: ['Film'] })
  const id = transfer?.id ?? ''
  const film = await until('the film to be listed', async () =>
    (await ben.transfers.entries(id)).entries.find(({ name }) => name === 'film.mkv'),
  )
  const whole = Buffer.concat(await readStream(ben, id, film.index).toArray())
  const part = Buffer.concat(
    await readStream(ben, id, film.index, { start: 3_000_000, end: 3_300_000 }).toArray(),
  )

  assert.equal([film.path, film.type, film.size], ['film.mkv', 'file', 5_000_001])
  assert.ok(whole.equals(content))
  assert.ok(part.equals(content.subarray(3_000_000, 3_300_000)))
  assert.is((await lan.finished(ben, transfer)).state, 'done')
  assert.ok(Buffer.concat(await readStream(ben, id, film.index).toArray()).equals(content))
})

test('what can’t be read is refused with a reason', async ({ lan }) => {
  const anna = await lan.peer('anna')
  const read = anna.transfers.read as (request: object) => Promise<Uint8Array>
  const entries = anna.transfers.entries as (id: unknown, query?: object) => Promise<unknown>
  const refusals = [
    [() => read({ id: 'x', entry: 0, offset: 0 }), 'NOT_FOUND'],
    [() => read({ entry: 0, offset: 0 }), 'BAD_INPUT'],
    [() => read({ id: 'x', entry: -1, offset: 0 }), 'BAD_INPUT'],
    [() => read({ id: 'x', entry: 0, offset: 0.5 }), 'BAD_INPUT'],
    [() => read({ id: 'x', entry: 0, offset: 0, length: 0 }), 'BAD_INPUT'],
    [() => read({ id: 'x', entry: 0, offset: 0, reader: '' }), 'BAD_INPUT'],
    [() => read({ id: 'x', entry: 0, offset: 0, reader: 'x'.repeat(65) }), 'BAD_INPUT'],
    [() => entries('x'), 'NOT_FOUND'],
    [() => entries(1), 'BAD_INPUT'],
    [() => entries('x', { offset: -1 }), 'BAD_INPUT'],
    [() => entries('x', { limit: 0 }), 'BAD_INPUT'],
    [() => anna.transfers.endRead(''), 'BAD_INPUT'],
  ] as const

  for (const [act, code] of refusals) {
    const error = await act().catch(reason => reason)
    assert.ok(hasCode(error, code), `${String(error)} is not ${code}`)
  }
  await anna.transfers.endRead('nobody')
})

test.run()
