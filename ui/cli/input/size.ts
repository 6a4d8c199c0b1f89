import { parseSize as findSize } from '../../../core/index.js'
import { UsageError } from './usage-error.js'

/** Reads a size as people write it: `10MB`, `1.5 GiB`, `4096`. */
export function parseSize(text: string): number {
  const bytes = findSize(text)
  if (bytes !== undefined) return bytes
  throw new UsageError(`"${text}" is not a size. Write it as 10MB, 1.5GiB or a number of bytes.`)
}
