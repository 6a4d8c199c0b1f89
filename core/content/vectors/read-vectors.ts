import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** For tests: one line of bep52.txt. */
export interface Vector {
  readonly size: number
  readonly root: string
  readonly layerPieces: number
  readonly sha256: string
}

/** The vectors; they are data in the sources, which the compiled file finds from dist/. */
export function readVectors(): readonly Vector[] {
  const url = new URL('../../../../core/content/vectors/bep52.txt', import.meta.url)
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [size = '', root = '', pieces = '', sha256 = ''] = line.split(' ')
      return { size: Number(size), root, layerPieces: Number(pieces), sha256 }
    })
}

/** The bytes of the vector of this size. */
export function vectorBytes(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(sizeBytes / 32) * 32)
  for (let i = 0; i * 32 < sizeBytes; i++) {
    createHash('sha256')
      .update(`tspeer${i}`)
      .digest()
      .copy(bytes, i * 32)
  }
  return bytes.subarray(0, sizeBytes)
}
