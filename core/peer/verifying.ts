import type { ContactWords, Person } from '../api/index.js'
import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import { follow } from './contacts.js'
import type { Parts } from './parts.js'
import { codeOf, parseCode, wordsOf } from './words.js'

/** What to compare with someone. */
export function contactWords({ identity, people }: Parts, id: PeerId): ContactWords {
  people.known(id)
  return { words: wordsOf(identity.id, id), code: codeOf(identity.id, id) }
}

/** Notes that the words were compared, or takes it back. */
export async function setVerified(parts: Parts, id: PeerId, verified: unknown): Promise<Person> {
  const { people, contacts } = parts
  people.known(id)
  if (typeof verified !== 'boolean')
    throw new PeerError('BAD_INPUT', 'Someone is verified or not: true or false.')
  const before = contacts.of(id)
  if (verified && before.changedFrom)
    throw new PeerError(
      'KEY_CHANGED',
      `First say whether this key of ${people.name(id)} is to be accepted, then compare the words.`,
    )
  await contacts.put([[id, { ...before, verified: verified || undefined }]])
  follow(parts, id, before)
  return people.known(id)
}

/** Compares the code that someone shows with the keys known here. */
export async function verifyCode(parts: Parts, text: string): Promise<Person> {
  const { from, to } = parseCode(text)
  const { identity, people } = parts
  if (from === identity.id)
    throw new PeerError('BAD_INPUT', 'That is the code you show yourself. Take the one they show.')
  if (to !== identity.id)
    throw new PeerError(
      'WRONG_PEER',
      'That code is for another key than yours. If it was meant for you, someone may be standing between the two of you: verify nobody by it.',
    )
  if (!people.isKnown(from)) await people.record(from)
  if (!people.isKnown(from))
    throw new PeerError(
      'WRONG_PEER',
      'Nobody with the key in that code is known here. If you know who shows it by another key, someone may be standing between the two of you.',
    )
  return setVerified(parts, from, true)
}
