import { close, read } from 'node:fs'
import { promisify } from 'node:util'
import { type OpenFile, openRegularFile, readFailure } from '../content/index.js'
import { hasCode, PeerError } from '../errors/index.js'
import { assertNoLinks, visibleName } from '../paths/index.js'

/** Where the bytes of an entry are from an offset on. */
export type Whereabouts =
  /** This many from there on are verified; a placed file must still have the size and time it was given. */
  | {
      readonly kind: 'here'
      readonly path: string
      readonly bytes: number
      readonly placed?: { readonly folder: string; readonly size: number; readonly mtime: number }
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'coming' }

/** File systems keep the times of files to 2 s at worst. */
const SAME_TIME_MS = 2_000

const readFile = promisify(read)
const closeFile = promisify(close)

/**
 * Reads verified bytes of a partial or a placed file; undefined when a partial file is not there any more, for
 * then it was moved. A placed file that is gone, or that is another one now, is told.
 */
export async function readVerified(
  at: Extract<Whereabouts, { kind: 'here' }>,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  const { path, placed } = at
  const open = placed ? await openPlaced(path, placed) : openPartial(path)
  if (!open) return undefined
  try {
    const bytes = new Uint8Array(length)
    for (let got = 0; got < length; ) {
      const { bytesRead } = await readFile(open.fd, bytes, got, length - got, offset + got)
      if (bytesRead === 0) throw changed(path)
      got += bytesRead
    }
    return bytes
  } catch (error) {
    throw readFailure(error, visibleName(path))
  } finally {
    await closeFile(open.fd)
  }
}

function openPartial(path: string): OpenFile | undefined {
  try {
    return openRegularFile(path)
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return undefined
    throw error
  }
}

async function openPlaced(
  path: string,
  { folder, size, mtime }: NonNullable<Extract<Whereabouts, { kind: 'here' }>['placed']>,
): Promise<OpenFile> {
  assertNoLinks(folder, path)
  const open = openRegularFile(path)
  const { facts } = open
  if (facts.size === size && Math.abs(Number(facts.mtimeNs) / 1e6 - mtime) <= SAME_TIME_MS) return open
  await closeFile(open.fd)
  throw changed(path)
}

function changed(path: string): PeerError {
  return new PeerError(
    'FILE_CHANGED',
    `${visibleName(path)} was changed since it was downloaded. Open it with a program of yours.`,
  )
}
