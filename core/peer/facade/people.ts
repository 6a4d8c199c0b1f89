import type { Peer, Person, PersonLimits } from '../../api/index.js'
import { type PeerId, parsePeerId } from '../../identity/index.js'
import { acceptKey, setContact } from '../contacts.js'
import type { Parts } from '../parts.js'
import { contactWords, setVerified, verifyCode } from '../verifying.js'
import { textOf } from './given.js'

export function peopleOf(parts: Parts): Peer['people'] {
  return {
    list: () => parts.people.list(),
    find: who => parts.people.find(textOf(who, 'Name someone.')),
    setLimits: (id, limits) => setLimits(parts, parsePeerId(textOf(id, 'Say for whom.')), limits),
    setContact: (id, change) => setContact(parts, parsePeerId(textOf(id, 'Say whom.')), change),
    words: async id => contactWords(parts, parsePeerId(textOf(id, 'Say with whom.'))),
    setVerified: (id, verified) => setVerified(parts, parsePeerId(textOf(id, 'Say whom.')), verified),
    verifyCode: code => verifyCode(parts, textOf(code, 'Give the code they show.')),
    acceptKey: id => acceptKey(parts, parsePeerId(textOf(id, 'Say whose.'))),
  }
}

async function setLimits(
  { people, limits }: Parts,
  id: PeerId,
  change: Partial<PersonLimits>,
): Promise<Person> {
  people.known(id)
  await limits.set(id, change)
  people.announce(id)
  return people.known(id)
}
