import { Dictionary } from './dictionary.js'
import { NONE } from './entry-table.js'
import { fold, wordsOf } from './fold.js'
import { grownInt32, grownLength, grownUint8 } from './growing.js'

/**
 * Which names hold which words, in both directions. A slot is one (entry, word): an entry's slots lie in a
 * row, and a word's slots are a doubly linked list, so that an entry comes and goes without a search.
 */
export class WordIndex {
  readonly dictionary = new Dictionary()
  #start = new Int32Array(1024)
  #count = new Uint8Array(1024)
  #token = new Int32Array(4096)
  #entry = new Int32Array(4096)
  #next = new Int32Array(4096)
  #previous = new Int32Array(4096)
  #end = 0
  /** Starts of free rows of slots, by their length. */
  readonly #free: number[][] = []
  // Two lists a word: names of files, names of folders.
  #firstFile = new Int32Array(1024).fill(NONE)
  #firstFolder = new Int32Array(1024).fill(NONE)
  #holders = new Int32Array(1024)

  /** The first slot of a word in names of files or of folders; NONE without any. */
  firstSlot(token: number, inFolders: boolean): number {
    return (inFolders ? this.#firstFolder[token] : this.#firstFile[token]) ?? NONE
  }
  nextSlot(slot: number): number {
    return this.#next[slot] ?? NONE
  }
  entryOf(slot: number): number {
    return this.#entry[slot] ?? NONE
  }
  tokenOf(slot: number): number {
    return this.#token[slot] ?? NONE
  }
  /** Names that hold a word. */
  holders(token: number): number {
    return this.#holders[token] ?? 0
  }
  /** The slots of an entry are `slotsFrom` to `slotsFrom + slotCount - 1`. */
  slotsFrom(entry: number): number {
    return this.#start[entry] ?? 0
  }
  slotCount(entry: number): number {
    return this.#count[entry] ?? 0
  }

  add(entry: number, name: string, isFolder: boolean): void {
    const words = distinct(wordsOf(fold(name)))
    if (entry >= this.#start.length) {
      this.#start = grownInt32(this.#start, grownLength(entry))
      this.#count = grownUint8(this.#count, this.#start.length)
    }
    const start = this.#takeSlots(words.length)
    this.#start[entry] = start
    this.#count[entry] = words.length
    let slot = start
    for (const word of words) this.#link(slot++, this.#tokenFor(word), entry, isFolder)
  }

  remove(entry: number, isFolder: boolean): void {
    const start = this.slotsFrom(entry)
    const count = this.slotCount(entry)
    for (let slot = start; slot < start + count; slot++) this.#unlink(slot, isFolder)
    const list = this.#free[count]
    if (list) list.push(start)
    else this.#free[count] = [start]
    this.#count[entry] = 0
  }

  #tokenFor(word: string): number {
    const token = this.dictionary.number(word)
    if (token >= this.#firstFile.length) {
      const held = this.#firstFile.length
      this.#firstFile = grownInt32(this.#firstFile, grownLength(token)).fill(NONE, held)
      this.#firstFolder = grownInt32(this.#firstFolder, this.#firstFile.length).fill(NONE, held)
      this.#holders = grownInt32(this.#holders, this.#firstFile.length)
    }
    return token
  }

  #takeSlots(count: number): number {
    const reused = this.#free[count]?.pop()
    if (reused !== undefined) return reused
    const start = this.#end
    this.#end += count
    if (this.#end > this.#token.length) {
      const length = grownLength(this.#end)
      this.#token = grownInt32(this.#token, length)
      this.#entry = grownInt32(this.#entry, length)
      this.#next = grownInt32(this.#next, length)
      this.#previous = grownInt32(this.#previous, length)
    }
    return start
  }

  #link(slot: number, token: number, entry: number, isFolder: boolean): void {
    const firsts = isFolder ? this.#firstFolder : this.#firstFile
    const first = firsts[token] ?? NONE
    this.#token[slot] = token
    this.#entry[slot] = entry
    this.#next[slot] = first
    this.#previous[slot] = NONE
    if (first !== NONE) this.#previous[first] = slot
    firsts[token] = slot
    this.#holders[token] = this.holders(token) + 1
  }

  #unlink(slot: number, isFolder: boolean): void {
    const firsts = isFolder ? this.#firstFolder : this.#firstFile
    const token = this.tokenOf(slot)
    const next = this.nextSlot(slot)
    const previous = this.#previous[slot] ?? NONE
    if (next !== NONE) this.#previous[next] = previous
    if (previous === NONE) firsts[token] = next
    else this.#next[previous] = next
    this.#holders[token] = this.holders(token) - 1
    if (this.holders(token) === 0) this.dictionary.remove(token)
  }
}

/** Names have few words: looking back is cheaper than a set. A name of 255 bytes has 128 at most. */
function distinct(words: readonly string[]): readonly string[] {
  const kept: string[] = []
  for (const word of words) if (!kept.includes(word)) kept.push(word)
  return kept
}
