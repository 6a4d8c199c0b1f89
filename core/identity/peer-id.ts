import { createHash } from 'node:crypto'
import { PeerError } from '../errors/index.js'

declare const peerIdBrand: unique symbol

/** SHA-256 of a public key (SPKI, DER), base32 lower case without padding: 52 characters. */
export type PeerId = string & PeerIdBrand

/** What only a parser gives a text. An interface, so that declarations made from a schema can name it. */
export interface PeerIdBrand {
  readonly [peerIdBrand]: true
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567' // RFC 4648 base32, lower case
const ID_CHARACTERS = 52
// 52 characters hold 260 bits, 4 more than the hash: the last character has only its upper bit free.
const ID_PATTERN = /^[a-z2-7]{51}[aq]$/
/** How much of an id is shown. 40 bits can be ground out, so it is never trusted alone. */
const SHORT_CHARACTERS = 8

/** The id of the holder of this public key. */
export function peerIdOfKey(spkiDer: Uint8Array): PeerId {
  return base32(createHash('sha256').update(spkiDer).digest()) as PeerId
}

/** Whether a text has the form of a peer id. */
export function isPeerId(text: unknown): text is PeerId {
  return typeof text === 'string' && text.length === ID_CHARACTERS && ID_PATTERN.test(text)
}

/** Reads a peer id that a person or a file gave; BAD_ID if it isn't one. */
export function parsePeerId(text: string): PeerId {
  const id = text.trim().toLowerCase()
  if (isPeerId(id)) return id
  throw new PeerError('BAD_ID', 'That is not a peer id: it has 52 characters, a to z and 2 to 7.')
}

/** The first 8 characters, for display only. */
export function shortId(id: PeerId): string {
  return id.slice(0, SHORT_CHARACTERS)
}

function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31]
}
