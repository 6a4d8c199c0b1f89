import { join } from 'node:path'
import { scopeFor } from '../../core/discovery/index.js'
import { hasCode, toPlainError } from '../../core/errors/index.js'
import { type Logger, openLog } from '../../core/log/index.js'
import { operationsOf } from '../admin/control/operations-of.js'
import { serveControl } from '../admin/control/serve-control.js'
import { SettingsDesk } from '../admin/control/settings-desk.js'
import { makeHome } from '../make-home.js'
import { type Page, servePage } from '../page/serve-page.js'
import { type Registry, startRegistry } from '../registry.js'
import { SETTINGS, type Settings, withPresets } from '../settings/settings.js'
import { readSettings } from '../settings/settings-file.js'
import { liveTuning, tuningOf } from '../settings/tuning-of.js'
import type { CommonFlags } from './flags.js'

/** Runs a registry until SIGINT or SIGTERM; gives the exit code. */
export async function runRegistry(flags: CommonFlags, given: Partial<Settings>): Promise<number> {
  const stopped = stopSignal()
  await makeHome(flags.home)
  const { log, close: closeLog } = await openLog({ folder: join(flags.home, 'logs'), name: 'registry' })
  const ends: (() => Promise<void>)[] = [closeLog]
  try {
    const settings = withPresets({ ...(await readSettings(flags.home)), ...given })
    const { registry, page } = await startAll({ home: flags.home, settings, log, ends })
    tellReady(registry, page, flags)
    const signal = await stopped
    if (!flags.json) console.log(`${signal}: stopping …`)
    return 0
  } catch (error) {
    const { code, message } = toPlainError(error)
    log.error('the registry failed', { code, message })
    if (flags.json) console.log(JSON.stringify({ event: 'error', code, message }))
    console.error(`${code}: ${message}`)
    return 1
  } finally {
    for (const end of ends.reverse()) await end().catch(error => console.error(String(error)))
  }
}

interface StartAll {
  readonly home: string
  readonly settings: Settings
  readonly log: Logger
  /** What ends each of what was started. */
  readonly ends: (() => Promise<void>)[]
}

async function startAll({
  home,
  settings,
  log,
  ends,
}: StartAll): Promise<{ registry: Registry; page?: Page }> {
  const { host, port, name, discovery } = settings
  const tuning = tuningOf(settings)
  const announce = discovery ? scopeFor(host) : undefined
  const registry = await startRegistry({
    ...{ host, port, home, log, tuning },
    ...(name && { name }),
    ...(announce && { announce }),
  })
  ends.push(() => registry.close())
  const adminLog = log.part('admin')
  const desk = new SettingsDesk({
    home,
    now: settings,
    apply: changed => registry.tune(liveTuning(changed)),
    log: adminLog,
  })
  const operations = operationsOf({
    admin: registry.admin,
    desk,
    backup: folder => registry.backup(folder),
    stats: () => registry.stats(),
  })
  const control = await serveControl({ home, operations, log: adminLog })
  ends.push(() => control.close())
  if (settings.adminPort === 'none') return { registry }
  const page = await startPage(settings.adminPort, registry, adminLog)
  ends.push(() => page.close())
  return { registry, page }
}

/** Where nobody asked for the port and another program has it, it is no reason not to start. */
async function startPage(port: number, registry: Registry, log: Logger): Promise<Page> {
  const { name, metrics } = registry
  const options = { name, metrics, stats: () => registry.stats(), log }
  try {
    return await servePage({ ...options, port })
  } catch (error) {
    if (!hasCode(error, 'PORT_BUSY') || port !== SETTINGS.adminPort.preset) throw error
    return servePage({ ...options, port: 0 })
  }
}

function tellReady({ id, addresses }: Registry, page: Page | undefined, { json, home }: CommonFlags): void {
  if (json) {
    console.log(JSON.stringify({ event: 'ready', id, addresses, ...(page ? { admin: page.url } : {}) }))
    return
  }
  console.log(`tsPeer registry ${id}`)
  console.log(`  data in ${home}`)
  for (const address of addresses) console.log(`  tspeer up --registry ${address}`)
  if (page) console.log(`  its figures: ${page.url} (from this computer only)`)
  console.log('Stop it with Ctrl+C.')
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    // A second signal finds no listener and ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}
