import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Peer } from '../api/index.js'

/** Which bytes of an entry to stream. */
export interface ReadStreamOptions {
  /** The first byte; default 0. */
  readonly start?: number
  /** The byte before which it ends; default the end of the entry. */
  readonly end?: number
}

/** Bytes held for a reader that is slow. */
const HELD_BYTES = 512 * 1024

/**
 * An entry of a transfer as a stream of verified bytes, also while it is downloaded: what the reader is about
 * to need is fetched first, and what is not here yet is waited for. Destroy it to stop; to seek, make another.
 * It fails with a PeerError when the transfer is paused by the user, fails, is cancelled or removed.
 */
export function readStream(
  peer: Pick<Peer, 'transfers'>,
  id: string,
  entry: number,
  { start = 0, end = Number.POSITIVE_INFINITY }: ReadStreamOptions = {},
): Readable {
  const reader = randomUUID()
  let offset = start
  const next = async (): Promise<Uint8Array | null> => {
    if (offset >= end) return null
    const length = Number.isFinite(end) ? { length: end - offset } : {}
    const bytes = await peer.transfers.read({ id, entry, offset, reader, ...length })
    offset += bytes.length
    return bytes.length > 0 ? bytes : null
  }
  return new Readable({
    highWaterMark: HELD_BYTES,
    read() {
      next().then(
        bytes => this.push(bytes),
        error => this.destroy(error),
      )
    },
    destroy(error, done) {
      peer.transfers.endRead(reader).then(
        () => done(error),
        // The peer is closed or out of reach: nothing is wished for there any more.
        () => done(error),
      )
    },
  })
}
