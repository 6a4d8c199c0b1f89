import { type Peer, PeerError, type PeerEvent, type Person } from '../../../core/browser.js'

/** What the people of a fake peer need of it. */
export interface FakePeopleOptions {
  readonly people: Person[]
  called(method: string): void
  emit(event: PeerEvent): void
}

/** The words of everyone. */
const WORDS = 'goose figure hand end mix awkward update cannon ahead comfort primary client'.split(' ')

/** The people of a fake peer: what is said of them is kept. */
export function fakePeople({ people, called, emit }: FakePeopleOptions): Peer['people'] {
  const change = async (id: string, make: (person: Person) => Person): Promise<Person> => {
    const at = people.findIndex(one => one.id === id)
    const person = people[at]
    if (!person) throw new PeerError('NOT_FOUND', 'Nobody with that id is known.')
    const changed = make(person)
    people[at] = changed
    emit({ kind: 'person', person: changed })
    return changed
  }
  return {
    list: async () => [...people],
    async find(who) {
      const person = people.find(one => one.name === who || one.id === who)
      if (!person) throw new PeerError('NOT_FOUND', `Nobody here is called ${who}.`)
      return person
    },
    setLimits: (id, limits) =>
      change(id, person => ({ ...person, limits: { up: 0, down: 0, ...person.limits, ...limits } })),
    setContact(id, said) {
      called('people.setContact')
      return change(id, person => withoutNothing({ ...person, ...said }))
    },
    words: async id => ({ words: WORDS, code: `TSPEER://VERIFY/${id}/${id}`.toUpperCase() }),
    setVerified(id, verified) {
      called('people.setVerified')
      return change(id, person => ({ ...person, verified }))
    },
    async verifyCode(code) {
      const from = code.trim().toLowerCase().split('/')[3]
      const person = people.find(one => one.id === from)
      if (!person) throw new PeerError('WRONG_PEER', 'That code is for another key than yours.')
      return change(person.id, verified => ({ ...verified, verified: true }))
    },
    acceptKey(id) {
      called('people.acceptKey')
      return change(id, ({ changedFrom: _, ...person }) => person)
    },
  }
}

/** What is false or empty is not there. */
function withoutNothing(person: object): Person {
  return Object.fromEntries(
    Object.entries(person).filter(([key, value]) => !OPTIONAL.has(key) || (value !== false && value !== '')),
  ) as unknown as Person
}

const OPTIONAL: ReadonlySet<string> = new Set(['blocked', 'muted', 'favourite', 'nickname', 'note'])
