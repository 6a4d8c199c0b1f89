// npm run bench -- NAME [--json]: runs one benchmark of build/bench.
import { readdirSync } from 'node:fs'
import { prepare } from './prepare.js'

await prepare()
const names = readdirSync(new URL('bench/', import.meta.url))
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map(file => file.slice(0, -'.ts'.length))
const [name, ...rest] = process.argv.slice(2)
if (names.includes(name)) {
  process.argv.splice(2, Infinity, ...rest)
  await import(new URL(`../dist/build/bench/${name}.js`, import.meta.url).href)
} else {
  console.error(`Name a benchmark: npm run bench -- ${names.join('|')} [--json]`)
  process.exitCode = 2
}
