import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../core/identity/index.js'
import { parseRoot } from '../core/manifest/index.js'
import { Announced } from './announced.js'

const one = parseRoot('1'.repeat(64))
const two = parseRoot('2'.repeat(64))

function connection(peerId: string) {
  let end = () => {}
  const ended = new Promise<undefined>(resolve => {
    end = () => resolve(undefined)
  })
  return { peerId: peerId as PeerId, ended, end }
}

test('what someone announces replaces what it announced before', () => {
  const announced = new Announced()
  const ann = connection('ann')
  announced.set(ann, [one])
  announced.set(connection('bob'), [one, two])

  announced.set(ann, [two])

  assert.equal([...announced.holders(one)], ['bob'])
  assert.equal([...announced.holders(two)].sort(), ['ann', 'bob'])
})

test('it is gone with the connection, unless a newer one of the same peer has announced', async () => {
  const announced = new Announced()
  const old = connection('ann')
  const bob = connection('bob')
  announced.set(old, [one])
  announced.set(bob, [one])
  announced.set(connection('ann'), [one])

  old.end()
  bob.end()
  await bob.ended

  assert.equal([...announced.holders(one)], ['ann'])
})

test.run()
