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
const files = readdirSync(out, { recursive: true })
  .filter(file => file.endsWith('.test.js') && !file.startsWith('node_modules'))
  .filter(file => wanted.length === 0 || wanted.some(part => file.includes(part)))
  .sort()

let passed = 0
let failed = 0
const queue = [...files]
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

async function worker() {
  for (let file = queue.shift(); file; file = queue.shift()) await runFile(file)
}

async function runFile(file) {
  const started = performance.now()
  const { code, output } = await run(join(out, file))
  const total = Number(/Total:\s+(\d+)/.exec(output)?.[1] ?? 0)
  const good = Number(/Passed:\s+(\d+)/.exec(output)?.[1] ?? 0)
  const skipped = Number(/Skipped:\s+(\d+)/.exec(output)?.[1] ?? 0)
  // A file that ended without its summary, or with an error after it, is a failure of its own.
  const bad = Math.max(total - good - skipped, code === 0 && total > 0 ? 0 : 1)
  passed += good
  failed += bad
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${bad ? 'FAIL' : 'ok'}  ${relative(top, join(out, file))}  ${good}/${total}  ${seconds} s`)
  if (bad) console.log(output)
}

function run(path) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--enable-source-maps', path], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0' },
    })
    let output = ''
    const timer = setTimeout(() => {
      output += `\nstopped after ${FILE_TIMEOUT_MS / 1000} s\n`
      child.kill('SIGKILL')
    }, FILE_TIMEOUT_MS)
    child.stdout.on('data', data => {
      output += data
    })
    child.stderr.on('data', data => {
      output += data
    })
    child.on('close', code => {
      clearTimeout(timer)
      resolve({ code, output })
    })
  })
}
