import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../core/errors/index.js'
import { readWhole, writeWhole } from '../admin/whole-file.js'
import { isSettingKey, parseSetting, SETTING_KEYS, type SettingKey, type Settings } from './settings.js'

const FILE = 'settings.json'

/** What the settings file of a registry's home holds, all of it checked. A file that is not there sets nothing. */
export async function readSettings(home: string): Promise<Partial<Settings>> {
  const path = join(home, FILE)
  const text = await readWhole(path)
  if (text === undefined) return {}
  const given = parseObject(text, path)
  const settings = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, checked(key, value, path)]),
  )
  // Written by hand, it may be for all to read, and it may hold the join secret.
  if (process.platform !== 'win32') await chmod(path, 0o600)
  return settings
}

/** Sets one of them in the file; gives all that are set there. */
export async function writeSetting<K extends SettingKey>(
  home: string,
  key: K,
  value: Settings[K],
): Promise<Partial<Settings>> {
  const settings = { ...(await readSettings(home)), [key]: value }
  await writeWhole(join(home, FILE), `${JSON.stringify(settings, undefined, 2)}\n`)
  return settings
}

/** A key that a person gave. */
export function parseSettingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key
  throw new PeerError(
    'BAD_INPUT',
    `There is no setting "${key.slice(0, 64)}". There are: ${SETTING_KEYS.join(', ')}.`,
  )
}

function checked(key: string, value: unknown, path: string): unknown {
  try {
    return parseSetting(parseSettingKey(key), value)
  } catch (cause) {
    throw wrong(path, (cause as Error).message, cause)
  }
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    throw wrong(path, 'It is not JSON.', cause)
  }
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given }
  throw wrong(path, 'It is not a JSON object.')
}

function wrong(path: string, why: string, cause?: unknown): PeerError {
  return new PeerError('BAD_INPUT', `${why} Change ${path}, or remove it to use the defaults.`, { cause })
}
