import type { Tombstone } from './change-log.js'
import { type EntryColumns, PackedFacts, ROOT_BYTES } from './columns.js'
import type { Visibility } from './entry.js'
import { TOP } from './entry-tree.js'
import { NameKey } from './name-key.js'

/** A line of the change log: what its n changed. */
export interface Line {
  readonly n: number
  /** An entry's slot, or a deletion. */
  readonly changed: number | Tombstone
}

const HEADER_WORDS = 8
const LINE_BYTES = 4 * 8 + 4 + 2 + 1
const ROW_BYTES = 4 + 2
/** In the column of flags, which are the entry columns' own: this line is a deletion, of an open entry. */
const DELETED = 128
const OPEN = 1
const DELETED_ROW = 0xffff_ffff

/** How many of each there are; the first words of a block. */
interface Counts {
  readonly lines: number
  readonly rows: number
  readonly roots: number
  readonly topsBytes: number
  /** Whether all names are ASCII, which is read faster. */
  readonly ascii: boolean
}

/**
 * A block of changes as bytes: one typed array after the other, the widest first, so that each is aligned. Names are
 * one text. Folders that something is in are rows of (parent row, name), from 1 on, each parent before what is in it;
 * row 0 is the share itself. `tops` tells who may see what lies directly in it.
 */
class Block {
  readonly n: Float64Array
  readonly size: Float64Array
  readonly mtime: Float64Array
  readonly stamp: Float64Array
  readonly row: Uint32Array
  readonly rowParent: Uint32Array
  readonly nameBytes: Uint16Array
  readonly rowNameBytes: Uint16Array
  readonly flags: Uint8Array
  readonly roots: Buffer
  readonly text: Buffer

  constructor(bytes: ArrayBuffer, { lines, rows, roots }: Counts) {
    let at = HEADER_WORDS * 4
    const next = (length: number) => {
      at += length
      return at - length
    }
    this.n = new Float64Array(bytes, next(8 * lines), lines)
    this.size = new Float64Array(bytes, next(8 * lines), lines)
    this.mtime = new Float64Array(bytes, next(8 * lines), lines)
    this.stamp = new Float64Array(bytes, next(8 * lines), lines)
    this.row = new Uint32Array(bytes, next(4 * lines), lines)
    this.rowParent = new Uint32Array(bytes, next(4 * rows), rows)
    this.nameBytes = new Uint16Array(bytes, next(2 * lines), lines)
    this.rowNameBytes = new Uint16Array(bytes, next(2 * rows), rows)
    this.flags = new Uint8Array(bytes, next(lines), lines)
    this.roots = Buffer.from(bytes, next(ROOT_BYTES * roots), ROOT_BYTES * roots)
    this.text = Buffer.from(bytes, at)
  }

  static bytesWithoutText({ lines, rows, roots }: Counts): number {
    return HEADER_WORDS * 4 + LINE_BYTES * lines + ROW_BYTES * rows + ROOT_BYTES * roots
  }
}

/** Packs lines of a log, in the state their entries have now. */
export function packLines(
  lines: readonly Line[],
  columns: EntryColumns,
  visibilityOf: (top: number) => Visibility,
): Buffer {
  const rows = new Rows(columns)
  const lineRows = lines.map(({ changed }) =>
    typeof changed === 'number' ? rows.of(columns.parent(changed)) : DELETED_ROW,
  )
  const names = lines.map(({ changed }) =>
    typeof changed === 'number' ? columns.name(changed) : changed.path,
  )
  const tops = new Map<string, Visibility>()
  for (const slot of [...rows.slots, ...lines.map(({ changed }) => changed)]) {
    if (typeof slot === 'number' && columns.parent(slot) === TOP)
      tops.set(columns.name(slot), visibilityOf(slot))
  }
  const topsText = JSON.stringify([...tops])
  const text = [...rows.slots.map(slot => columns.name(slot)), ...names].join('')
  const textBytes = Buffer.byteLength(text)
  const counts: Counts = {
    lines: lines.length,
    rows: rows.slots.length,
    roots: lines.filter(({ changed }) => typeof changed === 'number' && columns.hasRoot(changed)).length,
    topsBytes: Buffer.byteLength(topsText),
    ascii: textBytes === text.length,
  }
  const textAt = Block.bytesWithoutText(counts)
  const bytes = new ArrayBuffer(textAt + textBytes + counts.topsBytes)
  new Uint32Array(bytes, 0, HEADER_WORDS).set([
    counts.lines,
    counts.rows,
    counts.roots,
    counts.topsBytes,
    counts.ascii ? 1 : 0,
  ])
  const block = new Block(bytes, counts)
  rows.slots.forEach((slot, i) => {
    block.rowParent[i] = rows.of(columns.parent(slot))
    block.rowNameBytes[i] = Buffer.byteLength(columns.name(slot))
  })
  let rootAt = 0
  lines.forEach(({ n, changed }, i) => {
    block.n[i] = n
    block.row[i] = lineRows[i] ?? 0
    block.nameBytes[i] = Buffer.byteLength(names[i] ?? '')
    if (typeof changed !== 'number') {
      block.flags[i] = DELETED | (changed.open ? OPEN : 0)
      return
    }
    block.flags[i] = columns.flags(changed)
    block.size[i] = columns.size(changed)
    block.mtime[i] = columns.mtime(changed)
    block.stamp[i] = columns.stamp(changed)
    if (columns.copyRoot(changed, block.roots, rootAt)) rootAt += ROOT_BYTES
  })
  block.text.write(text)
  block.text.write(topsText, textBytes)
  return Buffer.from(bytes)
}

