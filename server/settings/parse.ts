import { PeerError } from '../../core/errors/index.js'

/** Checks what a file, a flag or a command gives for the setting `key`. */
export type Parse<T> = (value: unknown, key: string) => T

/** The error for a value that is none for this setting. */
export function bad(key: string, what: string): PeerError {
  return new PeerError('BAD_INPUT', `${key} takes ${what}.`)
}

export function wholeNumber(least: number, most: number): Parse<number> {
  return (value, key) => {
    const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most)
      return number
    throw bad(key, `a whole number from ${least} to ${most}`)
  }
}

export const port = wholeNumber(0, 65_535)

/** A text of at most so many UTF-16 units. */
export function text(most: number): Parse<string> {
  return (value, key) => {
    if (typeof value === 'string' && value.length <= most) return value
    throw bad(key, `a text of at most ${most} characters`)
  }
}

const YES: ReadonlySet<unknown> = new Set([true, 'true', 'yes', 'on'])
const NO: ReadonlySet<unknown> = new Set([false, 'false', 'no', 'off'])

export function yesOrNo(value: unknown, key: string): boolean {
  const given = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (YES.has(given)) return true
  if (NO.has(given)) return false
  throw bad(key, 'true or false')
}
