import { isLoopback } from '../wire/index.js'

/** Where finding each other takes place. */
export interface Scope {
  /** In this machine only. */
  readonly internal?: boolean
  /** UDP; those on another port are not met. */
  readonly port?: number
}

/**
 * The scope for a program that listens on `host`; undefined for none: on loopback alone nobody could reach it. The
 * environment's `TSPEER_DISCOVERY` comes first: `off`, or `loopback:PORT`.
 */
export function scopeFor(host: string | undefined, given = process.env.TSPEER_DISCOVERY): Scope | undefined {
  if (given === 'off') return undefined
  const port = /^loopback:(\d{1,5})$/.exec(given ?? '')?.[1]
  if (port !== undefined) return { internal: true, port: Number(port) }
  return host === 'localhost' || (host !== undefined && isLoopback(host)) ? undefined : {}
}
