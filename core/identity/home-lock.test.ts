import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { lockHome } from './index.js'

const test = suite<{ folder: string }>('home lock')

test.before.each(async context => {
  context.folder = await mkdtemp(join(tmpdir(), 'tspeer-lock-'))
})

test.after.each(({ folder }) => rm(folder, { recursive: true }))

test('a home is held by one at a time and free after release', async ({ folder }) => {
  const release = await lockHome(folder)

  const failure = await lockHome(folder).catch(error => error)
  await release()
  const again = await lockHome(folder)
  await again()

  assert.ok(hasCode(failure, 'HOME_IN_USE'))
  assert.match(failure.message, String(process.pid))
  assert.equal(await readdir(folder), [])
})

test('the lock of a process that was killed is taken over', async ({ folder }) => {
  const entry = new URL('./index.js', import.meta.url)
  const program = `const { lockHome } = await import(${JSON.stringify(entry.href)})
    await lockHome(${JSON.stringify(folder)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')

  const held = await lockHome(folder).catch(error => error)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const release = await lockHome(folder)
  await release()

  assert.ok(hasCode(held, 'HOME_IN_USE'))
})

const stale = [
  { what: 'an empty lock', text: '' },
  { what: 'half a lock', text: '{"host":"' },
  {
    what: 'a lock of a process id used again',
    text: JSON.stringify({ host: hostname(), pid: process.ppid, started: '1' }),
  },
]
for (const { what, text } of stale) {
  test(`${what} is taken over`, async ({ folder }) => {
    await writeFile(join(folder, 'lock'), text)

    const release = await lockHome(folder)

    await release()
  })
}

test('a lock from another host is respected and the remedy is told', async ({ folder }) => {
  await writeFile(join(folder, 'lock'), JSON.stringify({ host: 'elsewhere', pid: 1 }))

  const failure = await lockHome(folder).catch(error => error)

  assert.ok(hasCode(failure, 'HOME_IN_USE'))
  assert.match(failure.message, 'remove')
})

test('of 8 that race for a stale lock one gets it', async ({ folder }) => {
  await writeFile(join(folder, 'lock'), '')

  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockHome(folder)))

  assert.is(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test.run()
