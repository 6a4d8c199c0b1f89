import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { MediaPasses } from './media-passes.js'

const HOUR_MS = 3_600_000
const media = (entry: number) => ({ transfer: 'a', entry })

test('security: DNS rebinding and cross-site sockets: a media address is 128 random bits for one entry', () => {
  const passes = new MediaPasses()
  const one = passes.issue(media(1))
  const two = passes.issue(media(1))

  assert.is(Buffer.from(one, 'base64url').length, 16)
  assert.is.not(one, two)
  assert.equal(passes.use(one), media(1))
  assert.is(passes.use(`${one.slice(0, -1)}`), undefined)
  assert.is(passes.use(''), undefined)
})

test('security: DNS rebinding and cross-site sockets: a media address ends 6 h after its last use', () => {
  let now = 0
  const passes = new MediaPasses(() => now)
  const address = passes.issue(media(1))

  now = 5 * HOUR_MS
  assert.equal(passes.use(address), media(1))
  now = 10 * HOUR_MS
  assert.equal(passes.use(address), media(1))
  now = 17 * HOUR_MS

  assert.is(passes.use(address), undefined)
})

test('security: DNS rebinding and cross-site sockets: 64 media addresses at once, the longest unused ends', () => {
  const passes = new MediaPasses()
  const addresses = Array.from({ length: 64 }, (_, entry) => passes.issue(media(entry)))
  passes.use(addresses[0] ?? '')

  passes.issue(media(64))

  assert.equal(passes.use(addresses[0] ?? ''), media(0))
  assert.is(passes.use(addresses[1] ?? ''), undefined)
  assert.equal(passes.use(addresses[2] ?? ''), media(2))
})

test.run()
