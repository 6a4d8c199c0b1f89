import type { RegistryStats } from '../../registry-stats.js'
import type { SettingKey, Settings } from '../../settings/settings.js'
import type { Subject } from '../access.js'
import type { Banned, ListedPerson } from '../administration.js'
import type { Backup } from '../backup/make-backup.js'

/** What a command can have done, by the registry that runs or in the home of one that doesn't. Plain data throughout. */
export interface Operations {
  people(): Promise<readonly ListedPerson[]>
  ban(who: string, reason?: string): Promise<Banned>
  allow(who: string): Promise<Subject>
  /** All who have registered and are not banned; gives how many. */
  allowKnown(): Promise<number>
  release(name: string): Promise<Subject>
  /** Into a new folder, by its full path. */
  backup(folder?: string): Promise<Backup>
  stats(): Promise<RegistryStats>
  /** All settings; the join secret is only said to be there. */
  settings(): Promise<Settings>
  /** Keeps a setting, and gives all of them and whether it holds at once. */
  set(key: SettingKey, value: string): Promise<{ readonly settings: Settings; readonly atOnce: boolean }>
}

export type OperationName = keyof Operations

/** Every operation by its name: what is asked for from outside is one of these. */
const NAMES: { readonly [N in OperationName]: true } = {
  people: true,
  ban: true,
  allow: true,
  allowKnown: true,
  release: true,
  backup: true,
  stats: true,
  settings: true,
  set: true,
}

export function isOperation(name: unknown): name is OperationName {
  return typeof name === 'string' && Object.hasOwn(NAMES, name)
}
