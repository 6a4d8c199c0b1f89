import * as v from 'valibot'
import { text } from './fields.js'

/** The first frame of each side. */
export const hello = v.object({
  role: v.picklist(['peer', 'registry']),
  purpose: v.picklist(['control', 'data']),
  features: v.pipe(v.array(text(32)), v.maxLength(32)),
  /** The program and its version, for logs. */
  agent: text(64),
})
export type Hello = v.InferOutput<typeof hello>

/** The last frame of a side that ends a connection on purpose. */
export const goodbye = v.object({ code: v.optional(text(32)), message: v.optional(text(500)) })
