import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { AskingPace } from './asking-pace.js'

const ANNA = 'a'.repeat(52) as PeerId
const BEN = `b${'a'.repeat(51)}` as PeerId
const LIMITS = { burst: 3, aSecond: 2, refusal: 'Too often.' }

const tooBusy = (error: unknown) => hasCode(error, 'TOO_BUSY')

test('so many at once are taken of each person, and one more every so often', () => {
  const pace = new AskingPace(LIMITS)
  for (let i = 0; i < 3; i++) pace.take(ANNA, 1_000)
  assert.throws(() => pace.take(ANNA, 1_000), tooBusy)
  pace.take(BEN, 1_000)

  assert.throws(() => pace.take(ANNA, 1_499), tooBusy)
  pace.take(ANNA, 1_500)
  assert.throws(() => pace.take(ANNA, 1_500), tooBusy)
})

test('what costs less is taken more often, and what was refused costs nothing', () => {
  const pace = new AskingPace(LIMITS)
  for (let i = 0; i < 2; i++) pace.take(ANNA, 0)
  assert.throws(() => pace.take(ANNA, 0, 2), tooBusy)
  for (let i = 0; i < 4; i++) pace.take(ANNA, 0, 0.25)
  assert.throws(() => pace.take(ANNA, 0, 0.25), tooBusy)
})

test('a rest fills up no more than the burst', () => {
  const pace = new AskingPace(LIMITS)
  pace.take(ANNA, 0)
  for (let i = 0; i < 3; i++) pace.take(ANNA, 1_000_000)
  assert.throws(() => pace.take(ANNA, 1_000_000), tooBusy)
})

test('whoever rested longest is forgotten, not who asks now', () => {
  const pace = new AskingPace(LIMITS)
  for (let i = 0; i < 3; i++) pace.take(ANNA, 0)
  for (let i = 0; i < 1_000; i++) pace.take(`${String(i).padStart(4, 'c')}${'a'.repeat(48)}` as PeerId, 0)
  pace.take(ANNA, 0)
})

test.run()
