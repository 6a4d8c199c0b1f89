import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freeName } from './index.js'

const cases = [
  { name: 'name.ext', taken: [], free: 'name (2).ext' },
  { name: 'name.ext', taken: ['name (2).ext', 'name (3).ext'], free: 'name (4).ext' },
  { name: 'README', taken: [], free: 'README (2)' },
  { name: '.bashrc', taken: [], free: '.bashrc (2)' },
  { name: 'backup.tar.gz', taken: [], free: 'backup (2).tar.gz' },
  { name: 'Mr. Smith goes home', taken: [], free: 'Mr. Smith goes home (2)' },
  { name: `${'é'.repeat(125)}.mkv`, taken: [], free: `${'é'.repeat(123)} (2).mkv` },
  { name: `${'🎬'.repeat(63)}.mp`, taken: [], free: `${'🎬'.repeat(62)} (2).mp` },
]
for (const { name, taken, free } of cases) {
  test(`beside ${name.slice(0, 20)} and ${taken.length} more the free name is ${free.slice(0, 20)}`, () => {
    const found = freeName(name, candidate => taken.includes(candidate as never))

    assert.is(found, free)
    assert.ok(Buffer.byteLength(found) <= 255)
  })
}

test.run()
