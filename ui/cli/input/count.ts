import { UsageError } from './usage-error.js'

/** Reads a whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,9}$/.test(text) && count >= 1) return count
  throw new UsageError(`"${text}" is not a number of things: write a whole number from 1.`)
}
