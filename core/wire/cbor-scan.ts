import { isUtf8 } from 'node:buffer'
import { LIMITS } from './limits.js'
import { protocolError } from './protocol-error.js'

/**
 * Goes over one CBOR item before it is decoded and throws PROTOCOL_ERROR for all that a message may not
 * have: tags (a big number as tag can block a decoder for seconds), indefinite lengths, deep nesting, more
 * items than the cap, maps with a key that is no text, doubled or `__proto__`, integers beyond 2^53-1, bad
 * UTF-8, simple values other than false, true, null and undefined, bytes missing or left over.
 * It allocates nothing that grows with what the bytes claim. Gives where texts begin with a byte order mark,
 * which a decoder may drop.
 */
export function scanCbor(bytes: Buffer): readonly number[] {
  const scan = new Scan(bytes)
  scan.item(0)
  if (scan.at !== bytes.length) throw bad('has bytes after its end')
  return scan.marks
}

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5 } as const
const PROTO = Buffer.from('__proto__')
/** Shorter texts are checked byte by byte: nearly all are ASCII, and a call costs more than the loop. */
const SHORT_TEXT_BYTES = 48

class Scan {
  at = 0
  readonly marks: number[] = []
  readonly #bytes: Buffer
  #items = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  item(depth: number): void {
    if (++this.#items > LIMITS.cborItems) throw bad(`has over ${LIMITS.cborItems} items`)
    const first = this.#byte()
    const major = first >> 5
    const small = first & 31
    if (major === 6) throw bad('has a tag')
    if (major === 7) {
      this.#simple(small)
      return
    }
    const value = this.#argument(small)
    switch (major) {
      case MAJOR.unsigned:
        return
      case MAJOR.negative:
        if (value === Number.MAX_SAFE_INTEGER) throw bad('has an integer below -(2^53-1)')
        return
      case MAJOR.bytes:
        this.#skip(value)
        return
      case MAJOR.text:
        this.#text(value)
        return
      case MAJOR.array:
        this.#array(value, depth + 1)
        return
      default:
        this.#map(value, depth + 1)
    }
  }

  #array(count: number, depth: number): void {
    this.#enter(count, depth)
    for (let i = 0; i < count; i++) this.item(depth)
  }

  #map(count: number, depth: number): void {
    if (count > LIMITS.cborMapKeys) throw bad(`has a map with over ${LIMITS.cborMapKeys} keys`)
    this.#enter(2 * count, depth)
    const keys: number[] = []
    for (let i = 0; i < count; i++) {
      this.#key(keys)
      this.item(depth)
    }
  }

  /** `keys` holds start and end of each key of this map so far. */
  #key(keys: number[]): void {
    if (++this.#items > LIMITS.cborItems) throw bad(`has over ${LIMITS.cborItems} items`)
    const first = this.#byte()
    if (first >> 5 !== MAJOR.text) throw bad('has a key that is no text')
    const length = this.#argument(first & 31)
    const start = this.at
    this.#text(length)
    if (length === PROTO.length && PROTO.equals(this.#bytes.subarray(start, this.at)))
      throw bad('has the key __proto__')
    for (let i = 0; i < keys.length; i += 2)
      if (this.#isSame(start, keys[i] ?? 0, keys[i + 1] ?? 0)) throw bad('has a key twice')
    keys.push(start, this.at)
  }

  #isSame(start: number, otherStart: number, otherEnd: number): boolean {
    const length = this.at - start
    if (otherEnd - otherStart !== length) return false
    for (let i = 0; i < length; i++) if (this.#bytes[start + i] !== this.#bytes[otherStart + i]) return false
    return true
  }

  #enter(count: number, depth: number): void {
    if (depth > LIMITS.cborDepth) throw bad(`is nested deeper than ${LIMITS.cborDepth}`)
    // Each item takes a byte at least, so a larger count is a lie.
    if (count > this.#bytes.length - this.at) throw bad('ends too early')
  }

  #text(length: number): void {
    const start = this.at
    this.#skip(length)
    if (length < SHORT_TEXT_BYTES) {
      let i = start
      while (i < this.at && (this.#bytes[i] ?? 0) < 0x80) i++
      if (i === this.at) return
    }
    if (!isUtf8(this.#bytes.subarray(start, this.at))) throw bad('has a text that is not valid UTF-8')
    if (this.#bytes[start] === 0xef && this.#bytes[start + 1] === 0xbb && this.#bytes[start + 2] === 0xbf)
      this.marks.push(start)
  }

  #simple(small: number): void {
    if (small >= 20 && small <= 23) return
    if (small === 25) this.#skip(2)
    else if (small === 26) this.#skip(4)
    else if (small === 27) this.#skip(8)
    else throw bad(small === 31 ? 'has a break' : 'has an unknown simple value')
  }

  #argument(small: number): number {
    if (small < 24) return small
    const start = this.at
    switch (small) {
      case 24:
        return this.#byte()
      case 25:
        this.#skip(2)
        return this.#bytes.readUInt16BE(start)
      case 26:
        this.#skip(4)
        return this.#bytes.readUInt32BE(start)
      case 27: {
        this.#skip(8)
        const high = this.#bytes.readUInt32BE(start)
        if (high > 0x1f_ffff) throw bad('has a number over 2^53-1')
        return high * 2 ** 32 + this.#bytes.readUInt32BE(start + 4)
      }
      default:
        throw bad(small === 31 ? 'has an indefinite length' : 'has a malformed head')
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.at]
    if (byte === undefined) throw bad('ends too early')
    this.at++
    return byte
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.at) throw bad('ends too early')
    this.at += length
  }
}

function bad(fault: string): Error {
  return protocolError('cbor', fault)
}
