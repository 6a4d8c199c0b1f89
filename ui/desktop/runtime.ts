import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const EXECUTABLES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'nw',
  win32: 'nw.exe',
  darwin: 'nwjs.app/Contents/MacOS/nwjs',
}

/** The NW.js of this machine: the one that `TSPEER_NW` names, else the one in the package `nw`, if it has one. */
export function findNwRuntime(): string | undefined {
  const named = process.env.TSPEER_NW
  if (named) return existsSync(named) ? named : undefined
  const folder = packageFolder()
  const executable = EXECUTABLES[process.platform]
  if (!folder || !executable) return undefined
  return readdirSync(folder)
    .filter(name => /^nwjs(-sdk)?-v/.test(name))
    .map(name => join(folder, name, executable))
    .find(path => existsSync(path))
}

/** Opens the built desktop app; it runs until the person closes its window. */
export function openDesktop(runtime: string, home: string): ChildProcess {
  const app = fileURLToPath(new URL('./app/', import.meta.url))
  return spawn(runtime, [app], { stdio: 'ignore', env: { ...process.env, TSPEER_HOME: home } })
}

/** Where the package `nw` lies; it is a tool of development, so it may be missing. */
function packageFolder(): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('nw')))
  } catch {
    return undefined
  }
}
