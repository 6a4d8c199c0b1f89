// Compiles the Node side one file to one file into dist/, which mirrors the sources: core, server, ui, build.
// Types are not looked at here; `npm run check` does that.
import { readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const top = dirname(dirname(fileURLToPath(import.meta.url)))
const FOLDERS = [
  'core',
  'server',
  'ui/app',
  'ui/cli',
  'ui/web',
  'ui/remote',
  'ui/desktop',
  'ui/e2e',
  'build/bench',
]
// Packages whose install scripts would fail at a user's: their code goes into the file that imports them.
const INLINED = { 'core/search/subsequence.ts': ['fuzzysearch-ts'] }
// Every thread loads its code anew: from one file in half the time of from fifty.
const WORKERS = /^core\/(content|share|transfer)\/.*-worker\.ts$/

/** Compiles everything; `out` is the folder to write to. */
export async function compile({ out = join(top, 'dist') } = {}) {
  const sources = FOLDERS.flatMap(folder => filesBelow(join(top, folder)))
    .filter(file => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map(file => relative(top, file))
  for (const folder of FOLDERS) rmSync(join(out, folder), { recursive: true, force: true })
  const options = {
    absWorkingDir: top,
    outdir: out,
    outbase: top,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  }
  await build({
    ...options,
    entryPoints: sources.filter(file => !(file in INLINED) && !WORKERS.test(file)),
    logLevel: 'warning',
  })
  const inlined = sources.filter(file => file in INLINED)
  // Without the tsconfig, whose paths lead to types and not to code.
  const bundling = { bundle: true, tsconfigRaw: '{}', logLevel: 'warning' }
  if (inlined.length > 0) await build({ ...options, ...bundling, entryPoints: inlined })
  const workers = sources.filter(file => WORKERS.test(file))
  await build({ ...options, ...bundling, packages: 'external', entryPoints: workers })
}

function filesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(item => item.isFile())
      .map(item => join(item.parentPath, item.name))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compile()
