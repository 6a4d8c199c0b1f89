import type { Peer, Person, PersonLimits } from '../../api/index.js'
import { type PeerId, parsePeerId } from '../../identity/index.js'
import type { Parts } from '../parts.js'
import { textOf } from './given.js'

export function peopleOf(parts: Parts): Peer['people'] {
  return {
    list: () => parts.people.list(),
    find: who => parts.people.find(textOf(who, 'Name someone.')),
    setLimits: (id, limits) => setLimits(parts, parsePeerId(textOf(id, 'Say for whom.')), limits),
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
