import { UsageError } from './usage-error.js'

/** Reads a port; 0 takes any free one. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new UsageError(`"${text}" is not a port: a number from 0 to 65535.`)
}
