import type { RegistryStats } from '../../registry-stats.js'
import type { Administration } from '../administration.js'
import type { Backup } from '../backup/make-backup.js'
import type { Operations } from './operations.js'
import type { SettingsDesk } from './settings-desk.js'

/** The operations that these parts do. */
export function operationsOf({
  admin,
  desk,
  backup,
  stats,
}: {
  readonly admin: Administration
  readonly desk: SettingsDesk
  readonly backup: (folder?: string) => Promise<Backup>
  readonly stats: () => RegistryStats
}): Operations {
  return {
    people: async () => admin.list(),
    ban: (who, reason) => admin.ban(who, reason),
    allow: who => admin.allow(who),
    allowKnown: () => admin.allowKnown(),
    release: name => admin.release(name),
    backup,
    stats: async () => stats(),
    settings: () => desk.settings(),
    set: (key, value) => desk.set(key, value),
  }
}
