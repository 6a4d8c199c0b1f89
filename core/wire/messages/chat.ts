import * as v from 'valibot'
import { LIMITS } from '../limits.js'
import { bytes, count, id128, text } from './fields.js'

/** A moment of a thread's clock: wall-clock ms, and a count of what was written in the same one. */
export const stamp = v.object({
  at: count,
  tick: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.chatTicks)),
})

const common = { id: id128, ...stamp.entries }
const words = v.pipe(v.string(), v.minLength(1), v.maxBytes(LIMITS.textBytes))

/** What someone did in a thread: wrote, offered a file, or did something about an earlier message, `target`. */
export const chatRecord = v.variant('kind', [
  v.object({ kind: v.literal('text'), ...common, text: words, replyTo: v.optional(id128) }),
  v.object({
    kind: v.literal('file'),
    ...common,
    offer: id128,
    name: v.pipe(v.string(), v.minLength(1), v.maxBytes(LIMITS.pathPartBytes)),
    size: count,
    thumbnail: v.optional(bytes(LIMITS.thumbnailBytes)),
  }),
  v.object({ kind: v.literal('edit'), ...common, target: id128, text: words }),
  v.object({ kind: v.literal('delete'), ...common, target: id128 }),
  /** One a person and message: a later one takes its place, an empty one takes it back. */
  v.object({
    kind: v.literal('reaction'),
    ...common,
    target: id128,
    reaction: v.pipe(v.string(), v.maxBytes(LIMITS.reactionBytes)),
  }),
])

/** peer -> peer: records in the order of their writing, and how far the sender has read of the receiver's. */
export const message = {
  request: v.object({
    records: v.pipe(v.array(chatRecord), v.maxLength(LIMITS.chatRecords)),
    read: v.optional(stamp),
  }),
  /** The first `taken` are settled: stored durably, but for those refused for good. The others may come again. */
  answer: v.object({
    taken: count,
    refused: v.optional(
      v.pipe(
        v.array(v.object({ index: count, code: text(32), message: text(LIMITS.errorCharacters) })),
        v.maxLength(LIMITS.chatRecords),
      ),
    ),
    /** How long the sender is to wait before the others come again. */
    waitMs: v.optional(count),
  }),
}
export type Stamp = v.InferOutput<typeof stamp>
export type ChatRecord = v.InferOutput<typeof chatRecord>
export type MessageBody = v.InferOutput<typeof message.request>
export type MessageAnswer = v.InferOutput<typeof message.answer>

/** peer -> peer: the sender is writing to the receiver just now. */
export const typing = v.object({})
