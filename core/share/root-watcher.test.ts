import { EventEmitter } from 'node:events'
import type { FSWatcher } from 'chokidar'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../testing/index.js'
import { RootWatcher, type RootWatcherOptions } from './root-watcher.js'

/** A chokidar that does as it is told. */
class FakeWatcher extends EventEmitter {
  closed = false
  async close(): Promise<void> {
    this.closed = true
  }
}

function watched() {
  const made: FakeWatcher[] = []
  const told: string[] = []
  const ignored: ((path: string, stats?: { isDirectory(): boolean }) => boolean)[] = []
  const watch = ((_root: string, options: { ignored: (typeof ignored)[number] }) => {
    ignored.push(options.ignored)
    const watcher = new FakeWatcher()
    made.push(watcher)
    return watcher as unknown as FSWatcher
  }) as unknown as RootWatcherOptions['watch']
  const watcher = new RootWatcher({
    root: '/films',
    watch,
    isLeftOut: () => false,
    onChanged: folder => told.push(folder),
    onReady: () => told.push('ready'),
    onLimit: code => told.push(`limit ${code}`),
    onError: error => told.push(`error ${(error as { code: string }).code}`),
  })
  return { watcher, made, told, ignored, latest: () => made.at(-1) ?? new FakeWatcher() }
}

test('what changed where is told by folder; files get no watch of their own', async () => {
  const { watcher, told, ignored, latest } = watched()
  const isIgnored = ignored[0] ?? (() => false)
  const folder = { isDirectory: () => true }
  const file = { isDirectory: () => false }

  latest().emit('ready')
  latest().emit('raw', 'change', 'a.mkv', { watchedPath: '/films/old' })
  latest().emit('unlinkDir', '/films/older/gone')

  assert.equal(told, ['ready', '/films/old', '/films/older'])
  assert.not(isIgnored('/films/a', folder))
  assert.ok(isIgnored('/films/a.mkv', file))
  assert.ok(isIgnored('/films/.git', folder))
  assert.not(isIgnored('/films', file))
  await watcher.close()
})

test('a new folder is looked at twice, for files may come before it is watched', async () => {
  const { watcher, told, latest } = watched()

  latest().emit('addDir', '/films/new')

  assert.equal(told, ['/films/new'])
  await until('the second look', () => told.length === 2, 10_000)
  await watcher.close()
})

test('in a storm it looks away, comes back when it may be over, and then all is scanned', async () => {
  const { watcher, made, told, latest } = watched()
  for (let i = 0; i < 3000; i++) made[0]?.emit('raw', 'change', `${i}`, { watchedPath: '/films' })
  const before = told.length

  assert.ok(made[0]?.closed)
  assert.ok(before <= 1001)
  await until('another watcher', () => made.length === 2, 10_000)
  made[0]?.emit('raw', 'change', 'late', { watchedPath: '/films' })
  assert.is(told.length, before)
  latest().emit('ready')
  assert.is(told.at(-1), 'ready')
  await watcher.close()
})

test('where the system has no watches left, it ends and says so once', async () => {
  const { watcher, told, latest } = watched()
  const error = (code: string) => Object.assign(new Error(code), { code })

  latest().emit('error', error('EACCES'))
  latest().emit('error', error('ENOSPC'))
  latest().emit('error', error('ENOSPC'))
  latest().emit('raw', 'change', 'x', { watchedPath: '/films' })

  assert.equal(told, ['error EACCES', 'limit ENOSPC'])
  assert.ok(latest().closed)
  await watcher.close()
})

test.run()