/** Folders as rows, in the order they were asked for. */
class Rows {
  readonly slots: number[] = []
  readonly #columns: EntryColumns
  readonly #rows = new Map<number, number>([[TOP, 0]])

  constructor(columns: EntryColumns) {
    this.#columns = columns
  }

  of(slot: number): number {
    const known = this.#rows.get(slot)
    if (known !== undefined) return known
    this.of(this.#columns.parent(slot))
    const row = this.slots.push(slot)
    this.#rows.set(slot, row)
    return row
  }
}

let scratch = new ArrayBuffer(0)

/** What is read may lie at any address, and thousands of copies would be a lot of memory for a while: one for all. */
function scratchWith(bytes: Uint8Array): ArrayBuffer {
  if (scratch.byteLength < bytes.length) scratch = new ArrayBuffer(2 * bytes.length)
  new Uint8Array(scratch).set(bytes)
  return scratch
}

/** One at a time. Reads a block line by line: after each `next` its fields are those of that line. No object is made for one. */
export class PackedReader {
  readonly lines: number
  readonly rows: number
  readonly tops: ReadonlyMap<string, Visibility>
  n = 0
  /** The name; for a deletion its path. */
  readonly key = new NameKey()
  /** A deletion, and whether the entry was open to everyone. */
  deleted: 'open' | 'restricted' | undefined
  /** The row of the folder it is in. */
  row = 0
  readonly facts = new PackedFacts()
  readonly #block: Block
  readonly #encoding: 'latin1' | 'utf8'
  readonly #rowNames: string[] = []
  #line = 0
  #text = 0

  constructor(bytes: Uint8Array) {
    const copy = scratchWith(bytes)
    const [lines = 0, rows = 0, roots = 0, topsBytes = 0, ascii = 0] = new Uint32Array(copy, 0, HEADER_WORDS)
    this.#encoding = ascii === 1 ? 'latin1' : 'utf8'
    this.#block = new Block(copy, { lines, rows, roots, topsBytes, ascii: ascii === 1 })
    const textEnd = bytes.length - this.#block.text.byteOffset
    this.tops = new Map(JSON.parse(this.#block.text.toString('utf8', textEnd - topsBytes, textEnd)))
    this.lines = lines
    this.rows = rows
    this.facts.roots = this.#block.roots
    this.facts.rootAt = -ROOT_BYTES
    for (const length of this.#block.rowNameBytes) this.#rowNames.push(this.#nextText(length))
  }

  get first(): number {
    return this.#block.n[0] ?? 0
  }

  get last(): number {
    return this.#block.n.at(-1) ?? 0
  }

  /** Of a row from 1 on. */
  rowAt(row: number): { readonly parent: number; readonly name: string } {
    return { parent: this.#block.rowParent[row - 1] ?? 0, name: this.#rowNames[row - 1] ?? '' }
  }

  /** Goes to the next line; false after the last. */
  next(): boolean {
    const block = this.#block
    const { facts } = this
    const i = this.#line++
    if (i >= this.lines) return false
    this.n = block.n[i] ?? 0
    this.#nextKey(block.nameBytes[i] ?? 0)
    this.row = block.row[i] ?? 0
    facts.flags = block.flags[i] ?? 0
    this.deleted = undefined
    if (facts.flags & DELETED) {
      this.deleted = facts.flags & OPEN ? 'open' : 'restricted'
      return true
    }
    facts.size = block.size[i] ?? 0
    facts.mtime = block.mtime[i] ?? 0
    facts.stamp = block.stamp[i] ?? 0
    if (facts.hasRoot) facts.rootAt += ROOT_BYTES
    return true
  }

  /** The key as text. */
  get name(): string {
    const { text } = this.#block
    return text.toString(this.#encoding, this.#text - this.key.length, this.#text)
  }

  #nextKey(length: number): void {
    this.key.ofBytes(this.#block.text, this.#text, length)
    this.#text += length
  }

  #nextText(length: number): string {
    const from = this.#text
    this.#text += length
    return this.#block.text.toString(this.#encoding, from, this.#text)
  }
}
