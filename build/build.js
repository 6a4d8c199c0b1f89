// npm run build: everything that runs, into dist/.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from './compile.js'
import { STAMP } from './prepare.js'

/** Compiles the Node side, bundles the front ends, and notes when. */
export async function buildAll() {
  const started = new Date()
  await compile()
  writeFileSync(STAMP, started.toISOString())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll()
