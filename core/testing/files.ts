import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, mkdtemp, open, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of its own for one test. */
export interface TestFolder {
  readonly path: string
  /** Joins parts below it. */
  at(...parts: string[]): string
  remove(): Promise<void>
}

/** Makes an empty temporary folder. */
export async function makeTestFolder(name = 'test'): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), `tspeer-${name}-`))
  return {
    path,
    at: (...parts) => join(path, ...parts),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

const BLOCK = Buffer.alloc(1 << 20)

/** Writes a file of pseudo-random bytes that depend on the seed only; its folders are made. */
export async function writeSample(path: string, bytes: number, seed = 0): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'w')
  try {
    // AES-CTR over zeros: a gigabyte a second, and no two places alike.
    const key = createHash('sha256').update(`sample ${seed}`).digest()
    const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
    for (let at = 0; at < bytes; at += BLOCK.length)
      await file.write(stream.update(BLOCK.subarray(0, Math.min(BLOCK.length, bytes - at))))
  } finally {
    await file.close()
  }
}

/** Every path below a folder with what it is: two folders with equal answers are the same tree. */
export async function describeTree(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const walk = async (below: string): Promise<void> => {
    for (const name of (await readdir(join(folder, below))).sort()) {
      const path = below ? `${below}/${name}` : name
      const info = await lstat(join(folder, path))
      if (info.isDirectory()) {
        found[path] = 'folder'
        await walk(path)
      } else if (info.isSymbolicLink()) found[path] = `link to ${await readlink(join(folder, path))}`
      else found[path] = `${info.size} ${await sha256(join(folder, path))}`
    }
  }
  await walk('')
  return found
}

/** SHA-256 of a file as hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
