import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { PeerError } from '../../core/errors/index.js'
import type { Operations } from '../admin/control/operations.js'
import { SETTINGS, type SettingKey } from '../settings/settings.js'
import { parseSettingKey } from '../settings/settings-file.js'
import { withCommonFlags } from './flags.js'
import { peopleTable, settingsTable, shownPerson, sizeText, whoText } from './shown.js'

/** What a command found or did: objects for programs, lines for people. */
export interface Told {
  readonly objects: readonly object[]
  readonly lines: readonly string[]
}

/** Starts what was chosen, with the registry of the home. */
export type RunAdmin = (command: Command, work: (operations: Operations) => Promise<Told>) => Promise<void>

/** `admin …`: what who runs a registry does, whether it runs at the moment or not. */
export function adminCommand(run: RunAdmin): Command {
  const admin = new Command('admin').description('administer the registry of a home, also while it runs')
  const add = (usage: string, about: string) => {
    const [name = '', ...operands] = usage.split(' ')
    const command = withCommonFlags(new Command(name)).description(about)
    if (operands.length > 0) command.arguments(operands.join(' '))
    admin.addCommand(command)
    return command
  }

  const people = add('people', 'who has registered, who is here, who is banned or allowed')
  people.action(() => run(people, listPeople))

  const ban = add('ban <who>', 'let someone go and keep them out: by name, id, or the beginning of an id')
  ban.option('--reason <text>', 'told to them')
  ban.action((who: string, { reason }: { reason?: string }) => run(ban, ops => banOne(ops, who, reason)))

  const allow = add('allow [who]', 'lift a ban; with allowListOnly, let someone be here')
  allow.option('--known', 'allow all who have registered and are not banned', false)
  allow.action((who: string | undefined, { known }: { known: boolean }) =>
    run(allow, ops => allowSome(ops, who, known)),
  )

  const release = add('release <name>', 'free the name of someone whose key is lost')
  release.action((name: string) => run(release, ops => releaseName(ops, name)))

  const backup = add('backup [folder]', 'copy all of its data into a new folder, which is then a home too')
  backup.action((folder?: string) => run(backup, ops => makeBackup(ops, folder)))

  const stats = add('stats', 'how much it holds')
  stats.action(() => run(stats, showStats))

  const settings = add(
    'settings [key] [value]',
    'show what can be set, or set it; value - is read from stdin',
  )
  settings.action((key?: string, value?: string) => run(settings, ops => changeSettings(ops, key, value)))
  return admin
}

async function listPeople(operations: Operations): Promise<Told> {
  const people = await operations.people()
  return { objects: people.map(shownPerson), lines: peopleTable(people) }
}

async function banOne(operations: Operations, who: string, reason?: string): Promise<Told> {
  const { connectionsEnded, ...subject } = await operations.ban(who, reason)
  const was = connectionsEnded > 0 ? ' and was let go' : ''
  const only = subject.id ? '' : ' Nobody here has that name: only the name is banned.'
  return {
    objects: [{ event: 'banned', ...subject, connectionsEnded }],
    lines: [`${whoText(subject)} is banned${was}.${only}`],
  }
}

async function allowSome(operations: Operations, who: string | undefined, known: boolean): Promise<Told> {
  if (known === (who !== undefined)) throw new PeerError('BAD_INPUT', 'Name one person, or give --known.')
  if (who === undefined) {
    const people = await operations.allowKnown()
    return { objects: [{ event: 'allowed', people }], lines: [`${people} people are allowed.`] }
  }
  const subject = await operations.allow(who)
  return { objects: [{ event: 'allowed', ...subject }], lines: [`${whoText(subject)} is allowed.`] }
}

async function releaseName(operations: Operations, name: string): Promise<Told> {
  const subject = await operations.release(name)
  return { objects: [{ event: 'released', ...subject }], lines: [`${whoText(subject)}: the name is free.`] }
}

async function makeBackup(operations: Operations, folder?: string): Promise<Told> {
  const backup = await operations.backup(folder === undefined ? undefined : resolve(folder))
  return {
    objects: [{ event: 'backup', ...backup }],
    lines: [
      `${backup.files} files, ${sizeText(backup.bytes)}, in ${backup.folder}`,
      'It is a home: start it with --home, or put it in the place of the old one.',
    ],
  }
}

async function showStats(operations: Operations): Promise<Told> {
  const stats = await operations.stats()
  const { people, online, banned, files, bytes, connections } = stats
  return {
    objects: [stats],
    lines: [
      `${people} people, ${online} online, ${banned} bans, ${connections} connections`,
      `${files} files, ${sizeText(bytes)}`,
    ],
  }
}

async function changeSettings(operations: Operations, key?: string, value?: string): Promise<Told> {
  if (key === undefined) {
    const settings = await operations.settings()
    const objects = Object.entries(settings).map(([name, now]) => ({ key: name, value: now }))
    return { objects, lines: settingsTable(settings) }
  }
  const known = parseSettingKey(key)
  if (value === undefined) {
    const now = (await operations.settings())[known]
    return { objects: [{ key: known, value: now }], lines: [String(now)] }
  }
  const { settings, atOnce } = await operations.set(known, await typedValue(known, value))
  return {
    objects: [{ key: known, value: settings[known], atOnce }],
    lines: [`${known} is ${settings[known]}${atOnce ? '' : ' from the next start on'}.`],
  }
}

/** A secret is never taken from the command line, which every user of a computer can read. */
async function typedValue(key: SettingKey, value: string): Promise<string> {
  if (value === '-') return firstLineOfInput()
  if (!SETTINGS[key].secret || value === '') return value
  throw new PeerError('BAD_INPUT', `Give ${key} by standard input: … settings ${key} - < FILE`)
}

async function firstLineOfInput(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  return ''
}
