import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TokenBucket } from './token-bucket.js'

test('it fills at its rate, to its capacity', () => {
  const bucket = new TokenBucket(1_000, 1, 0)

  assert.is(bucket.waitMs(100, 0), 100)
  assert.is(bucket.waitMs(100, 60), 40)
  assert.is(bucket.waitMs(100, 100), 0)
  assert.is(bucket.capacity, 200)
  bucket.take(200, 10_000)
  assert.is(bucket.waitMs(50, 10_000), 50)
})

test('what is more than its capacity is waited for as its capacity', () => {
  const bucket = new TokenBucket(1_000, 64, 0)

  assert.is(bucket.waitMs(1_000_000, 0), 200)
})

test('what is moved beyond is owed, for 5 s at most; what is not used is put back', () => {
  const bucket = new TokenBucket(1_000, 1, 0)

  bucket.take(500, 0)
  assert.is(bucket.waitMs(100, 0), 600)
  bucket.take(-500, 0)
  assert.is(bucket.waitMs(100, 0), 100)
  bucket.take(1_000_000, 0)
  assert.is(bucket.waitMs(100, 0), 5_100)
})

test('another rate holds at once, and saves up no more than it may', () => {
  const bucket = new TokenBucket(1_000_000, 10, 0)
  bucket.waitMs(1, 1_000)

  bucket.setRate(1_000, 1_000)

  bucket.take(200, 1_000)
  assert.is(bucket.waitMs(10, 1_000), 10)
})

test('whatever is taken and when: never more than the rate allows and what is saved up, and no wait is too long', () => {
  const steps = fc.array(fc.record({ ms: fc.nat(300), bytes: fc.integer({ min: 1, max: 4_000 }) }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 1e6 }), steps, (rate, all) => {
      const bucket = new TokenBucket(rate, 64, 0)
      let now = 0
      let taken = 0
      for (const { ms, bytes } of all) {
        now += ms
        const wanted = Math.min(bytes, Math.floor(bucket.capacity))
        const wait = bucket.waitMs(wanted, now)
        assert.ok(wait <= Math.ceil((wanted * 1_000) / rate), `waits ${wait} ms`)
        now += wait
        assert.is(bucket.waitMs(wanted, now), 0)
        bucket.take(wanted, now)
        taken += wanted
        assert.ok(taken <= (rate * now) / 1_000 + bucket.capacity + 1, `${taken} bytes in ${now} ms`)
      }
    }),
  )
})

test.run()
