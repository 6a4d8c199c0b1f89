// npm run build: everything that runs, and the types of the library, into dist/.
import { utimesSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleApp, bundleDesktop } from './bundle.js'
import { compile } from './compile.js'
import { STAMP } from './prepare.js'
import { writeTypes } from './types.js'

/** Compiles the Node side, bundles the front ends, writes the types, and notes when. */
export async function buildAll() {
  const started = new Date()
  const programs = compile()
    .then(() => bundleApp())
    .then(() => bundleDesktop())
  const [isSound] = await Promise.all([writeTypes(), programs])
  // Types don't hinder running; `npm run check` is where errors in them fail.
  if (!isSound) console.error('The sources have type errors, see above.')
  writeFileSync(STAMP, '')
  utimesSync(STAMP, started, started)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll()
