// Makes a clone ready to run: checks Node, installs the locked dependencies and builds, each only when needed.
// Runs before anything is installed, so it uses nothing but Node.
import { spawnSync } from 'node:child_process'
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildReason, installReason, nodeFault } from './needs.js'

export const top = dirname(dirname(fileURLToPath(import.meta.url)))
const SOURCES = ['core', 'server', 'ui', 'assets', 'build', 'package.json']
/** Written at the end of a build. */
export const STAMP = join(top, 'dist', '.built')

/** Gets everything ready, or ends the process with a sentence on what to do. */
export async function prepare() {
  const fault = nodeFault(process.versions.node)
  if (fault) stop(fault)
  const install = installReason({
    lock: mtime(join(top, 'package-lock.json')),
    installed: mtime(join(top, 'node_modules', '.package-lock.json')),
    isLink: lstatSync(join(top, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false,
  })
  if (install) {
    console.error(`Installing the dependencies (${install}): npm ci`)
    if (npm('ci') !== 0) stop('npm ci failed; what it says is above. Is the network there? Then try again.')
  }
  const build = buildReason({
    newestSource: Math.max(...SOURCES.map(name => newest(join(top, name)))),
    built: mtime(STAMP),
  })
  if (build) {
    console.error(`Building into dist/ (${build}).`)
    const { buildAll } = await import('./build.js')
    await buildAll()
  }
}

function npm(...args) {
  const isWindows = process.platform === 'win32'
  // npm is a script for the shell on Windows; the arguments are our own.
  const { status } = spawnSync('npm', args, { cwd: top, stdio: ['ignore', 2, 2], shell: isWindows })
  return status
}

function stop(message) {
  console.error(message)
  process.exit(1)
}

/** The newest mtime at or below a path. Folders count: one changes when something in it is removed. */
function newest(path) {
  const own = mtime(path)
  if (own === undefined) return 0
  let latest = own
  for (const item of readdirSyncOrNone(path)) latest = Math.max(latest, newest(join(path, item)))
  return latest
}

function readdirSyncOrNone(path) {
  try {
    return readdirSync(path)
  } catch (error) {
    if (error.code === 'ENOTDIR') return []
    throw error
  }
}

function mtime(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare()
