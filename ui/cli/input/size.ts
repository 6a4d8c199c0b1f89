import { UsageError } from './usage-error.js'

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** Reads a size as people write it: `10MB`, `1.5 GiB`, `4096`. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text.trim())
  const factor = FACTORS[match?.[2]?.toLowerCase() ?? '?']
  const bytes = Math.round(Number(match?.[1]) * (factor ?? Number.NaN))
  if (Number.isSafeInteger(bytes)) return bytes
  throw new UsageError(`"${text}" is not a size. Write it as 10MB, 1.5GiB or a number of bytes.`)
}
