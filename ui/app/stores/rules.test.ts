import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../../core/browser.js'
import { createFakePeer, samplePerson } from '../testing/index.js'
import { createNotices } from './notices.js'
import { createPeople } from './people.js'
import { createRules } from './rules.js'

const anna = samplePerson(0)

test('a person without a rule is asked about, and a rule is kept as it was set', async () => {
  const fake = createFakePeer()
  const rules = createRules(fake, createNotices())
  await rules.load()
  assert.equal(rules.of(anna.id), { kind: 'ask' })

  assert.ok(await rules.set(anna.id, { kind: 'up-to', bytes: 5 }))
  assert.equal(rules.of(anna.id), { kind: 'up-to', bytes: 5 })
  await fake.offers.setRule(anna.id, { kind: 'ask' }) // by another program
  await rules.load()

  assert.equal(rules.of(anna.id), { kind: 'ask' })
})

test('a rule that could not be saved is told, and the old one stays', async () => {
  const notices = createNotices()
  const offers = createFakePeer().offers
  const setRule = () => Promise.reject(new PeerError('DISK_FULL', 'The disk is full.'))
  const rules = createRules({ offers: { ...offers, setRule } }, notices)

  assert.is(await rules.set(anna.id, { kind: 'always' }), false)

  assert.equal(rules.of(anna.id), { kind: 'ask' })
  assert.is(notices.list.value[0]?.text, 'The disk is full.')
})

test('limits of a person are changed one by one', async () => {
  const fake = createFakePeer()
  const people = createPeople(fake, createNotices())
  await people.load()

  assert.ok(await people.setLimits(anna.id, { up: 1_000_000 }))
  assert.ok(await people.setLimits(anna.id, { down: 20_000 }))

  assert.equal(people.list.get(anna.id)?.limits, { up: 1_000_000, down: 20_000 })
})

test.run()
