// Writes dist/types: what a program that imports tspeer/core needs to be type-checked, and nothing else.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { top } from './prepare.js'

const out = join(top, 'dist', 'types')
const TSC = join(top, 'node_modules', 'typescript', 'bin', 'tsc')

/** Resolves to whether the sources were without type errors; types are written all the same. */
export async function writeTypes() {
  rmSync(out, { recursive: true, force: true })
  const child = spawn(process.execPath, [TSC, '-p', 'build/tsconfig.types.json'], {
    cwd: top,
    stdio: 'inherit',
  })
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const needed = reachable(join(out, 'core', 'index.d.ts'))
  for (const file of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name)
    if (file.isFile() && !needed.has(path)) rmSync(path)
  }
  return code === 0
}

/**
 * The declarations that a door leads to. A name that comes through another folder's door is taken from the file
 * behind it, as the rest of that folder wants types that users don't have (Node's, above all).
 */
function reachable(path, found = new Set()) {
  if (found.has(path)) return found
  found.add(path)
  const text = readFileSync(path, 'utf8').replace(NAMED, (statement, head, names, from) =>
    from.endsWith('/index.js') ? past(path, head, names, from) : statement,
  )
  writeFileSync(path, text)
  for (const [, target] of text.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g))
    reachable(join(dirname(path), `${target}.d.ts`), found)
  return found
}

/** `import { a, type b } from './x.js'` and the same with export. */
const NAMED = /((?:import|export)(?: type)?) \{([^}]+)\} from '(\.[^']+)';/g

/** The same statement past a door: one for each file behind it. */
function past(path, head, names, from) {
  const homes = new Map()
  for (const [, name, home] of doorOf(join(dirname(path), from.replace(/\.js$/, '.d.ts'))))
    homes.set(name, home)
  return split(names)
    .map(binding => {
      const home = homes.get(bare(binding))
      return `${head} { ${binding} } from '${home ? `${dirname(from)}/${home}` : from}';`
    })
    .join('\n')
}

/** Every name a door gives out, with the file it comes from. */
function doorOf(door) {
  return [...readFileSync(door, 'utf8').matchAll(NAMED)].flatMap(([, , names, from]) =>
    split(names).map(binding => [binding, bare(binding), from.slice('./'.length)]),
  )
}

function split(names) {
  return names
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}

function bare(binding) {
  return binding.replace(/^type /, '')
}
