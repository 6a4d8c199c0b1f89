import { chmod, readFile, writeFile } from 'node:fs/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder } from '../../core/testing/index.js'
import { findNwRuntime, openDesktop } from './index.js'

test('the runtime that is named is taken, and none when it is not there', () => {
  process.env.TSPEER_NW = process.execPath
  assert.is(findNwRuntime(), process.execPath)

  process.env.TSPEER_NW = '/nowhere/nw'
  assert.is(findNwRuntime(), undefined)

  delete process.env.TSPEER_NW
})

test('a runtime that can’t be started is told', async () => {
  try {
    await openDesktop('/nowhere/nw', '/the/home', new AbortController().signal)
    assert.unreachable()
  } catch (error) {
    assert.match(Object(error).message, 'NW.js could not be started')
  }
})

if (process.platform !== 'win32') {
  test('the app is opened by its folder, on the home that was asked for', async () => {
    const folder = await makeTestFolder('nw')
    const runtime = folder.at('nw')
    const told = folder.at('told')
    await writeFile(runtime, `#!/bin/sh\necho "$1 $TSPEER_HOME" > '${told}'\n`)
    await chmod(runtime, 0o700)

    await openDesktop(runtime, '/the/home', new AbortController().signal)

    assert.match(await readFile(told, 'utf8'), /ui\/desktop\/app\/ \/the\/home\n$/)
    await folder.remove()
  })

  test('it ends with the program that opened it', async () => {
    const folder = await makeTestFolder('nw')
    const runtime = folder.at('nw')
    await writeFile(runtime, '#!/bin/sh\nexec sleep 60\n')
    await chmod(runtime, 0o700)
    const end = new AbortController()

    const opened = openDesktop(runtime, '/the/home', end.signal)
    end.abort()

    await opened
    await folder.remove()
  })
}

test.run()
