import {
  fromPlainError,
  isErrorCode,
  type PeerError,
  type PeerEvent,
  type PeerId,
  toPlainError,
} from '../../core/browser.js'
import type { Methods } from './methods.js'

/** What the serving side offers beside the peer's methods. */
export interface Session {
  /** The first call. */
  hello(): { readonly id: PeerId }
  /** Whether events are wanted; none are pushed until then, except that the peer has closed. */
  watch(wanted: boolean): void
  /** An address under which a page gets the bytes of one entry of a transfer. */
  mediaUrl(transfer: string, entry: number): Promise<string>
}

/** What the serving side may be asked. */
export type Served = Methods & Session

/** What is pushed to the other side. */
export interface Pushed {
  event(event: PeerEvent): void
}

interface Message {
  readonly t?: unknown
  readonly i?: unknown
  readonly m?: unknown
  readonly a?: unknown
  readonly e?: unknown
  readonly r?: unknown
  /** An answer that is bytes, in base64: JSON has none. */
  readonly b?: unknown
}

/** Texts to birpc messages and back; an error crosses as plain data, an answer of bytes as base64. */
export const coding = {
  serialize(message: Message): string {
    if (message.e !== undefined) return JSON.stringify({ ...message, e: toPlainError(message.e) })
    if (!ArrayBuffer.isView(message.r)) return JSON.stringify(message)
    return JSON.stringify({ ...message, r: undefined, b: toBase64(message.r) })
  },
  /** Never throws: what is no message becomes one that nobody waits for. */
  deserialize(text: string): Message {
    const message = parseMessage(text)
    if (!message) return { e: undefined }
    if (message.e !== undefined) return { ...message, e: reviveError(message.e) }
    return typeof message.b === 'string' ? { ...message, r: fromBase64(message.b) } : message
  },
}

/** A text as a message, or undefined when it isn't JSON with an object at its top. */
export function parseMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' && message !== null && !Array.isArray(message) ? message : undefined
  } catch {
    return undefined
  }
}

/** Whether a text is a call: the only kind of message a serving side takes. */
export function isCall(text: string): boolean {
  const message = parseMessage(text)
  if (message?.t !== 'q' || typeof message.m !== 'string' || !Array.isArray(message.a)) return false
  return message.i === undefined || (typeof message.i === 'string' && message.i.length <= MAX_ID_CHARACTERS)
}

const MAX_ID_CHARACTERS = 64
/** Bytes turned to text in one call, whose arguments they are. */
const STEP_BYTES = 16 * 1024

/** Without Node: it runs in the page too. */
function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  let text = ''
  for (let at = 0; at < bytes.length; at += STEP_BYTES)
    text += String.fromCharCode(...bytes.subarray(at, at + STEP_BYTES))
  return btoa(text)
}

/** The bytes, or undefined when the text is no base64. */
function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), character => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

function reviveError(value: unknown): PeerError {
  const { code, message, details } = Object(value) as { code?: unknown; message?: unknown; details?: object }
  const plain = {
    code: isErrorCode(code) ? code : 'INTERNAL',
    message: typeof message === 'string' ? message : 'The peer gave an error without words.',
  } as const
  return fromPlainError(details ? { ...plain, details: { ...details } } : plain)
}
