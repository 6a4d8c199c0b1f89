// npm run check: types, format and lint, boundaries, dead code. All at once; what fails is printed.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = dirname(dirname(fileURLToPath(import.meta.url)))

const CHECKS = {
  types: ['typescript', 'bin/tsc', '-p', 'tsconfig.json'],
  'types of the app': ['typescript', 'bin/tsc', '-p', 'ui/app/tsconfig.json'],
  'format and lint': ['@biomejs/biome', 'bin/biome', 'check', '--error-on-warnings', '.'],
  boundaries: [
    'dependency-cruiser',
    'bin/dependency-cruise.mjs',
    '--config',
    'build/boundaries.config.js',
    'core',
    'server',
    'ui',
  ],
  'dead code': ['knip', 'bin/knip.js', '--config', 'build/knip.json', '--no-progress'],
}

const results = await Promise.all(Object.entries(CHECKS).map(([name, command]) => check(name, command)))
process.exitCode = results.every(Boolean) ? 0 : 1

/** Runs one tool; prints its name, and its words when it fails. */
async function check(name, [package_, bin, ...args]) {
  const started = performance.now()
  const { code, output } = await run(join(top, 'node_modules', package_, bin), args)
  console.log(
    `${code === 0 ? 'ok  ' : 'FAIL'}  ${name}  ${((performance.now() - started) / 1000).toFixed(1)} s`,
  )
  if (code !== 0) console.log(output)
  return code === 0
}

function run(script, args) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: top,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', data => {
        output += data
      })
    child.on('close', code => resolve({ code, output }))
  })
}
