import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { PeerError } from '../../core/errors/index.js'
import {
  isSettingKey,
  parseSetting,
  SETTING_KEYS,
  SETTINGS,
  type SettingKey,
  type Settings,
} from '../settings/settings.js'

/** What every command takes. */
export interface CommonFlags {
  readonly home: string
  readonly json: boolean
}

/** `--home` and `--json`. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('--home <folder>', 'where it keeps its data', defaultHome())
    .option('--json', 'one JSON object a line', false)
}

/** A flag for each setting but the secret, which comes from a file. */
export function withSettingFlags(command: Command): Command {
  for (const key of SETTING_KEYS) {
    const { about, preset, secret, parse } = SETTINGS[key]
    if (secret) continue
    const shown = `${preset}` === '' ? '' : ` (default: ${preset})`
    const kind = typeof preset === 'boolean' ? '[true|false]' : '<value>'
    command.option(`--${dashed(key)} ${kind}`, `${about}${shown}`, given =>
      flagValue(() => parse(given, key)),
    )
  }
  return command.option(
    '--join-secret-file <file>',
    'a file with the secret that whoever registers must give',
  )
}

/** The settings among the flags that were given. */
export async function settingsOfFlags(
  options: Readonly<Record<string, unknown>> & { readonly joinSecretFile?: string },
): Promise<Partial<Settings>> {
  const given = Object.entries(options).filter(([key]) => isSettingKey(key))
  const { joinSecretFile } = options
  const secret = joinSecretFile === undefined ? {} : { joinSecret: await readSecret(joinSecretFile) }
  return { ...Object.fromEntries(given), ...secret }
}

async function readSecret(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PeerError('UNREADABLE', `The join secret can't be read from ${path}.`, { cause })
  })
  return parseSetting('joinSecret', text.replace(/\r?\n$/, ''))
}

function defaultHome(): string {
  return process.env.TSPEER_REGISTRY_HOME || join(homedir(), '.tsPeer-registry')
}

/** For commander, which tells of a wrong use and then shows none of its own. */
function flagValue<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function dashed(key: SettingKey): string {
  return key.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
