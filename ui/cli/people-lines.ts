import { type PeerId, type Person, visibleName } from '../../core/index.js'
import { formatTime, isoTime } from './output/index.js'

const SHORT_CHARACTERS = 8

/** A person as programs read it. */
export function personObject(person: Omit<Person, 'unread'>): object {
  const { id, name, online, lastSeen, verified, files, bytes, hashed, status, statusText } = person
  const { blocked, muted, favourite, nickname, note, changedFrom, replacedBy } = person
  const seen = isoTime(lastSeen)
  return {
    ...{ id, name, online, lastSeen: seen, verified, files, bytes, hashed, status, statusText },
    ...{ blocked, muted, favourite, nickname, note, changedFrom, replacedBy },
  }
}

/** How far someone is trusted, in words. */
export function trustText(person: Person): string {
  const { verified, blocked, muted, favourite, changedFrom, replacedBy } = person
  return [
    ...(changedFrom ? ['KEY CHANGED'] : []),
    ...(replacedBy ? ['older key'] : []),
    ...(blocked ? ['blocked'] : []),
    ...(verified ? ['verified'] : []),
    ...(favourite ? ['favourite'] : []),
    ...(muted ? ['muted'] : []),
  ].join(', ')
}

/** Whether a person is here, in words. */
export function presenceText({ online, lastSeen, status, statusText }: Person): string {
  if (!online) return `seen ${formatTime(lastSeen)}`
  return [status ?? 'online', ...(statusText ? [visibleName(statusText)] : [])].join(': ')
}

/** A person's name for people, with the beginning of the id where another has the same name. */
export function personLabel(
  person: { readonly id: PeerId; readonly name: string },
  all: readonly { readonly name: string }[] = [],
): string {
  const same = all.filter(({ name }) => name === person.name).length
  return same > 1
    ? `${visibleName(person.name)}#${person.id.slice(0, SHORT_CHARACTERS)}`
    : visibleName(person.name)
}
