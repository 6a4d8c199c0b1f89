import { resolve } from 'node:path'
import type { Command } from 'commander'
import { PeerError, type Settings, visibleName, writeRate } from '../../../core/index.js'
import type { Context } from '../context.js'
import { define, type Run } from '../define.js'
import { usePeer } from '../use-peer.js'

type Key = keyof Settings

const COLUMNS = [{ title: 'SETTING' }, { title: 'VALUE', flexible: true }]

/** `settings [KEY [VALUE]]`: shows or changes what can be set. */
export function settingsCommand(run: Run): Command {
  return define(run, {
    usage: 'settings [key] [value]',
    about: 'show all settings or one, or change one',
    work: (context, [key, value]) =>
      usePeer(context, 'home', async ({ peer }) => {
        const all = await peer.settings.all()
        if (key === undefined) return show(context, all, keysOf(all))
        if (!isKey(all, key)) throw unknownSetting(key, keysOf(all))
        const now =
          value === undefined ? all : await peer.settings.set(key, typedValue(context, all, key, value))
        show(context, now, [key])
      }),
  })
}

function show({ output }: Context, settings: Settings, keys: readonly Key[]): void {
  for (const key of keys) output.object({ key, value: settings[key] })
  output.table(
    COLUMNS,
    keys.map(key => [key, visibleName(shown(settings, key))]),
    'There are no settings.',
  )
}

/** As it can be typed again. */
function shown(settings: Settings, key: Key): string {
  const isRate = key === 'uploadLimit' || key === 'downloadLimit' || key === 'hashLimit'
  return isRate ? writeRate(settings[key]) : String(settings[key])
}

/** A typed value as the setting takes it; a folder is meant from where the person is. */
function typedValue({ cwd }: Context, all: Settings, key: Key, text: string): Settings[Key] {
  if (key === 'downloads') return resolve(cwd, text)
  if (typeof all[key] === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  // What is no number is left for the peer to refuse, in the words it has for this setting.
  return typeof all[key] === 'number' && text.trim() !== '' && Number.isFinite(Number(text))
    ? Number(text)
    : text
}

function keysOf(settings: Settings): Key[] {
  return Object.keys(settings).filter(key => isKey(settings, key))
}

function isKey(settings: Settings, key: string): key is Key {
  return Object.hasOwn(settings, key)
}

function unknownSetting(key: string, keys: readonly Key[]): PeerError {
  return new PeerError('NOT_FOUND', `There is no setting "${key}". There are: ${keys.join(', ')}.`)
}
