// What `npm start` runs, as a real process.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeTestFolder, type TestFolder } from '../../core/testing/index.js'
import { tspeer } from './testing/index.js'

const START = fileURLToPath(new URL('./start.js', import.meta.url))

interface Started {
  readonly ready: Record<string, unknown>
  stop(): Promise<number | null>
}

async function start(home: string): Promise<Started> {
  const child = spawn(process.execPath, [START, '--no-open', '--json', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const line = new Promise<string>(resolve => createInterface({ input: child.stdout }).once('line', resolve))
  const first = await Promise.race([line, ended.then(code => `{"event":"ended","code":${code}}`)])
  return {
    ready: JSON.parse(first),
    stop() {
      // As under npm, where the terminal and npm both tell it.
      child.kill('SIGTERM')
      child.kill('SIGTERM')
      return ended
    },
  }
}

async function withHome(work: (home: string) => Promise<void>): Promise<void> {
  const folder: TestFolder = await makeTestFolder('start')
  try {
    await work(folder.at('home'))
  } finally {
    await folder.remove()
  }
}

test('with no registry known, the app works at once: with one of its own, that is not remembered', () =>
  withHome(async home => {
    const { ready, stop } = await start(home)
    assert.is(ready.event, 'ready')

    const page = await fetch(new URL('/', String(ready.ui)))
    const people = await tspeer('people', '--json', '--home', home)
    const settings = await tspeer('settings', 'registry', '--json', '--home', home)
    const code = await stop()

    assert.is(page.status, 200)
    assert.match(await page.text(), '<!doctype html>')
    assert.match(String(ready.registry), /:74\d0$/)
    assert.is(people.code, 0, people.err)
    assert.equal(settings.objects, [{ key: 'registry', value: '' }])
    assert.is(code, 0)
  }))

test('a second start shows the app of the peer that runs', () =>
  withHome(async home => {
    const first = await start(home)
    const second = await start(home)

    const page = await fetch(new URL('/', String(second.ready.ui)))
    await page.body?.cancel()

    assert.is(second.ready.id, first.ready.id)
    assert.is.not(second.ready.ui, first.ready.ui)
    assert.is(page.status, 200)
    assert.is(await second.stop(), 0)
    assert.is((await tspeer('id', '--home', home)).code, 0)
    assert.is(await first.stop(), 0)
  }))

test.run()
