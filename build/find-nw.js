// Finds the NW.js runtime: TSPEER_NW names it, else it is where the `nw` package would have put it.
import { existsSync } from 'node:fs'

/** The path of the runtime, or undefined where there is none. */
export async function findNw(env = process.env) {
  const path = env.TSPEER_NW || (await installedNw())
  return path && existsSync(path) ? path : undefined
}

async function installedNw() {
  try {
    const { findpath } = await import('nw')
    return await findpath('nwjs', { flavor: 'normal' })
  } catch {
    // Not installed, or made for another system: then there is no runtime.
    return undefined
  }
}
