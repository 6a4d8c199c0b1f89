// npm run build: everything that runs, and the types of the library, into dist/.
import { spawn } from 'node:child_process'
import { utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bundleApp, bundleDesktop } from './bundle.js'
import { compile } from './compile.js'
import { STAMP, top } from './prepare.js'

/** Compiles the Node side, bundles the front ends, writes the types, and notes when. */
export async function buildAll() {
  const started = new Date()
  await Promise.all([
    compile()
      .then(() => bundleApp())
      .then(() => bundleDesktop()),
    writeTypes(),
  ])
  writeFileSync(STAMP, '')
  utimesSync(STAMP, started, started)
}

/** What a program that imports tspeer/core needs to be type-checked. */
function writeTypes() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const child = spawn(process.execPath, [tsc, '-p', 'build/tsconfig.types.json'], {
    cwd: top,
    stdio: 'inherit',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      // Types are written all the same; `npm run check` is the place to fail.
      if (code !== 0) console.error('The sources have type errors, see above.')
      resolve()
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll()
