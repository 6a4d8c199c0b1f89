import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PeerError, systemCode } from '../../core/errors/index.js'
import type { Logger } from '../../core/log/index.js'
import type { RegistryStats } from '../registry-stats.js'
import { dashboardCsp, dashboardHtml } from './dashboard/index.js'
import type { Metrics } from './metrics.js'
import { requestFault } from './request-fault.js'
import { EVERY_MS, Sampler } from './sampler.js'
import { METRICS_TYPE, writeMetrics } from './write-metrics.js'

/** What the page shows, and where. */
export interface PageOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly name: string
  readonly stats: () => RegistryStats
  readonly metrics: Metrics
  readonly log: Logger
}

/** The page that is served. */
export interface Page {
  readonly url: string
  /** Safe to call twice. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const MAX_CONNECTIONS = 64
const REQUEST_MS = 10_000

/** Serves the page, its figures, /metrics and /health to this computer. PORT_BUSY when another program has the port. */
export async function servePage(options: PageOptions): Promise<Page> {
  const sampler = new Sampler(options.stats, options.metrics)
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS })
  server.maxConnections = MAX_CONNECTIONS
  try {
    const port = await listen(server, options.port)
    server.on('request', (request, response) => answer(request, response, port, { ...options, sampler }))
    server.on('error', error => options.log.warn('page', { error: error.message }))
    return { url: `http://${HOST}:${port}/`, close: () => close(server, sampler) }
  } catch (error) {
    sampler.close()
    throw error
  }
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen({ host: HOST, port })
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  } catch (cause) {
    if (systemCode(cause) !== 'EADDRINUSE' && systemCode(cause) !== 'EACCES') throw cause
    const remedy = 'Choose another with --admin-port, or none.'
    throw new PeerError('PORT_BUSY', `Port ${port} for the page is not free. ${remedy}`, { cause })
  }
}

function close(server: Server, sampler: Sampler): Promise<void> {
  sampler.close()
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

interface Shown extends PageOptions {
  readonly sampler: Sampler
}

const FAULTS = { method: [405, 'Only GET.'], host: [403, 'Wrong host.'], site: [403, 'Wrong site.'] } as const

function answer(request: IncomingMessage, response: ServerResponse, port: number, shown: Shown): void {
  const fault = requestFault(request, port)
  if (fault) {
    const [status, text] = FAULTS[fault]
    send(response, { status, type: 'text/plain; charset=utf-8', body: `${text}\n` })
    return
  }
  const page = pageAt(request.url ?? '', shown)
  send(response, page ?? { status: 404, type: 'text/plain; charset=utf-8', body: 'Not here.\n' })
}

interface Content {
  readonly status?: number
  readonly type: string
  readonly body: string
}

const JSON_TYPE = 'application/json; charset=utf-8'

function pageAt(url: string, { name, stats, metrics, sampler }: Shown): Content | undefined {
  switch (url.split('?')[0]) {
    case '/':
      return { type: 'text/html; charset=utf-8', body: dashboardHtml }
    case '/figures.json': {
      const figures = {
        name,
        everyMs: EVERY_MS,
        ...stats(),
        latest: sampler.latest,
        samples: sampler.samples,
      }
      return { type: JSON_TYPE, body: JSON.stringify(figures) }
    }
    case '/metrics':
      return { type: METRICS_TYPE, body: writeMetrics(stats(), metrics, sampler.latest) }
    case '/health':
      return health(stats())
    default:
      return undefined
  }
}

/** 503 while what is registered and shared can't be kept. */
function health({ complete, storeFailing }: RegistryStats): Content {
  const status = storeFailing ? 'failing' : complete ? 'ok' : 'loading'
  const why = storeFailing ? { code: storeFailing } : {}
  return {
    status: storeFailing ? 503 : 200,
    type: JSON_TYPE,
    body: `${JSON.stringify({ status, ...why })}\n`,
  }
}

function send(response: ServerResponse, { status = 200, type, body }: Content): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Content-Security-Policy': dashboardCsp,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    ...(status === 405 ? { Allow: 'GET, HEAD', Connection: 'close' } : {}),
  })
  response.end(body) // for HEAD, Node leaves the body out
}
