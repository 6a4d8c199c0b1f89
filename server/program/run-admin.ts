import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hasCode, toPlainError } from '../../core/errors/index.js'
import { openLog } from '../../core/log/index.js'
import { mustBeHome, openOffline } from '../admin/control/open-offline.js'
import type { Operations } from '../admin/control/operations.js'
import { type Reached, reachRegistry } from '../admin/control/reach-registry.js'
import type { Told } from './admin-commands.js'
import type { CommonFlags } from './flags.js'

/** A registry may be starting or stopping, or another command be at work, on that home just now. */
const TRIES = 20
const WAIT_MS = 250

/** Does the work with the registry that runs on the home, else with its data; gives the exit code. */
export async function runAdmin(
  { home, json }: CommonFlags,
  work: (operations: Operations) => Promise<Told>,
): Promise<number> {
  try {
    const reached = await reach(home)
    try {
      const { objects, lines } = await work(reached.operations)
      for (const object of objects) if (json) console.log(JSON.stringify(object))
      for (const line of lines) if (!json) console.log(line)
      return 0
    } finally {
      await reached.close()
    }
  } catch (error) {
    const { code, message } = toPlainError(error)
    if (json) console.log(JSON.stringify({ event: 'error', code, message }))
    console.error(`${code}: ${message}`)
    return 1
  }
}

async function reach(home: string): Promise<Reached> {
  for (let tries = 0; ; tries++) {
    const running = await reachRegistry(home)
    if (running) return running
    await mustBeHome(home)
    try {
      return await openLogged(home)
    } catch (error) {
      if (!hasCode(error, 'HOME_IN_USE') || tries >= TRIES) throw error
      await delay(WAIT_MS)
    }
  }
}

/** What is done without the registry is in its log too. */
async function openLogged(home: string): Promise<Reached> {
  const { log, close: closeLog } = await openLog({ folder: join(home, 'logs'), name: 'registry' })
  try {
    const { operations, close } = await openOffline(home, log.part('admin'))
    return { operations, close: () => close().finally(closeLog) }
  } catch (error) {
    await closeLog()
    throw error
  }
}
