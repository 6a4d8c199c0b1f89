import { type PeerId, type Person, visibleName } from '../../core/index.js'
import { isoTime } from './output/index.js'

const SHORT_CHARACTERS = 8

/** A person as programs read it. */
export function personObject(person: Omit<Person, 'unread'>): object {
  const { id, name, online, lastSeen, verified, files, bytes, hashed } = person
  return { id, name, online, lastSeen: isoTime(lastSeen), verified, files, bytes, hashed }
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
