import type { RegistryTuning } from '../tuning.js'
import type { Settings } from './settings.js'

const DAY_MS = 86_400_000

/** What the settings mean for a registry. */
export function tuningOf(settings: Settings): Partial<RegistryTuning> {
  return {
    ...liveTuning(settings),
    gateways: settings.gateways,
    limits: {
      connectionsOfRegistry: settings.connections,
      connectionsAPeer: settings.connectionsAPerson,
      connectionsBeforeHello: settings.connectionsUnknown,
    },
  }
}

/** Those that hold at once. */
export function liveTuning(settings: Settings): Partial<RegistryTuning> {
  const { allowListOnly, filesAPerson, searchesASecond, namesAnHour, nameFreeAfterDays } = settings
  return {
    allowListOnly,
    filesAPerson,
    namesAnHour,
    joinSecret: settings.joinSecret || undefined,
    welcome: settings.welcome || undefined,
    searches: { aSecond: searchesASecond, burst: 2 * searchesASecond },
    nameFreeAfterMs: nameFreeAfterDays * DAY_MS,
  }
}
