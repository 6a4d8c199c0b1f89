import { PeerError } from '../../errors/index.js'

/** A range of IPv4 addresses, as `10.0.0.0/24`: its first address as a number, and how many there are. */
export interface ProbeRange {
  readonly text: string
  readonly first: number
  readonly count: number
}

/** Addresses in all that are asked: a round of them takes some minutes, gently. */
const MOST_ADDRESSES = 4_096
const RANGE = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/

/** Reads ranges as a person types them, `10.0.0.0/24; 10.0.7.1`; BAD_INPUT if they aren't, or are too many. */
export function parseRanges(text: string): readonly ProbeRange[] {
  const parts = text.split(/[;,\s]+/).filter(part => part !== '')
  const ranges = parts.map(parseRange)
  const all = ranges.reduce((sum, { count }) => sum + count, 0)
  if (all > MOST_ADDRESSES)
    throw new PeerError(
      'BAD_INPUT',
      `Those are ${all} addresses; at most ${MOST_ADDRESSES} are asked, such as 10.0.0.0/20.`,
    )
  return ranges
}

/** The addresses of ranges, without the first and last of a network, which are nobody's. */
export function* addressesIn(ranges: readonly ProbeRange[]): Generator<string> {
  for (const { first, count } of ranges) {
    const edge = count > 2 ? 1 : 0
    for (let i = edge; i < count - edge; i++) yield writeAddress(first + i)
  }
}

function parseRange(text: string): ProbeRange {
  const match = RANGE.exec(text)
  const bytes = match?.slice(1, 5).map(Number) ?? []
  const bits = match?.[5] === undefined ? 32 : Number(match[5])
  if (!match || bytes.some(byte => byte > 255) || bits > 32 || bits < 8)
    throw new PeerError('BAD_INPUT', `"${text.slice(0, 50)}" is no range of addresses. Write 10.0.0.0/24.`)
  const [top = 0] = bytes
  if (top === 0 || top >= 224)
    throw new PeerError('BAD_INPUT', `"${text}" holds no addresses of single computers.`)
  const count = 2 ** (32 - bits)
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const first = Math.floor(value / count) * count
  return { text: bits === 32 ? writeAddress(first) : `${writeAddress(first)}/${bits}`, first, count }
}

function writeAddress(value: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
}
