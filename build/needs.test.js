import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { buildReason, installReason, nodeFault } from './needs.js'

const versions = [
  ['16.20.2', false],
  ['20.18.9', false],
  ['20.19.0', true],
  ['20.20.2', true],
  ['22.0.0', true],
  ['24.1.0-nightly', true],
]
for (const [version, isEnough] of versions) {
  test(`Node ${version} is ${isEnough ? 'enough' : 'refused, with what to do'}`, () => {
    const fault = nodeFault(version)

    if (isEnough) assert.is(fault, undefined)
    else assert.match(fault, `needs Node 20.19 or newer; this is ${version}. Get it at`)
  })
}

const installs = [
  ['a fresh clone', { lock: 100, installed: undefined }, true],
  ['a lock newer than the installation', { lock: 200, installed: 100 }, true],
  ['an installation newer than the lock', { lock: 100, installed: 200 }, false],
  ['both from the same moment', { lock: 100, installed: 100 }, false],
  ['a linked folder of another clone', { lock: 200, installed: 100, isLink: true }, false],
  ['no lock', { lock: undefined, installed: 100 }, false],
]
for (const [when, facts, isNeeded] of installs) {
  test(`with ${when}, dependencies are ${isNeeded ? '' : 'not '}installed`, () => {
    assert.is(installReason(facts) !== undefined, isNeeded)
  })
}

const builds = [
  ['nothing built', { newestSource: 100, built: undefined }, true],
  ['a source changed since', { newestSource: 200, built: 100 }, true],
  ['nothing changed since', { newestSource: 100, built: 200 }, false],
]
for (const [when, facts, isNeeded] of builds) {
  test(`with ${when}, it is ${isNeeded ? '' : 'not '}built`, () => {
    assert.is(buildReason(facts) !== undefined, isNeeded)
  })
}

test.run()
