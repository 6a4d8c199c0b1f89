import { shortId } from '../../core/identity/index.js'
import { visibleName, visibleText } from '../../core/paths/index.js'
import type { Subject } from '../admin/access.js'
import type { ListedPerson } from '../admin/administration.js'
import { SETTINGS, type Settings } from '../settings/settings.js'

/** A person for programs: times as in all output. */
export function shownPerson({ lastSeen, ...person }: ListedPerson): object {
  return { ...person, ...(lastSeen === undefined ? {} : { lastSeen: new Date(lastSeen).toISOString() }) }
}

/** Whom a rule is about, for people. */
export function whoText({ id, name }: Subject): string {
  if (!id) return visibleName(name ?? '')
  return name === undefined ? id : `${visibleName(name)} (${shortId(id)})`
}

export function peopleTable(people: readonly ListedPerson[]): readonly string[] {
  if (people.length === 0) return ['Nobody has registered yet.']
  const rows = people.map(person => [
    visibleName(person.name ?? ''),
    person.id ?? '',
    person.online ? (person.address ?? 'online') : sinceText(person.lastSeen),
    String(person.files),
    sizeText(person.bytes),
    [person.banned ? 'banned' : '', person.allowed ? 'allowed' : '', visibleText(person.reason ?? '')]
      .filter(Boolean)
      .join(' '),
  ])
  return table([['NAME', 'ID', 'ONLINE FROM, OR LAST SEEN', 'FILES', 'SIZE', ''], ...rows])
}

export function settingsTable(settings: Settings): readonly string[] {
  const rows = Object.entries(settings).map(([key, value]) => {
    const { about } = SETTINGS[key as keyof Settings]
    return [key, visibleName(String(value)), about]
  })
  return table([['SETTING', 'VALUE', ''], ...rows])
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}

function sinceText(lastSeen: number | undefined): string {
  return lastSeen === undefined ? 'never' : new Date(lastSeen).toISOString().slice(0, 16).replace('T', ' ')
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
