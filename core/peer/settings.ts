import { mkdir } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Settings } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import { parsePersonName } from '../paths/index.js'
import type { Store, Table } from '../store/index.js'
import { parseAddress } from './address.js'

type Key = keyof Settings

const MAX_DOWNLOADS_AT_ONCE = 16

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
  downloadsAtOnce: value => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (
      typeof number === 'number' &&
      Number.isInteger(number) &&
      number >= 1 &&
      number <= MAX_DOWNLOADS_AT_ONCE
    )
      return number
    throw new PeerError('BAD_INPUT', `Downloads at once: a whole number from 1 to ${MAX_DOWNLOADS_AT_ONCE}.`)
  },
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new PeerError('BAD_INPUT', 'This setting takes a text.')
}
