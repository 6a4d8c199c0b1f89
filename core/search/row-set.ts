/** 2,048 rows, 64 words of bits. */
const BLOCK_SHIFT = 11
const BLOCK_WORDS = 64

/**
 * A set of rows as bits. It notes which blocks of rows it has touched, so that what is done with a set of a few rows
 * takes no time for all others. Sets that work together have one length.
 */
export class RowSet {
  readonly words: Int32Array
  /** 1 for each block that may have rows. */
  readonly blocks: Uint8Array

  /** For rows below `end`. */
  constructor(end: number) {
    this.blocks = new Uint8Array((end >>> BLOCK_SHIFT) + 1)
    this.words = new Int32Array(this.blocks.length * BLOCK_WORDS)
  }

  has(row: number): boolean {
    return (((this.words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1
  }

  add(row: number): void {
    const at = row >>> 5
    this.words[at] = (this.words[at] ?? 0) | (1 << (row & 31))
    this.blocks[row >>> BLOCK_SHIFT] = 1
  }

  /** Adds `from` to `to`, both included. */
  addRange(from: number, to: number): void {
    const { words } = this
    const first = from >>> 5
    const last = to >>> 5
    for (let block = from >>> BLOCK_SHIFT; block <= to >>> BLOCK_SHIFT; block++) this.blocks[block] = 1
    const head = -1 << (from & 31)
    const tail = -1 >>> (31 - (to & 31))
    if (first === last) {
      words[first] = (words[first] ?? 0) | (head & tail)
      return
    }
    words[first] = (words[first] ?? 0) | head
    if (last > first + 1) words.fill(-1, first + 1, last)
    words[last] = (words[last] ?? 0) | tail
  }

  /** Adds what is set in words of bits that begin with row 0. */
  addBits(bits: Int32Array): void {
    const { words, blocks } = this
    const end = Math.min(words.length, bits.length)
    for (let block = 0, from = 0; from < end; block++, from += BLOCK_WORDS) {
      let any = 0
      for (let i = from, to = Math.min(end, from + BLOCK_WORDS); i < to; i++) {
        const more = bits[i] ?? 0
        any |= more
        words[i] = (words[i] ?? 0) | more
      }
      if (any !== 0) blocks[block] = 1
    }
  }

  /** Takes over what another set has, in place of what this one had. */
  copyFrom(other: RowSet): void {
    const { words, blocks } = this
    for (let block = 0; block < blocks.length; block++) {
      const from = block * BLOCK_WORDS
      if (other.blocks[block] === 1) words.set(other.words.subarray(from, from + BLOCK_WORDS), from)
      else if (blocks[block] === 1) words.fill(0, from, from + BLOCK_WORDS)
      blocks[block] = other.blocks[block] ?? 0
    }
  }

  clear(): void {
    const { words, blocks } = this
    for (let block = 0; block < blocks.length; block++) {
      if (blocks[block] === 0) continue
      words.fill(0, block * BLOCK_WORDS, (block + 1) * BLOCK_WORDS)
      blocks[block] = 0
    }
  }

  /** Keeps only what the other has, too. */
  and(other: RowSet): void {
    const { words, blocks } = this
    const others = other.words
    for (let block = 0; block < blocks.length; block++) {
      if (blocks[block] === 0) continue
      const from = block * BLOCK_WORDS
      let any = 0
      for (let i = from; i < from + BLOCK_WORDS; i++) {
        const both = (words[i] ?? 0) & (others[i] ?? 0)
        words[i] = both
        any |= both
      }
      if (any === 0) blocks[block] = 0
    }
  }

  /** Takes out what the other has. */
  without(other: RowSet): void {
    const { words, blocks } = this
    const others = other.words
    for (let block = 0; block < blocks.length; block++) {
      if (blocks[block] === 0 || other.blocks[block] === 0) continue
      const from = block * BLOCK_WORDS
      for (let i = from; i < from + BLOCK_WORDS; i++) words[i] = (words[i] ?? 0) & ~(others[i] ?? 0)
    }
  }

  /** Adds what the other has. */
  or(other: RowSet): void {
    const { words, blocks } = this
    const others = other.words
    for (let block = 0; block < blocks.length; block++) {
      if (other.blocks[block] === 0) continue
      blocks[block] = 1
      const from = block * BLOCK_WORDS
      for (let i = from; i < from + BLOCK_WORDS; i++) words[i] = (words[i] ?? 0) | (others[i] ?? 0)
    }
  }

  get count(): number {
    let count = 0
    this.eachWord(word => {
      count += bits(word)
    })
    return count
  }

  get isEmpty(): boolean {
    const { words, blocks } = this
    for (let block = 0; block < blocks.length; block++) {
      if (blocks[block] === 0) continue
      const from = block * BLOCK_WORDS
      for (let i = from; i < from + BLOCK_WORDS; i++) if (words[i] !== 0) return false
    }
    return true
  }

  /** Calls with the bits of each 32 rows that has any, and the number of these 32. */
  eachWord(use: (word: number, at: number) => void): void {
    const { words, blocks } = this
    for (let block = 0; block < blocks.length; block++) {
      if (blocks[block] === 0) continue
      const from = block * BLOCK_WORDS
      for (let i = from; i < from + BLOCK_WORDS; i++) {
        const word = words[i] ?? 0
        if (word !== 0) use(word, i)
      }
    }
  }

  /** Keeps those of which `keep` says so. */
  filter(keep: (row: number) => boolean): void {
    this.eachWord((all, at) => {
      let kept = all
      for (let word = all; word !== 0; word &= word - 1) {
        const bit = word & -word
        if (!keep((at << 5) | (31 - Math.clz32(bit)))) kept &= ~bit
      }
      this.words[at] = kept
    })
  }
}

/** How many bits of 32 are set. */
export function bits(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
