// npm start: gets everything ready, then opens the app: in NW.js where its runtime is found, else in the browser.
// `npm start -- --no-open` only prints the app's address; --home DIR uses another folder.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { findNw } from './find-nw.js'
import { prepare, top } from './prepare.js'

await prepare()
// Whoever passes options wants the browser or its address; the window takes none.
const nw = process.argv.length === 2 ? await findNw() : undefined
if (nw) {
  console.error(`Opening the app in NW.js: ${nw}`)
  const window = spawn(nw, [join(top, 'dist', 'ui', 'desktop', 'app')], { stdio: 'inherit' })
  window.once('error', error => {
    console.error(`NW.js could not be started (${error.message}). Without it: npm start -- --no-open`)
    process.exitCode = 1
  })
  window.once('close', code => {
    process.exitCode = code ?? 1
  })
} else {
  await import('../dist/ui/cli/start.js')
}
