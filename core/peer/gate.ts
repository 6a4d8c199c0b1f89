import { PeerError } from '../errors/index.js'
import type { PeerId } from '../identity/index.js'
import type { Handlers, RequestHandlers } from '../wire/index.js'
import type { Parts } from './parts.js'
import { notThere } from './trust.js'

/** What someone with a changed key may still ask, so that it is seen who they are and what they share with everyone. */
const HARMLESS: ReadonlySet<string> = new Set<keyof RequestHandlers>([
  'HEARTBEAT_REQUEST',
  'ABOUT',
  'TRY_ME',
  'FILE_BROWSE',
  'FILE_SEARCH',
])

/** Answers nothing to who is blocked, and brings nothing from someone whose key has changed to the person. */
export function gated(handlers: Handlers, parts: () => Parts): Handlers {
  const requests = Object.entries(handlers.requests).map(([type, handle]) => {
    const answer = handle as (
      body: unknown,
      from: { readonly peerId: PeerId },
      signal: AbortSignal,
    ) => unknown
    if (HARMLESS.has(type)) return [type, unlessBlocked(answer, parts)]
    return [type, unlessRefused(answer, parts)]
  })
  // Each handler is as it was for its type, which TypeScript can't follow through entries.
  return { ...handlers, requests: Object.fromEntries(requests) as RequestHandlers }
}

type Answer = (body: unknown, from: { readonly peerId: PeerId }, signal: AbortSignal) => unknown

function unlessBlocked(answer: Answer, parts: () => Parts): Answer {
  return (body, from, signal) => {
    if (parts().trust.isBlocked(from.peerId)) throw notThere()
    return answer(body, from, signal)
  }
}

function unlessRefused(answer: Answer, parts: () => Parts): Answer {
  return async (body, from, signal) => {
    const { nearby, trust, people } = parts()
    // Whoever writes first may be unknown here: their name is heard before anything of them is taken.
    const introduction = nearby.introduction(from.peerId)
    if (introduction) await introduction
    else if (!people.isKnown(from.peerId)) await people.record(from.peerId).catch(() => {})
    const refusal = trust.refusal(from.peerId)
    if (refusal?.code === 'BLOCKED') throw notThere()
    if (refusal) throw keyChanged()
    return answer(body, from, signal)
  }
}

function keyChanged(): PeerError {
  return new PeerError(
    'KEY_CHANGED',
    'They know your name by another key. Messages and files wait until they have accepted yours.',
  )
}
