import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PeerError } from '../../core/index.js'
import { BEN, createFakePeer } from '../remote/testing/index.js'
import { cli, lastAsked, objects } from './testing/index.js'

test('block and unblock say what holds now', async () => {
  const fake = createFakePeer()
  const [ben] = await fake.peer.people.list()
  fake.answer('people.setContact', { ...ben, blocked: true })
  const blocked = await cli(['block', 'ben'], { fake })
  const told = await cli(['block', 'ben', '--json'], { fake })
  const free = await cli(['unblock', 'Ben'])

  assert.equal(lastAsked(blocked.fake), ['people.setContact', BEN, { blocked: true }])
  assert.match(blocked.out, 'Ben is blocked. To undo it: tspeer unblock Ben')
  assert.is((objects(told)[0] as { blocked?: boolean }).blocked, true)
  assert.equal(lastAsked(free.fake), ['people.setContact', BEN, { blocked: false }])
})

test('verify shows the words and the code, and notes what was compared', async () => {
  const shown = await cli(['verify', 'ben'])
  const json = await cli(['verify', 'ben', '--json'])
  const yes = await cli(['verify', 'ben', '--yes'])
  const no = await cli(['verify', 'ben', '--no'])
  const code = await cli(['verify', 'ben', '--code', 'tspeer://verify/a/b'])
  const both = await cli(['verify', 'ben', '--yes', '--no'])

  assert.match(shown.out, /goose figure hand end\n.*\n.*comfort primary client/)
  assert.match(shown.out, 'TSPEER://VERIFY/A/B')
  assert.is((objects(json)[0] as { words: string[] }).words.length, 12)
  assert.equal(lastAsked(yes.fake), ['people.setVerified', BEN, true])
  assert.equal(lastAsked(no.fake), ['people.setVerified', BEN, false])
  assert.equal(lastAsked(code.fake), ['people.verifyCode', 'tspeer://verify/a/b'])
  assert.is(both.code, 2)
})

test('verify warns of a changed key, shows no words to trust it by, and takes it only when told', async () => {
  const fake = createFakePeer()
  const ben = await fake.peer.people.find('ben')
  const find = async () => ({ ...ben, changedFrom: ben.id })
  Object.assign(fake.peer.people, { find })
  const shown = await cli(['verify', 'ben'], { fake })
  const taken = await cli(['verify', 'ben', '--accept-key'], { fake })

  assert.match(shown.out, /WARNING: Ben has another key/)
  assert.not.match(shown.out, 'goose')
  assert.equal(lastAsked(taken.fake), ['people.acceptKey', BEN])
})

test('a code of another key is refused with what it may mean', async () => {
  const fake = createFakePeer()
  fake.answer('people.verifyCode', new PeerError('WRONG_PEER', 'That code is for another key than yours.'))

  const ran = await cli(['verify', 'ben', '--code', 'tspeer://verify/a/b'], { fake })

  assert.is(ran.code, 1)
  assert.match(ran.err, 'WRONG_PEER')
})

test('people are shown with what is known of them', async () => {
  const fake = createFakePeer()
  const [ben] = await fake.peer.people.list()
  fake.answer('people.list', [{ ...ben, nickname: 'Benny', verified: true, favourite: true, muted: true }])

  const { out } = await cli(['people'], { fake })

  assert.match(out, /Benny \(Ben\) .*verified, favourite, muted/)
})

test('contact changes what is named', async () => {
  const ran = await cli(['contact', 'ben', '--nickname', 'Benny', '--mute', '--no-favourite'])

  assert.equal(lastAsked(ran.fake), [
    'people.setContact',
    BEN,
    { nickname: 'Benny', favourite: false, muted: true },
  ])
})

test('share set changes who may see an import', async () => {
  const ran = await cli(['share', 'set', 'photos', '--to', 'verified'])
  const some = await cli(['share', 'set', '/home/anna/photos', '--to', 'ben'])
  const nobody = await cli(['share', 'set', 'photos'])

  assert.equal(lastAsked(ran.fake), ['share.setVisibility', 'photos', 'verified'])
  assert.equal(lastAsked(some.fake), ['share.setVisibility', 'photos', [BEN]])
  assert.is(nobody.code, 2)
})

test.run()
