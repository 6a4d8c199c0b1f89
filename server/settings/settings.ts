import { isIP } from 'node:net'
import { LIMITS } from '../../core/wire/index.js'
import { DEFAULT_TUNING } from '../tuning.js'
import { bad, type Parse, port, text, wholeNumber, yesOrNo } from './parse.js'

/** What who runs a registry can set: in its settings file, by a flag of the same name, or while it runs. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly adminPort: number | 'none'
  readonly name: string
  readonly discovery: boolean
  readonly joinSecret: string
  readonly allowListOnly: boolean
  readonly welcome: string
  readonly filesAPerson: number
  readonly searchesASecond: number
  readonly namesAnHour: number
  readonly nameFreeAfterDays: number
  readonly connections: number
  readonly connectionsAPerson: number
  readonly connectionsUnknown: number
  readonly gateways: readonly string[]
}

export type SettingKey = keyof Settings

/** One thing that can be set. */
export interface Setting<T> {
  readonly about: string
  readonly preset: T
  /** Takes what a file holds, or a text; BAD_INPUT says what it should be. */
  readonly parse: Parse<T>
  /** It holds from the next start on, not at once. */
  readonly atStart?: true
  /** Not to be shown, and no flag: every user of a computer sees those. */
  readonly secret?: true
}

const DAY_MS = 86_400_000
const MOST = 1_000_000_000

/** Everything that can be set, with a default that fits a campus. */
export const SETTINGS: { readonly [K in SettingKey]: Setting<Settings[K]> } = {
  host: { about: 'the address to listen on', preset: '0.0.0.0', parse: host, atStart: true },
  port: { about: 'the port; 0 takes a free one', preset: 7470, parse: port, atStart: true },
  adminPort: {
    about:
      'the port of the page, /metrics and /health, for this computer only; 0 takes a free one, none has none',
    preset: 7469,
    parse: (value, key) => (value === 'none' ? 'none' : port(value, key)),
    atStart: true,
  },
  name: {
    about: 'what people see; empty: the name of this computer',
    preset: '',
    parse: text(64),
    atStart: true,
  },
  discovery: {
    about: 'peers on the network find it by themselves',
    preset: true,
    parse: yesOrNo,
    atStart: true,
  },
  joinSecret: {
    about: 'whoever registers must give it; empty: nobody',
    preset: '',
    parse: secret,
    secret: true,
  },
  allowListOnly: { about: 'only those who are allowed may be here', preset: false, parse: yesOrNo },
  welcome: { about: 'shown to who joins', preset: '', parse: text(2_000) },
  filesAPerson: {
    about: 'files and folders that are listed of one person',
    preset: DEFAULT_TUNING.filesAPerson,
    parse: wholeNumber(0, MOST),
  },
  searchesASecond: {
    about: 'searches a second of one person; twice as many at once',
    preset: DEFAULT_TUNING.searches.aSecond,
    parse: wholeNumber(1, 10_000),
  },
  namesAnHour: {
    about: 'new names an hour from one address',
    preset: DEFAULT_TUNING.namesAnHour,
    parse: wholeNumber(0, MOST),
  },
  nameFreeAfterDays: {
    about: 'a name is free when its holder was not seen for so many days',
    preset: DEFAULT_TUNING.nameFreeAfterMs / DAY_MS,
    parse: wholeNumber(1, 36_500),
  },
  connections: {
    about: 'connections in all',
    preset: LIMITS.connectionsOfRegistry,
    parse: wholeNumber(1, 1_000_000),
    atStart: true,
  },
  connectionsAPerson: {
    about: 'connections of one person',
    preset: LIMITS.connectionsAPeer,
    parse: wholeNumber(1, 1_000),
    atStart: true,
  },
  connectionsUnknown: {
    about: 'connections from one address that have not said who they are',
    preset: LIMITS.connectionsBeforeHello,
    parse: wholeNumber(1, 1_000_000),
    atStart: true,
  },
  gateways: {
    about: "addresses that stand for others behind them, as a container's gateway; parted by commas",
    preset: [],
    parse: addresses,
    atStart: true,
  },
}

export const SETTING_KEYS = Object.keys(SETTINGS).filter(isSettingKey)

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key)
}

/** All settings: those given, and the default of each other one. */
export function withPresets(given: Partial<Settings>): Settings {
  const presets = Object.fromEntries(SETTING_KEYS.map(key => [key, SETTINGS[key].preset]))
  return { ...(presets as unknown as Settings), ...given }
}

/** Checks the value of one setting; BAD_INPUT names it. */
export function parseSetting<K extends SettingKey>(key: K, value: unknown): Settings[K] {
  return SETTINGS[key].parse(value, key)
}

const HOST_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i

function host(value: unknown, key: string): string {
  if (typeof value === 'string' && (isIP(value) > 0 || HOST_NAME.test(value))) return value
  throw bad(key, 'an address of this computer, such as 0.0.0.0 for all')
}

const LEAST_SECRET = 8
const MOST_SECRET = 128

function secret(value: unknown, key: string): string {
  if (value === '') return ''
  if (typeof value === 'string' && value.length >= LEAST_SECRET && value.length <= MOST_SECRET) return value
  throw bad(key, `a text of ${LEAST_SECRET} to ${MOST_SECRET} characters, or an empty one for none`)
}

function addresses(value: unknown, key: string): readonly string[] {
  const given =
    typeof value === 'string'
      ? value
          .split(',')
          .map(part => part.trim())
          .filter(Boolean)
      : value
  if (Array.isArray(given) && given.every(one => typeof one === 'string' && isIP(one) > 0)) return given
  throw bad(key, 'IP addresses')
}
