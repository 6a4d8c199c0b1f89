import { closeSync, readSync } from 'node:fs'
import { hasLayer, pieceBytes, pieceCount } from '../../content/index.js'
import { isPeerError, PeerError, systemCode } from '../../errors/index.js'
import type { FileAnswer, FileRequest } from '../../wire/index.js'
import type { Grant } from '../grant.js'
import type { OpenFiles } from './open-files.js'
import { GrantedFiles, isUnchanged, sourceChanged } from './open-granted.js'

/** Some bytes read for a request, and where they belong in what was asked for. */
export interface ReadChunk {
  readonly offset: number
  readonly bytes: number
}

/** The bytes of one request, read chunk by chunk, then its answer. Errors are thrown as PeerErrors. */
export interface Reading {
  /** How large a buffer the next chunk needs; 0 when there is none. */
  readonly next: number
  /** Reads the next chunk into the start of the buffer; undefined where nothing of it could be read. */
  read(target: Buffer): ReadChunk | undefined
  answer(): FileAnswer
  /** Goes on from what was granted anew, in place of the grants it began with; throws when that is nothing. */
  renew(grants: readonly (Grant | undefined)[]): void
}

/** The answer to a peer that may not have it, and to one that asks for what isn't here. */
export function notShared(): PeerError {
  return new PeerError('NOT_SHARED', 'This is not shared with you, or not any more.')
}

/** Whole pieces of one granted file. */
export function readPieces(
  request: Extract<FileRequest, { want: 'pieces' }>,
  granted: Grant | undefined,
  files: OpenFiles,
  mostBytes: number,
): Reading {
  if (!granted) throw notShared()
  let grant = granted
  const { size, first, count } = request
  if (size !== grant.size || first + count > pieceCount(size)) {
    throw new PeerError('BAD_INPUT', 'The file has no such pieces.')
  }
  const end = Math.min((first + count) * pieceBytes(size), size)
  let at = first * pieceBytes(size)
  return {
    get next() {
      return Math.min(mostBytes, end - at)
    },
    read(target) {
      const offset = at
      // Opening looks at the handle each time: a file that changes is noticed before the next chunk.
      const bytes = readSync(files.open(grant), target, 0, Math.min(mostBytes, end - at), at)
      if (bytes === 0) throw sourceChanged()
      at += bytes
      return { offset, bytes }
    },
    answer() {
      files.open(grant)
      return {}
    },
    renew([again]) {
      if (again?.size !== size) throw notShared()
      grant = again
    },
  }
}

/** A batch of whole small files, back to back; one that can't be given is left out and named in the answer. */
export function readFiles(
  request: Extract<FileRequest, { want: 'files' }>,
  granted: readonly (Grant | undefined)[],
  mostBytes: number,
): Reading {
  let grants = granted
  const failed: { index: number; code: string }[] = []
  const asked = request.files
  let index = 0
  let at = 0

  /** How many bytes the files from `index` on have that fit one chunk; at least one file. */
  const fitting = () => {
    let bytes = asked[index]?.size ?? 0
    for (let i = index + 1; i < asked.length; i++) {
      const size = asked[i]?.size ?? 0
      if (bytes + size > mostBytes) break
      bytes += size
    }
    return bytes
  }
  let next = fitting()

  return {
    get next() {
      return next
    },
    read(target) {
      const files = new GrantedFiles()
      let bytes = 0
      let offset = at
      for (let file = asked[index]; file && bytes + file.size <= target.length; file = asked[index]) {
        const code = readWhole(files, grants[index], target.subarray(bytes, bytes + file.size))
        // What follows a gap goes into a chunk of its own.
        if (code && bytes > 0) break
        index++
        at += file.size
        if (code) {
          failed.push({ index: index - 1, code })
          offset = at
        } else bytes += file.size
      }
      files.close()
      next = fitting()
      return bytes > 0 ? { offset, bytes } : undefined
    },
    answer: () => (failed.length > 0 ? { failed } : {}),
    renew(again) {
      grants = again
    },
  }
}

/** Bytes that are at hand. */
export function readLayer(layer: Uint8Array | undefined, size: number, mostBytes: number): Reading {
  if (!layer || !hasLayer(size)) throw notShared()
  let at = 0
  return {
    get next() {
      return Math.min(mostBytes, layer.length - at)
    },
    read(target) {
      const offset = at
      const part = layer.subarray(at, at + Math.min(mostBytes, target.length))
      target.set(part)
      at += part.length
      return { offset, bytes: part.length }
    },
    answer: () => ({}),
    renew([again]) {
      if (!again) throw notShared()
    },
  }
}

const NO_FILE: ReadonlySet<string> = new Set(['EISDIR', 'ESPIPE', 'EAGAIN'])

/** Reads a whole file; gives the code of what hinders. Its bytes count only if the handle is right after them. */
function readWhole(files: GrantedFiles, grant: Grant | undefined, target: Buffer): string | undefined {
  if (!grant || grant.size !== target.length) return 'NOT_SHARED'
  let fd: number | undefined
  try {
    fd = files.open(grant)
    const isWhole = readAll(fd, target)
    return isWhole && isUnchanged(fd, grant) ? undefined : 'SOURCE_CHANGED'
  } catch (error) {
    if (isPeerError(error)) return error.code
    // A folder, or something that waits for a writer, where the file was.
    return NO_FILE.has(systemCode(error) ?? '') ? 'SOURCE_CHANGED' : 'UNREADABLE'
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Whether a file had as many bytes as there is room for. */
function readAll(fd: number, target: Buffer): boolean {
  for (let got = 0; got < target.length; ) {
    const bytes = readSync(fd, target, got, target.length - got, got)
    if (bytes === 0) return false
    got += bytes
  }
  return true
}
