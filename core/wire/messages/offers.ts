import * as v from 'valibot'
import { LIMITS } from '../limits.js'
import { count, flag, id128, path, root, text, time } from './fields.js'

const offerEntry = v.variant('type', [
  /** The root is left out while the sender has not hashed the file; then it is asked for by its path. */
  v.object({ type: v.literal('file'), path, size: count, mtime: time, root: v.optional(root) }),
  v.object({ type: v.literal('folder'), path, mtime: time }),
])
export type WireOfferEntry = v.InferOutput<typeof offerEntry>

const entryCount = v.pipe(count, v.minValue(1), v.maxValue(LIMITS.offerEntries))

/**
 * peer -> peer: something to send, if its receiver wants it. Answered when it is stored durably, which says
 * nothing about consent. The same id again is stored once.
 */
export const fileOffer = {
  request: v.object({
    id: id128,
    at: time,
    /** Files, their bytes, and entries (files and folders) in all. */
    files: v.pipe(count, v.maxValue(LIMITS.offerEntries)),
    bytes: count,
    count: entryCount,
    /** The first of them; the rest is asked for in pages. */
    entries: v.pipe(v.array(offerEntry), v.minLength(1), v.maxLength(LIMITS.offerFirstEntries)),
  }),
  answer: v.object({ stored: flag }),
}
export type OfferBody = v.InferOutput<typeof fileOffer.request>

/** receiver -> sender: a page of what is offered. A page may be shorter than asked. */
export const offerEntries = {
  request: v.object({
    id: id128,
    offset: count,
    limit: v.pipe(count, v.minValue(1), v.maxValue(LIMITS.pageEntries)),
  }),
  answer: v.object({
    total: entryCount,
    entries: v.pipe(v.array(offerEntry), v.maxLength(LIMITS.pageEntries)),
  }),
}
export type OfferPage = v.InferOutput<typeof offerEntries.answer>

/** receiver -> sender: what became of an offer. Repeated until it is answered; only the last one counts. */
export const offerAnswer = {
  request: v.object({
    id: id128,
    answer: v.picklist(['accept', 'later', 'decline', 'done', 'cancel']),
    /** Of accept: a bit an entry, in their order, the highest bit of a byte first. Left out: all of them. */
    some: v.optional(
      v.custom<Buffer>(
        value => Buffer.isBuffer(value) && value.length <= Math.ceil(LIMITS.offerEntries / 8),
        'bytes',
      ),
    ),
    /** Of done: what was received. */
    files: v.optional(count),
    bytes: v.optional(count),
  }),
  answer: v.object({}),
}
export type OfferAnswerBody = v.InferOutput<typeof offerAnswer.request>

/** sender -> receiver: the offer is taken back. */
export const offerCancel = { request: v.object({ id: id128 }), answer: v.object({}) }

/** receiver -> sender: how far the download of an accepted offer is; told now and then, never answered. */
export const offerProgress = v.object({
  id: id128,
  state: v.picklist(['queued', 'finding-sources', 'downloading', 'checking', 'paused', 'failed']),
  reason: v.optional(v.picklist(['user', 'disk-full', 'nobody-online', 'source-changed'])),
  /** Of failed: why. */
  code: v.optional(text(32)),
  files: count,
  bytes: count,
})
export type OfferProgressBody = v.InferOutput<typeof offerProgress>
