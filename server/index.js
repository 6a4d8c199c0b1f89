#!/usr/bin/env node
// Starts the compiled registry, or a command for it: node server/index.js [--port 7470] [--home DIR], … admin people
import { existsSync } from 'node:fs'

const compiled = new URL('../dist/server/main.js', import.meta.url)
if (existsSync(compiled)) {
  const { main } = await import(compiled.href)
  process.exitCode = await main(process.argv.slice(2))
} else {
  console.error('The registry is not built yet. Run `npm install` and `npm run build` first, or `npm start`.')
  process.exitCode = 1
}
