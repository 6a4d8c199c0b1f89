#!/usr/bin/env node
// Starts the compiled command line, or says how to get it.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = new URL('../../dist/ui/cli/main.js', import.meta.url)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `tspeer needs Node 20.19 or newer; this is ${process.versions.node}. Get it at https://nodejs.org.`,
  )
  process.exitCode = 1
} else if (!existsSync(main)) {
  const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
  console.error(`tsPeer is not built yet. Run this first:\n  cd ${top} && npm ci && npm run build`)
  process.exitCode = 1
} else {
  await import(main.href)
}
