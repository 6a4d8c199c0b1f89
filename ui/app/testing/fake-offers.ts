import {
  type Offer,
  type Peer,
  PeerError,
  type PeerEvent,
  type Person,
  type PersonRule,
  type Transfer,
} from '../../../core/browser.js'
import { SAMPLE_NOW } from './samples.js'

/** What the offers of a fake peer need of it. */
export interface FakeOffersOptions {
  readonly people: readonly Person[]
  /** Offers that wait, all of the first person. */
  readonly waiting: number
  readonly name: (text: string) => string
  called(method: string): void
  emit(event: PeerEvent): void
  /** Puts a send on the list. */
  sent(to: Person, name: string): Transfer
  /** Starts a download. */
  start(what: string, total: number, owner: Person | undefined): Transfer
}

/** The offers of a fake peer: a folder of three files each. */
export function fakeOffers(options: FakeOffersOptions): Peer['offers'] & { offer(from: Person): Offer } {
  const { people, name, called, emit, sent, start } = options
  const offers = new Map<string, Offer>()
  const rules = new Map<string, PersonRule>()
  const offer = (from: Person): Offer => {
    const n = offers.size
    const top = name(n === 0 ? 'Holiday' : `Holiday ${n + 1}`)
    const file = (file: string, size: number) => ({
      ...({ type: 'file', path: `${top}/${name(file)}`, size, mtime: SAMPLE_NOW } as const),
    })
    const made: Offer = {
      id: `0ffe4${n.toString(16)}`.padEnd(32, '0'),
      from: from.id,
      fromName: from.name,
      name: top,
      state: 'waiting',
      files: 3,
      bytes: 12_400_000,
      count: 4,
      entries: [
        { type: 'folder', path: top, size: 0, mtime: SAMPLE_NOW },
        file('beach.jpg', 4_100_000),
        file('dinner.jpg', 3_300_000),
        file('mountains.jpg', 5_000_000),
      ],
      at: SAMPLE_NOW + n,
      transfers: [],
    }
    offers.set(made.id, made)
    emit({ kind: 'offer', offer: made })
    return made
  }
  const change = (id: string, fields: Partial<Offer>): Offer => {
    const known = offers.get(id)
    if (!known) throw new PeerError('NOT_FOUND', 'There is no such offer. It may have been taken back.')
    const changed = { ...known, ...fields }
    offers.set(id, changed)
    emit({ kind: 'offer', offer: changed })
    return changed
  }
  const first = people[0]
  for (let n = 0; first && n < options.waiting; n++) offer(first)
  return {
    offer,
    list: async () => [...offers.values()],
    entries: async id => offers.get(id)?.entries ?? [],
    async send({ to, paths }) {
      called('offers.send')
      const [path = ''] = paths
      if (!path.startsWith('/')) throw new PeerError('NOT_FOUND', `There is no file or folder ${path}.`)
      const chosen = people.filter(({ id }) => to.includes(id))
      return chosen.map(person => sent(person, path.slice(path.lastIndexOf('/') + 1)))
    },
    async accept(id) {
      called('offers.accept')
      const { name: what, bytes, from } = change(id, {})
      const owner = people.find(person => person.id === from)
      return change(id, { state: 'accepted', transfers: [start(what, bytes, owner).id] })
    },
    async decline(id) {
      called('offers.decline')
      return change(id, { state: 'declined', undoUntil: Date.now() + 600_000 })
    },
    later: async id => change(id, { state: 'later' }),
    rules: async () => [...rules.values()],
    async setRule(person, rule) {
      const set = { person, name: people.find(({ id }) => id === person)?.name ?? '', rule }
      called('offers.setRule')
      if (rule.kind === 'ask') rules.delete(person)
      else rules.set(person, set)
      return set
    },
  }
}
