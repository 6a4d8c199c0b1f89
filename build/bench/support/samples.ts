import { createCipheriv, createHash } from 'node:crypto'
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const MiB = 1024 * 1024
const BLOCK = Buffer.alloc(MiB)

/** Makes a file of bytes that can't be compressed. */
export function randomFile(path: string, bytes: number): void {
  const fd = openSync(path, 'w')
  const random = randomBytes(path)
  for (let left = bytes; left > 0; left -= MiB) writeSync(fd, random(Math.min(left, MiB)))
  closeSync(fd)
}

/** Makes a file of this size that takes no room on the disk. */
export function sparseFile(path: string, bytes: number): void {
  const fd = openSync(path, 'w')
  ftruncateSync(fd, bytes)
  closeSync(fd)
}

/** Makes so many files of the same size in so many folders. */
export function manyFiles(
  folder: string,
  { files, folders, bytes }: { readonly files: number; readonly folders: number; readonly bytes: number },
): void {
  const random = randomBytes(folder)
  for (let i = 0; i < files; i++) {
    const inner = join(folder, `folder ${i % folders}`)
    if (i < folders) mkdirSync(inner, { recursive: true })
    writeFileSync(join(inner, `file ${i}`), random(bytes))
  }
}

/** A fast source of bytes, the same for the same name. */
function randomBytes(name: string): (bytes: number) => Buffer {
  const key = createHash('sha256').update(name).digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return bytes => stream.update(BLOCK.subarray(0, bytes))
}
