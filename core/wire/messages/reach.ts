import * as v from 'valibot'
import { LIMITS } from '../limits.js'
import { flag, peerId, port, text } from './fields.js'
import { personRecord } from './people.js'

/** peer -> peer, peer -> registry: connect to me, at the address this connection comes from, and tell how it went. */
export const tryMe = {
  request: v.object({ port }),
  answer: v.object({
    /** The address that was tried. */
    host: text(64),
    reached: flag,
    /** Why not. */
    code: v.optional(text(32)),
    message: v.optional(text(LIMITS.errorCharacters)),
  }),
}

/** peer -> registry: ask someone whom I can't reach to connect to me. */
export const callMe = {
  request: v.object({ id: peerId }),
  answer: v.object({}),
}

/** registry -> peer: this person can't reach you; connect to them. */
export const called = v.object({ person: personRecord })
