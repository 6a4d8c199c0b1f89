import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PeerError } from '../../core/browser.js'
import { fileRequestFault } from './request-fault.js'

/** What the bridge serves, and nothing else: path, file of the built app, type. */
const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/app.js', file: 'app.js', type: 'text/javascript; charset=utf-8' },
  { path: '/app.css', file: 'app.css', type: 'text/css; charset=utf-8' },
  { path: '/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const

export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

export type PageFiles = ReadonlyMap<string, PageFile>

/** Reads the built app; NOT_FOUND when it isn't built. */
export async function readPageFiles(folder: URL): Promise<PageFiles> {
  const files = new Map<string, PageFile>()
  for (const { path, file, type } of FILES) {
    try {
      files.set(path, { type, bytes: await readFile(new URL(file, folder)) })
    } catch (cause) {
      throw new PeerError('NOT_FOUND', 'The app is not built. Run `npm run build`, then start again.', {
        cause,
      })
    }
  }
  return files
}

/** Answers a request for one of the files. */
export function servePageFile(
  request: IncomingMessage,
  response: ServerResponse,
  files: PageFiles,
  authority: string,
): void {
  const headers = securityHeaders(authority)
  const refuse = (status: number) => response.writeHead(status, headers).end()
  if (fileRequestFault(request, authority) !== undefined) return void refuse(403)
  const file = files.get(request.url ?? '')
  if (!file) return void refuse(404)
  response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.bytes.length })
  response.end(request.method === 'HEAD' ? undefined : file.bytes)
}

function securityHeaders(authority: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "media-src 'self'",
      `connect-src ws://${authority}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cache-control': 'no-store',
  }
}
