import type { IncomingHttpHeaders } from 'node:http'

/** A request before anything is done with it. */
export interface Asked {
  readonly method?: string
  readonly headers: IncomingHttpHeaders
}

/** Why a request for a file is refused, or undefined. `authority` is `host:port`, as the bridge printed it. */
export function fileRequestFault({ method, headers }: Asked, authority: string): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return 'method'
  if (headers.host !== authority) return 'host' // a name that was rebound to this address
  if (headers.origin !== undefined && headers.origin !== `http://${authority}`) return 'origin'
  const site = headers['sec-fetch-site']
  // 'none' is the person's own act: an address typed, or opened by the program that printed it.
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : 'site'
}

/** The same for the socket, which only a page of the bridge itself may open. */
export function socketRequestFault({ method, headers }: Asked, authority: string): string | undefined {
  if (method !== 'GET') return 'method'
  if (headers.host !== authority) return 'host'
  if (headers.origin !== `http://${authority}`) return 'origin'
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' ? undefined : 'site'
}
