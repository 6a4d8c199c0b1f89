import type { ContactChange, Person } from '../api/index.js'
import { PeerError, toPlainError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Contact } from './contacts-book.js'
import type { Parts } from './parts.js'

/** Keeps what the person says of someone; it holds at once. */
export async function setContact(parts: Parts, id: PeerId, change: ContactChange): Promise<Person> {
  const { people, contacts } = parts
  people.known(id)
  const before = contacts.of(id)
  await contacts.change(id, change)
  follow(parts, id, before)
  return people.known(id)
}

/**
 * The person with a changed key is the same as before: what was noted of them goes over to the new key. That they
 * were verified does not, nor do rules for their offers.
 */
export async function acceptKey(parts: Parts, id: PeerId): Promise<Person> {
  const { people, contacts } = parts
  const person = people.known(id)
  const before = contacts.of(id)
  const { changedFrom, ...own } = before
  if (!changedFrom) throw new PeerError('BAD_INPUT', `The key of ${person.name} has not changed.`)
  const former = contacts.of(changedFrom)
  const { verified: _, replacedBy: __, blocked, ...noted } = former
  await contacts.put([
    [id, { ...noted, ...own }],
    [changedFrom, { blocked, replacedBy: id }],
  ])
  follow(parts, id, before)
  follow(parts, changedFrom, former)
  return people.known(id)
}

/** Does what follows from what was said of someone. */
export function follow(parts: Parts, id: PeerId, before: Contact): void {
  const { people, contacts, uploads, registry } = parts
  const now = contacts.of(id)
  if (now.blocked !== before.blocked) {
    uploads.block(contacts.blocked())
    registry.blocks(contacts.blocked())
  }
  const isRefused = now.blocked || now.changedFrom !== undefined
  const wasRefused = before.blocked || before.changedFrom !== undefined
  if (isRefused && !wasRefused) stop(parts, id)
  // What was granted before may be narrower now.
  else if (before.verified && !now.verified) uploads.revoke()
  if (wasRefused && !isRefused) goOn(parts, id)
  people.announce(id)
}

/** Nothing goes on with someone. */
function stop({ trust, transfers, uploads, connections, log }: Parts, id: PeerId): void {
  const why = trust.refusal(id)
  if (!why) return
  log.info('nothing more goes on with someone', { id, code: why.code })
  transfers.leave(id, toPlainError(why))
  uploads.revoke()
  void connections.find(id)?.close()
}

/** What waited goes on, here and, by a new connection, at the other side. */
function goOn(
  { transfers, chat, offers, subscriptions, nearby, connections, closing, log }: Parts,
  id: PeerId,
) {
  nearby.look()
  transfers.peerOnline(id)
  subscriptions.ownerOnline(id)
  const connect = async () => {
    await connections.find(id)?.close()
    await connections.to(id, closing)
  }
  connect()
    .catch(error => log.debug('someone is not there to go on with', { id, error: String(error) }))
    .finally(() => {
      chat.wake(id)
      offers.wake(id)
    })
}
