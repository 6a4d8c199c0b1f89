// Runs the compiled uvu tests, one process a file, some at a time, and closes with `N passed, N failed`.
// usage: node build/run-tests.js [PART OF A PATH …]
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(top, 'dist')
const FILE_TIMEOUT_MS = 300_000

const wanted = process.argv.slice(2)
const compiled = readdirSync(out, { recursive: true }).map(file => join(out, file))
const scripts = readdirSync(join(top, 'build')).map(file => join(top, 'build', file))
const files = [...compiled, ...scripts]
  .filter(file => file.endsWith('.test.js'))
  .filter(file => wanted.length === 0 || wanted.some(part => relative(top, file).includes(part)))
  .sort()

let passed = 0
let failed = 0
const failedFiles = []
const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) killGroup(child)
    process.exit(130)
  })
}
const queue = [...files]
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
if (failedFiles.length > 0) console.log(`\nfailed:\n  ${failedFiles.join('\n  ')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

async function worker() {
  for (let file = queue.shift(); file; file = queue.shift()) await runFile(file)
}

async function runFile(file) {
  const started = performance.now()
  const { code, output } = await run(file)
  const total = countIn(output, 'Total')
  const good = countIn(output, 'Passed')
  const skipped = countIn(output, 'Skipped')
  // A file that ended without its summary, or with an error after it, is a failure of its own.
  const bad = Math.max(total - good - skipped, code === 0 && total > 0 ? 0 : 1)
  passed += good
  failed += bad
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${bad ? 'FAIL' : 'ok'}  ${relative(top, file)}  ${good}/${total}  ${seconds} s`)
  if (bad) {
    console.log(output)
    failedFiles.push(relative(top, file))
  }
}

/** What uvu's summary, the last of its kind, says. */
function countIn(output, word) {
  return Number(output.match(new RegExp(`(?<=${word}:\\s+)\\d+`, 'g'))?.at(-1) ?? 0)
}

function run(path) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--enable-source-maps', path], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nobody on the machine's real network is to be found, or to find a test.
      env: { ...process.env, FORCE_COLOR: '0', TSPEER_DISCOVERY: 'off' },
      // A group of its own, so that what a test started ends with it.
      detached: process.platform !== 'win32',
    })
    running.add(child)
    let output = ''
    const timer = setTimeout(() => {
      output += `\nstopped after ${FILE_TIMEOUT_MS / 1000} s\n`
      killGroup(child)
    }, FILE_TIMEOUT_MS)
    child.stdout.on('data', data => {
      output += data
    })
    child.stderr.on('data', data => {
      output += data
    })
    child.on('close', code => {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, output })
    })
  })
}

function killGroup(child) {
  if (process.platform === 'win32') child.kill('SIGKILL')
  else process.kill(-child.pid, 'SIGKILL')
}
