import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasCode } from '../errors/index.js'
import { until } from '../testing/index.js'
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

if (process.platform === 'linux')
  test('the lock of a process that was killed but not waited for is taken over', async ({ folder }) => {
    const entry = new URL('./index.js', import.meta.url)
    const program = `const { lockHome } = await import(${JSON.stringify(entry.href)})
      await lockHome(${JSON.stringify(folder)}); console.log(process.pid); setInterval(() => {}, 1000)`
    // The shell becomes a sleep, which never waits for the child that it inherits.
    const script = '"$0" --input-type=module -e "$1" & exec sleep 60'
    const parent = spawn('sh', ['-c', script, process.execPath, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = Number(String((await once(parent.stdout, 'data'))[0]))
    try {
      const held = await lockHome(folder).catch(error => error)
      process.kill(pid, 'SIGKILL')
      await until('it to be a zombie', () => isZombie(pid))
      const release = await lockHome(folder)
      await release()

      assert.ok(hasCode(held, 'HOME_IN_USE'))
      assert.ok(isZombie(pid))
    } finally {
      parent.kill('SIGKILL')
    }
  })

function isZombie(pid: number): boolean {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const { length } = readdirSync(`/proc/${pid}/task`)
  return text.slice(text.lastIndexOf(')') + 2).startsWith('Z') && length === 1
}

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
