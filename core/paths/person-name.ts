import { PeerError } from '../errors/index.js'

const MAX_CHARACTERS = 32
const RESERVED = new Set(['root'])
// `:` and `/` part a name from a path, `#` from an id, `@` a mention; the rest can't be seen or deceive.
const FORBIDDEN = /[:/\\#@\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Why a person's name is refused, or undefined when it is well formed. */
export function personNameFault(name: string): string | undefined {
  const characters = [...name].length
  if (characters < 1 || characters > MAX_CHARACTERS) return `needs 1 to ${MAX_CHARACTERS} characters`
  if (name !== name.trim()) return "can't begin or end with a space"
  if (FORBIDDEN.test(name)) return "can't hold : / \\ # @ or invisible characters"
  if (RESERVED.has(nameKey(name))) return 'is reserved'
  return undefined
}

/** Reads a person's name; BAD_NAME if it is refused. */
export function parsePersonName(text: string): string {
  const name = text.normalize('NFC')
  const fault = personNameFault(name)
  if (fault) throw new PeerError('BAD_NAME', `The name "${text.slice(0, 64)}" ${fault}. Choose another.`)
  return name
}

/** Names with one key count as the same name: NFC and case folded. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}
