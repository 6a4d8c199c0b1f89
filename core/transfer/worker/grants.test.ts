import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { PeerId } from '../../identity/index.js'
import { parseRoot } from '../../manifest/index.js'
import { Grants } from './grants.js'

const ann = 'ann' as PeerId
const bob = 'bob' as PeerId
const root = parseRoot('1'.repeat(64))
const other = parseRoot('2'.repeat(64))
const grant = { path: '/a', size: 1, dev: '1', ino: '2', mtimeNs: '3', within: '/' }

test('a grant is for one asker and one root', () => {
  const grants = new Grants()
  grants.put(ann, [root], [grant], { era: 0, nowMs: 0 })

  assert.equal(grants.find(ann, root, 1), grant)
  assert.is(grants.find(bob, root, 1), undefined)
  assert.equal(grants.missing(bob, [root], 1), [root])
  assert.equal(grants.missing(ann, [root, other], 1), [other])
})

test('a refusal is remembered for a moment, a grant for longer, neither for good', () => {
  const grants = new Grants()
  grants.put(ann, [root, other], [grant, undefined], { era: 0, nowMs: 0 })

  assert.equal(grants.missing(ann, [root, other], 500), [])
  assert.equal(grants.missing(ann, [root, other], 5_000), [other])
  assert.equal(grants.missing(ann, [root, other], 100_000), [root, other])
  assert.is(grants.find(ann, root, 100_000), undefined)
})

test('a revoke holds at once, also against an answer on its way', () => {
  const grants = new Grants()
  grants.put(ann, [root], [grant], { era: 0, nowMs: 0 })
  const { era } = grants

  grants.revoke(root)
  grants.put(ann, [root, other], [grant, grant], { era, nowMs: 0 })

  assert.is(grants.find(ann, root, 1), undefined)
  assert.equal(grants.missing(ann, [root, other], 1), [root, other])
})

test.run()
