import { chmod, readFile, writeFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, until } from '../../core/testing/index.js'
import { findNwRuntime, openDesktop } from './index.js'

test('the runtime that is named is taken, and none when it is not there', () => {
  process.env.TSPEER_NW = process.execPath
  assert.is(findNwRuntime(), process.execPath)

  process.env.TSPEER_NW = '/nowhere/nw'
  assert.is(findNwRuntime(), undefined)

  delete process.env.TSPEER_NW
})

if (process.platform !== 'win32') {
  test('the app is opened by its folder, on the home that was asked for', async () => {
    const folder = await makeTestFolder('nw')
    const runtime = folder.at('nw')
    const told = folder.at('told')
    await writeFile(
      runtime,
      `#!/bin/sh\necho "$1 $TSPEER_HOME" > '${told}.new' && mv '${told}.new' '${told}'\n`,
    )
    await chmod(runtime, 0o700)

    openDesktop(runtime, '/the/home')

    const said = await until('the runtime to start', () => readFile(told, 'utf8').catch(() => undefined))
    assert.match(said, /ui\/desktop\/app\/ \/the\/home\n$/)
    await folder.remove()
  })
}

test.run()
