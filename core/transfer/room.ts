import { statfs } from 'node:fs/promises'

/** Bytes that we may still write in a folder; infinite where that can't be told. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    // A file system that doesn't say is found full when it is.
    return Number.POSITIVE_INFINITY
  }
}
