import { Dictionary } from './dictionary.js'
import { fold, wordsOf } from './fold.js'
import { lettersOf } from './letters.js'
import { RowLists } from './row-lists.js'
import type { RowSet } from './row-set.js'

/** Letters of a name that is all ASCII, as it is searched for. */
const scratch = new Uint16Array(256)

/** Which names hold which words: for each word the rows of files and the rows of folders. */
export class WordIndex {
  readonly dictionary: Dictionary
  readonly #lists = new RowLists()

  constructor(seed: number) {
    this.dictionary = new Dictionary(seed)
  }

  add(row: number, name: string, isFolder: boolean): void {
    eachWord(name, (units, from, length) => {
      const token = this.dictionary.number(units, from, length)
      this.#lists.reach(2 * token + 1)
      this.#lists.add(listOf(token, isFolder), row)
    })
  }

  remove(row: number, name: string, isFolder: boolean): void {
    eachWord(name, (units, from, length) => {
      const token = this.dictionary.find(units, from, length)
      if (token < 0) return // the name has this word twice
      this.#lists.remove(listOf(token, isFolder), row)
      if (this.#lists.count(2 * token) + this.#lists.count(2 * token + 1) === 0) this.dictionary.remove(token)
    })
  }

  /** Adds all whose name has a word to a set. */
  addTo(set: RowSet, token: number): void {
    this.#lists.addTo(set, listOf(token, false))
    this.#lists.addTo(set, listOf(token, true))
  }

  /** How many folders have a word in their name. */
  folderCount(token: number): number {
    return this.#lists.count(listOf(token, true))
  }

  eachFolder(token: number, use: (row: number) => void): void {
    this.#lists.each(listOf(token, true), use)
  }
}

function listOf(token: number, ofFolders: boolean): number {
  return 2 * token + (ofFolders ? 1 : 0)
}

/** Calls with each word of a name, folded; with repeats. The letters are good until the next call. */
export function eachWord(
  name: string,
  use: (units: Uint16Array, from: number, length: number) => void,
): void {
  const letters = foldAscii(name)
  if (letters < 0) {
    for (const word of wordsOf(fold(name))) use(lettersOf(word), 0, word.length)
    return
  }
  let from = 0
  for (let at = 0; at <= letters; at++) {
    if (at < letters && isWordUnit(scratch[at] ?? 0)) continue
    if (at > from) use(scratch, from, at - from)
    from = at + 1
  }
}

/** Puts a name in lower case in the scratch letters; -1 where it is not ASCII, or too long. */
function foldAscii(name: string): number {
  const { length } = name
  if (length > scratch.length) return -1
  for (let i = 0; i < length; i++) {
    const code = name.charCodeAt(i)
    if (code > 127) return -1
    scratch[i] = code >= 65 && code <= 90 ? code + 32 : code
  }
  return length
}

function isWordUnit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
}
