import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PeerError } from '../../core/browser.js'

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

/** Opens the built desktop app; settles when the person has closed its window, or the signal did. */
export async function openDesktop(runtime: string, home: string, signal: AbortSignal): Promise<void> {
  const app = fileURLToPath(new URL('./app/', import.meta.url))
  const child = spawn(runtime, [app], { stdio: 'ignore', env: { ...process.env, TSPEER_HOME: home } })
  const stop = () => child.kill()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await once(child, 'exit')
  } catch (cause) {
    throw new PeerError('INTERNAL', `NW.js could not be started: ${runtime}.`, { cause })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Where the package `nw` lies; it is a tool of development, so it may be missing. */
function packageFolder(): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('nw')))
  } catch {
    return undefined
  }
}
