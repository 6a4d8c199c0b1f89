import { mkdir } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { ConflictRule, Settings } from '../api/index.js'
import { parseRanges } from '../discovery/index.js'
import { PeerError } from '../errors/index.js'
import { parsePersonName } from '../paths/index.js'
import { parseExclusions } from '../share/index.js'
import type { Store, Table } from '../store/index.js'
import { parseSchedule, writeSchedule } from '../transfer/index.js'
import { parseAddress } from './address.js'
import { rateOf } from './rate-of.js'

type Key = keyof Settings

const MAX_DOWNLOADS_AT_ONCE = 16
const MAX_UPLOAD_SLOTS = 1_000
const STATUS_CHARACTERS = 140

/** What a person can set, kept in the store; what was never set has its default. */
export class SettingsBook {
  readonly #store: Store
  readonly #table: Table<Settings[Key]>
  readonly #defaults: Settings

  constructor(store: Store, defaults: Settings) {
    this.#store = store
    this.#table = store.table('settings')
    this.#defaults = defaults
  }

  all(): Settings {
    const kept: Record<string, unknown> = {}
    for (const { key, value } of this.#table.range()) kept[String(key)] = value
    return { ...this.#defaults, ...kept }
  }

  /** Checks and keeps a value; a bad one changes nothing. */
  async set(key: string, value: unknown): Promise<Settings> {
    if (!isKey(key)) throw new PeerError('BAD_INPUT', `There is no setting "${key.slice(0, 64)}".`)
    const checked = await CHECKS[key](value)
    await this.#store.write(() => this.#table.put(key, checked))
    return this.all()
  }
}

function isKey(key: string): key is Key {
  return Object.hasOwn(CHECKS, key)
}

/** What each setting accepts. */
const CHECKS: { readonly [K in Key]: (value: unknown) => Settings[K] | Promise<Settings[K]> } = {
  name: value => parsePersonName(text(value)),
  status: value => {
    if (value === 'available' || value === 'away' || value === 'busy') return value
    throw new PeerError('BAD_INPUT', 'A status is available, away or busy.')
  },
  statusText: value => {
    const said = text(value).trim()
    if (said.length <= STATUS_CHARACTERS && said.isWellFormed()) return said
    throw new PeerError('BAD_INPUT', `A status text has at most ${STATUS_CHARACTERS} characters.`)
  },
  registry: value => {
    const address = text(value).trim()
    return address === '' ? '' : parseAddress(address).text
  },
  downloads: async value => {
    const folder = text(value)
    if (!isAbsolute(folder)) throw new PeerError('BAD_PATH', 'Give the download folder with its full path.')
    await mkdir(folder, { recursive: true }).catch(cause => {
      throw new PeerError('BAD_PATH', `The folder ${folder} can't be made. Choose another.`, { cause })
    })
    return folder
  },
  downloadsAtOnce: value => count('Downloads at once', value, [1, MAX_DOWNLOADS_AT_ONCE]),
  uploadLimit: rateOf,
  downloadLimit: rateOf,
  uploadSlots: value => count('People served at once', value, [0, MAX_UPLOAD_SLOTS]),
  schedule: value => writeSchedule(parseSchedule(text(value))),
  onConflict: conflictRule,
  keepExecutable: yesOrNo,
  discovery: yesOrNo,
  probe: value =>
    parseRanges(text(value))
      .map(range => range.text)
      .join('; '),
  exclude: value => parseExclusions(text(value)).join('; '),
  hashLimit: rateOf,
  hashPaused: yesOrNo,
  readReceipts: yesOrNo,
}

/** What a person says is to happen where a file's place is taken. */
export function conflictRule(value: unknown): ConflictRule {
  if (value === 'keep-both' || value === 'overwrite' || value === 'skip') return value
  throw new PeerError('BAD_INPUT', 'Where a name is taken: keep-both, overwrite or skip.')
}

function count(what: string, value: unknown, [least, most]: readonly [number, number]): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most)
    return number
  throw new PeerError('BAD_INPUT', `${what}: a whole number from ${least} to ${most}.`)
}

const YES: ReadonlySet<unknown> = new Set([true, 'true', 'yes', 'on'])
const NO: ReadonlySet<unknown> = new Set([false, 'false', 'no', 'off'])

function yesOrNo(value: unknown): boolean {
  const given = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (YES.has(given)) return true
  if (NO.has(given)) return false
  throw new PeerError('BAD_INPUT', 'This setting is either true or false.')
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new PeerError('BAD_INPUT', 'This setting takes a text.')
}
