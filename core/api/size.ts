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
/** No limit is smaller, bytes a second: connections would seem dead. */
export const LEAST_RATE = 10_000
const UNITS = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const

/** Reads a size as people write it: `10MB`, `1.5 GiB`, `4096`; undefined where it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text.trim())
  const factor = FACTORS[match?.[2]?.toLowerCase() ?? '?']
  const bytes = Math.round(Number(match?.[1]) * (factor ?? Number.NaN))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Reads bytes a second: a size, also as `10MB/s`, or `none`; 0 is no limit. */
export function parseRate(text: string): number | undefined {
  const rate = text.trim().toLowerCase()
  if (rate === 'none' || rate === 'off') return 0
  return parseSize(rate.replace(/\s*\/\s*s$/, ''))
}

/** Whether this is a limit that can be kept. */
export function isRate(rate: number): boolean {
  return rate === 0 || (Number.isSafeInteger(rate) && rate >= LEAST_RATE)
}

/** A rate as `parseRate` reads it again, to the byte: `none`, `20MB`, `1234567`. */
export function writeRate(bytes: number): string {
  if (bytes === 0) return 'none'
  for (const [unit, factor] of UNITS) {
    // One digit after the point, so that nothing is rounded.
    if (bytes >= factor && (bytes * 10) % factor === 0) return `${bytes / factor}${unit}`
  }
  return String(bytes)
}
