import * as v from 'valibot'
import { type ErrorDetails, PeerError, type PlainError } from '../errors/index.js'
import { visibleName } from '../paths/index.js'
import { decodeCbor, encodeCbor } from './codec.js'
import { deflate, inflate } from './deflate.js'
import { encodeFrame, FRAME, type MessageKind } from './frames.js'
import { LIMITS } from './limits.js'
import {
  type Answer,
  EVENTS,
  type EventBody,
  type EventType,
  REQUESTS,
  type RequestBody,
  type RequestType,
} from './messages/index.js'
import { protocolError } from './protocol-error.js'

type RequestEnvelope = {
  [T in RequestType]: {
    readonly op: 'request'
    readonly id: number
    readonly type: T
    readonly body: RequestBody<T>
  }
}[RequestType]
type AnswerEnvelope = {
  [T in RequestType]: {
    readonly op: 'answer'
    readonly id: number
    readonly type: T
    readonly body: Answer<T>
  }
}[RequestType]
type EventEnvelope = {
  [T in EventType]: { readonly op: 'event'; readonly type: T; readonly body: EventBody<T> }
}[EventType]

/** One message of the wire, checked. */
export type Envelope =
  | RequestEnvelope
  | AnswerEnvelope
  | EventEnvelope
  | {
      readonly op: 'error'
      readonly id: number
      readonly code: string
      readonly message: string
      readonly details?: ErrorDetails | undefined
    }
  | { readonly op: 'cancel'; readonly id: number }
  /** A request or an event of a newer version: the one is answered UNSUPPORTED, the other ignored. */
  | { readonly op: 'unknown-request'; readonly id: number; readonly type: string }
  | { readonly op: 'unknown-event'; readonly type: string }

/** What is sent, without what only a reader can meet. */
export type SentEnvelope = Exclude<Envelope, { readonly op: 'unknown-request' | 'unknown-event' }>

const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff))
const type = v.pipe(v.string(), v.maxLength(64))
const detail = v.union([v.pipe(v.string(), v.maxLength(500)), v.number(), v.boolean()])
const outside = v.variant('op', [
  v.object({ op: v.literal('request'), id, type, body: v.optional(v.unknown()) }),
  v.object({ op: v.literal('answer'), id, type, body: v.optional(v.unknown()) }),
  v.object({ op: v.literal('event'), type, body: v.optional(v.unknown()) }),
  v.object({
    op: v.literal('error'),
    id,
    code: v.pipe(v.string(), v.maxLength(32)),
    message: v.pipe(v.string(), v.maxLength(LIMITS.errorCharacters)),
    details: v.optional(v.record(v.pipe(v.string(), v.maxLength(32)), detail)),
  }),
  v.object({ op: v.literal('cancel'), id }),
])

/**
 * The frame of a message, deflated where that is allowed and helps. A message that is too large is our own
 * fault: INTERNAL.
 */
export function encodeMessage(envelope: SentEnvelope, options: { readonly deflate?: boolean } = {}): Buffer {
  const payload = encodeCbor(envelope)
  if (payload.length > LIMITS.inflatedBytes) throw tooLarge(envelope, payload.length)
  if (options.deflate && payload.length > LIMITS.deflateFromBytes) {
    const small = deflate(payload)
    if (small.length < payload.length && small.length <= LIMITS.messageBytes)
      return encodeFrame(FRAME.deflated, small)
  }
  if (payload.length > LIMITS.messageBytes) throw tooLarge(envelope, payload.length)
  return encodeFrame(FRAME.message, payload)
}

/** The message in a frame; PROTOCOL_ERROR names the field where it is none. */
export function openMessage(kind: MessageKind, payload: Buffer): Envelope {
  const plain = kind === FRAME.deflated ? inflate(payload) : payload
  const message = check(outside, decodeCbor(plain), '')
  switch (message.op) {
    case 'request':
      if (!isRequestType(message.type))
        return { op: 'unknown-request', id: message.id, type: visibleName(message.type) }
      return withBody(message, REQUESTS[message.type].request)
    case 'answer':
      if (!isRequestType(message.type)) throw protocolError('type', 'is no known request')
      return withBody(message, REQUESTS[message.type].answer)
    case 'event':
      if (!isEventType(message.type)) return { op: 'unknown-event', type: visibleName(message.type) }
      return withBody(message, EVENTS[message.type])
    default:
      return message
  }
}

/** What in a body of ours would end the connection at the other side, or undefined when nothing. */
export function outgoingFault(schema: v.GenericSchema, body: unknown): string | undefined {
  const result = v.safeParse(schema, body, { abortEarly: true })
  if (result.success) return undefined
  const { field, fault } = describe(result.issues[0], '')
  return `${field} ${fault}`
}

/** The answer that tells of a failure, cut to what the wire carries. */
export function errorEnvelope(id: number, { code, message, details }: PlainError): SentEnvelope {
  const kept = Object.entries(details ?? {}).filter(
    ([key, value]) => key.length <= 32 && (typeof value !== 'string' || value.length <= 500),
  )
  const base = { op: 'error', id, code, message: wireSentence(message) } as const
  return kept.length === 0 ? base : { ...base, details: Object.fromEntries(kept) }
}

/** An error's sentence, cut to what the wire carries. */
export function wireSentence(text: string): string {
  return text.slice(0, LIMITS.errorCharacters).toWellFormed()
}

/** The body's schema was chosen by the type, which TypeScript can't follow from a table to a union. */
function withBody(message: { readonly body?: unknown }, schema: v.GenericSchema): Envelope {
  return { ...message, body: check(schema, message.body, 'body') } as Envelope
}

function check<S extends v.GenericSchema>(schema: S, value: unknown, at: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const { field, fault } = describe(result.issues[0], at)
  throw protocolError(field, fault)
}

/** Names the field by our own words only: no text of the other side, which may be huge or hostile. */
function describe(
  issue: v.BaseIssue<unknown>,
  at: string,
): { readonly field: string; readonly fault: string } {
  const path = issue.path?.map(({ key }) => String(key)) ?? []
  const field = [at, ...path].filter(part => part !== '').join('.') || 'message'
  return { field: visibleName(field.slice(0, 100)), fault: `is not ${expected(issue)}` }
}

/** Our own checks carry their expectation as their message; valibot's own messages repeat what came. */
function expected(issue: v.BaseIssue<unknown>): string {
  return issue.message.startsWith('Invalid ') ? (issue.expected ?? 'allowed') : issue.message
}

function isRequestType(text: string): text is RequestType {
  return Object.hasOwn(REQUESTS, text)
}

function isEventType(text: string): text is EventType {
  return Object.hasOwn(EVENTS, text)
}

function tooLarge(envelope: SentEnvelope, bytes: number): PeerError {
  const what = 'type' in envelope ? envelope.type : envelope.op
  return new PeerError('INTERNAL', `A ${what} of ${bytes} bytes is too large for one message.`)
}
