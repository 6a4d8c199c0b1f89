import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs'
import { PeerError, systemCode } from '../errors/index.js'

/** What tells one state of a file from another. Nothing of it is read from the content. */
export interface FileFacts {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: number
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}

/** The facts of a stat made with bigints. */
export function factsOfStat(stat: Omit<FileFacts, 'size'> & { readonly size: bigint }): FileFacts {
  return {
    dev: stat.dev,
    ino: stat.ino,
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
  }
}

export function isSameFile(a: FileFacts, b: FileFacts): boolean {
  return (
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  )
}

/** A file that is open for reading, as it was then. The one who opened it closes `fd`. */
export interface OpenFile {
  readonly fd: number
  readonly facts: FileFacts
}

// O_NONBLOCK: opening a FIFO would wait for its writer. Both are absent on Windows.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0

/**
 * Opens a regular file for reading; anything else is refused before it is opened, and again after. `follow`
 * allows a link as the last part of the path, where a person named it.
 */
export function openRegularFile(
  path: string,
  { follow = false }: { readonly follow?: boolean } = {},
): OpenFile {
  let fd: number | undefined
  try {
    const before = follow ? statSync(path) : lstatSync(path)
    if (!before.isFile()) throw notAFile(path)
    fd = openSync(path, follow ? READ_FLAGS : READ_FLAGS | NO_FOLLOW)
    const stat = fstatSync(fd, { bigint: true })
    if (!stat.isFile()) throw notAFile(path)
    return { fd, facts: factsOfStat(stat) }
  } catch (error) {
    if (fd !== undefined) closeSync(fd)
    throw readFailure(error, path)
  }
}

/** The facts of a file that is open. */
export function factsOfOpen(fd: number): FileFacts {
  return factsOfStat(fstatSync(fd, { bigint: true }))
}

/** Turns what the system said about reading `path` into a sentence. */
export function readFailure(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new PeerError('NOT_FOUND', `There is no file ${path}.`, { cause: error })
    case 'ELOOP':
      return new PeerError('UNREADABLE', `${path} is a link, which is not followed here.`, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new PeerError('UNREADABLE', `You may not read ${path}.`, { cause: error })
    case 'EIO':
      return new PeerError('UNREADABLE', `${path} can't be read: the disk reports an error.`, {
        cause: error,
      })
    case 'EMFILE':
    case 'ENFILE':
      return new PeerError('TOO_BUSY', 'Too many files are open. Try again.', { cause: error })
    default:
      return error
  }
}

function notAFile(path: string): PeerError {
  return new PeerError('UNREADABLE', `${path} is not a file.`)
}

/** As much of a file's status as its stamp is made of; `fs.Stats` has it. */
export interface StampFacts {
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

const doubles = new Float64Array(4)
const words = new Uint32Array(doubles.buffer)

/**
 * Inode, size, mtime and ctime as one whole number below 2^53 that is never 0: equal stamps, same content.
 * Millions of them are kept and compared; the numbers of `fs.Stats` tell times 0.25 µs apart.
 */
export function stampOf({ ino, size, mtimeMs, ctimeMs }: StampFacts): number {
  doubles[0] = ino
  doubles[1] = size
  doubles[2] = mtimeMs
  doubles[3] = ctimeMs
  // Two lanes of multiply and rotate, mixed at the end: cyrb53, public domain.
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (const word of words) {
    a = Math.imul(a ^ word, 2_654_435_761)
    b = Math.imul(b ^ word, 1_597_334_677)
    a = (a << 13) | (a >>> 19)
    b = (b << 15) | (b >>> 17)
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return 2 ** 32 * (b & 0x1f_ffff) + (a >>> 0) || 1
}

/** The stamp of exact facts: the same that `stampOf` gives for the `fs.Stats` of the same state. */
export function stampOfFacts({ ino, size, mtimeNs, ctimeNs }: FileFacts): number {
  return stampOf({ ino: Number(ino), size, mtimeMs: milliseconds(mtimeNs), ctimeMs: milliseconds(ctimeNs) })
}

/** As Node computes it, to the last bit: seconds and nanoseconds apart. */
function milliseconds(ns: bigint): number {
  let seconds = ns / 1_000_000_000n
  let rest = ns % 1_000_000_000n
  if (rest < 0n) {
    seconds -= 1n
    rest += 1_000_000_000n
  }
  return Number(seconds) * 1000 + Number(rest) / 1e6
}
