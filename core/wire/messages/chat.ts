import * as v from 'valibot'
import { LIMITS } from '../limits.js'
import { flag, id128, time } from './fields.js'

/** peer -> peer: one chat message; answered when it is stored durably. The same id again is stored once. */
export const message = {
  request: v.object({
    id: id128,
    at: time,
    text: v.pipe(v.string(), v.minLength(1), v.maxBytes(LIMITS.textBytes)),
  }),
  answer: v.object({ stored: flag }),
}
export type MessageBody = v.InferOutput<typeof message.request>
