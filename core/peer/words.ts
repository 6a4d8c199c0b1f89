import { createHash } from 'node:crypto'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { PeerError } from '../errors/index.js'
import { isPeerId, type PeerId } from '../identity/index.js'

/** 12 words of 11 bits each. */
const WORDS = 12
const WORD_BITS = 11
/** Makes it that much dearer to look for two keys with the same words; a few milliseconds here. */
const ROUNDS = 5_200

/** The words that two people compare: of both keys (an id is the hash of one), the same at both. */
export function wordsOf(one: PeerId, other: PeerId): string[] {
  const [low, high] = one < other ? [one, other] : [other, one]
  let hash = createHash('sha256').update(`tsPeer words\n${low}\n${high}\n`).digest()
  for (let round = 1; round < ROUNDS; round++) hash = createHash('sha256').update(hash).digest()
  const bits = Array.from(hash, byte => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length: WORDS }, (_, i) => {
    const number = Number.parseInt(bits.slice(i * WORD_BITS, (i + 1) * WORD_BITS), 2)
    return wordlist[number] ?? ''
  })
}

/** Capitals, which a QR code holds in fewer dots. */
const CODE = 'TSPEER://VERIFY/'

/** What one shows the other: who one is, and whom one believes the other to be. */
export function codeOf(self: PeerId, other: PeerId): string {
  return `${CODE}${self}/${other}`.toUpperCase()
}

/** Reads what another shows; BAD_INPUT where it is no such code. */
export function parseCode(text: string): { readonly from: PeerId; readonly to: PeerId } {
  const code = text.trim()
  const isCode = code.slice(0, CODE.length).toUpperCase() === CODE
  const [from, to, ...more] = code.slice(CODE.length).toLowerCase().split('/')
  if (isCode && isPeerId(from) && isPeerId(to) && more.length === 0) return { from, to }
  throw new PeerError(
    'BAD_INPUT',
    'That is not a code for comparing keys. It begins with tspeer://verify/ and has two ids.',
  )
}
