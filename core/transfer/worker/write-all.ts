import { writeSync } from 'node:fs'

/** Writes all of it: a nearly full disk takes fewer bytes than it is given, without an error. */
export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, position + written)
  }
}
