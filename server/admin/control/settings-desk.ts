import type { Logger } from '../../../core/log/index.js'
import {
  parseSetting,
  SETTINGS,
  type SettingKey,
  type Settings,
  withPresets,
} from '../../settings/settings.js'
import { parseSettingKey, readSettings, writeSetting } from '../../settings/settings-file.js'

/** Shown in place of a secret. */
const HIDDEN = '(set)'

/** Shows and changes the settings of a home, in its file and in the registry that runs. */
export class SettingsDesk {
  readonly #home: string
  readonly #log: Logger
  /** Told of all settings when one that holds at once has changed. */
  readonly #apply: (settings: Settings) => void
  #now: Settings
  #setting: Promise<unknown> = Promise.resolve()

  constructor(options: {
    readonly home: string
    readonly now: Settings
    readonly apply: (settings: Settings) => void
    readonly log: Logger
  }) {
    this.#home = options.home
    this.#now = options.now
    this.#apply = options.apply
    this.#log = options.log
  }

  async settings(): Promise<Settings> {
    return shown(this.#now)
  }

  /** A bad value changes nothing. One change after the other: each reads the file and writes it. */
  set(key: SettingKey, value: string): Promise<{ settings: Settings; atOnce: boolean }> {
    const set = this.#setting.then(() => this.#set(key, value))
    this.#setting = set.catch(() => {}) // told to whoever asked for it
    return set
  }

  async #set(key: SettingKey, value: string): Promise<{ settings: Settings; atOnce: boolean }> {
    const known = parseSettingKey(key)
    const parsed = parseSetting(known, value)
    await writeSetting(this.#home, known, parsed)
    const atOnce = !SETTINGS[known].atStart
    this.#now = { ...this.#now, [known]: parsed }
    if (atOnce) this.#apply(this.#now)
    this.#log.warn('a setting has changed', {
      key: known,
      ...(SETTINGS[known].secret ? {} : { value: parsed }),
    })
    return { settings: shown(this.#now), atOnce }
  }
}

/** The settings that the file of a home and its defaults make. */
export async function settingsAt(home: string): Promise<Settings> {
  return withPresets(await readSettings(home))
}

function shown(settings: Settings): Settings {
  return { ...settings, joinSecret: settings.joinSecret === '' ? '' : HIDDEN }
}
