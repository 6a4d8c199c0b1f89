import type { IncomingHttpHeaders } from 'node:http'

/** A request before anything is done with it. */
export interface Asked {
  readonly method?: string | undefined
  readonly headers: IncomingHttpHeaders
}

/** Why a request to the page of a port on loopback is refused, or undefined. Nothing here changes anything. */
export function requestFault(
  { method, headers }: Asked,
  port: number,
): 'method' | 'host' | 'site' | undefined {
  if (method !== 'GET' && method !== 'HEAD') return 'method'
  const own = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host = '', origin } = headers
  if (!own.includes(host)) return 'host' // a name that was rebound to this address
  if (origin !== undefined && origin !== `http://${host}`) return 'site'
  const site = headers['sec-fetch-site']
  // 'none' is the person's own act: an address typed, or a bookmark.
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : 'site'
}
