import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { random } from './random.js'

const LISTS = '/var/lib/apt/lists'
const CHUNK_BYTES = 1 << 20
const MOST_NAME_BYTES = 255
/** Folder parts and endings of made-up names, and the syllables their words are made of. */
const FOLDERS = ['Music', 'Pictures', 'Films', 'Documents', 'src', 'Backup', 'Downloads', 'Lectures']
const ENDINGS = ['mp3', 'jpg', 'mkv', 'pdf', 'ts', 'zip', 'txt', 'html', 'png', 'docx']
const SYLLABLES =
  'ba co di fu ga he ji ko la me ni or pa qui ra se ti un ve wo xa yl zo ch st tr ing er'.split(' ')

/** Debian's Contents lists on this machine; none where `apt-file update` was never run. */
export function contentsLists(): readonly string[] {
  try {
    return readdirSync(LISTS)
      .filter(name => name.includes('_Contents-'))
      .map(name => join(LISTS, name))
  } catch {
    return [] // no Debian
  }
}

/** Writes all paths of Contents lists into a file, a line each; gives how many. */
export async function writeRealPaths(lists: readonly string[], to: string): Promise<number> {
  const out = new LineWriter(to)
  for (const list of lists) {
    const child = spawn('/usr/lib/apt/apt-helper', ['cat-file', list], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let rest = Buffer.alloc(0)
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      rest = eachLine(bytes, line => {
        const path = pathOfLine(line)
        if (path !== undefined) out.write(path)
      })
    }
  }
  return out.close()
}

/** Writes made-up paths, sorted as a share is; the same for the same seed. */
export function writeMadeUpPaths(count: number, seed: number, to: string): number {
  const out = new LineWriter(to)
  const next = random(seed)
  const pick = (from: readonly string[]) => from[Math.floor(next() ** 2 * from.length)] ?? ''
  const word = () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(SYLLABLES)).join('')
  const words = Array.from({ length: 50_000 }, word)
  const name = () => Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(words)).join(' ')
  let folder = ''
  for (let i = 0; i < count; i++) {
    if (i % 12 === 0) folder = `${pick(FOLDERS)}/${name()}/${name()} ${i / 12}`
    out.write(`${folder}/${name()} ${i % 12}.${pick(ENDINGS)}`)
  }
  return out.close()
}

/** Copies so many of the lines of a file, chosen by the seed, in their order; gives how many they are. */
export function sampleLines(from: string, lines: number, want: number, seed: number, to: string): number {
  const out = new LineWriter(to)
  const next = random(seed)
  let left = lines
  let wanted = Math.min(want, lines)
  for (const path of linesOf(from)) {
    if (next() * left-- >= wanted) continue
    wanted--
    out.write(path)
  }
  return out.close()
}

/** The lines of a file, read as they are asked for. */
export function* linesOf(file: string): Generator<string> {
  const fd = openSync(file, 'r')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  let held = 0
  try {
    for (;;) {
      const read = readSync(fd, chunk, held, chunk.length - held, null)
      if (read === 0) return
      const bytes = chunk.subarray(0, held + read)
      const end = bytes.lastIndexOf(10) + 1
      if (end > 0) yield* bytes.toString('utf8', 0, end - 1).split('\n')
      bytes.copyWithin(0, end)
      held = bytes.length - end
    }
  } finally {
    closeSync(fd)
  }
}

/** A line is a path, spaces, and the packages that have it. */
function pathOfLine(line: Buffer): string | undefined {
  let end = line.length
  while (end > 0 && !isSpace(line[end - 1])) end--
  while (end > 0 && isSpace(line[end - 1])) end--
  const path = line.toString('utf8', 0, end)
  if (path === '' || path.includes('\ufffd') || path.includes('//')) return undefined
  return path.split('/').some(name => name.length > MOST_NAME_BYTES / 3) ? undefined : path
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9
}

function eachLine(bytes: Buffer, use: (line: Buffer) => void): Buffer<ArrayBuffer> {
  let from = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    use(bytes.subarray(from, end))
    from = end + 1
  }
  return Buffer.from(bytes.subarray(from))
}

class LineWriter {
  readonly #fd: number
  #lines: string[] = []
  #count = 0

  constructor(file: string) {
    this.#fd = openSync(file, 'w')
  }

  write(line: string): void {
    this.#lines.push(line)
    this.#count++
    if (this.#lines.length === 10_000) this.#flush()
  }

  close(): number {
    this.#flush()
    closeSync(this.#fd)
    return this.#count
  }

  #flush(): void {
    if (this.#lines.length === 0) return
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`)
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at)
    this.#lines = []
  }
}
