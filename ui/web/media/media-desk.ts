import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Peer, PeerError, type TransferEntry } from '../../../core/browser.js'
import { hasCode, type Logger, readStream } from '../../../core/index.js'
import { mediaTypeOf } from '../../app/index.js'
import { type RangeAnswer, rangeAnswer } from './byte-range.js'
import { MediaPasses } from './media-passes.js'

const PATH = /^\/media\/([\w-]{22})$/
/** Answers under way at once. */
const MOST_ANSWERS = 32

export interface MediaDeskOptions {
  readonly peer: Peer
  readonly log: Logger
  /** Whose pages may show what is served: those of this very address, or the window of a program. */
  readonly forPages: 'same-origin' | 'cross-origin'
}

/** Whether this is the path of a media address. */
export function isMediaPath(path: string | undefined): boolean {
  return path?.startsWith('/media/') ?? false
}

/** Gives out addresses of single files of transfers, and answers requests for their bytes. */
export class MediaDesk {
  readonly #options: MediaDeskOptions
  readonly #passes = new MediaPasses()
  #answers = 0

  constructor(options: MediaDeskOptions) {
    this.#options = options
  }

  /** A path for one file of a transfer; NOT_FOUND when there is none. Only for who may use the peer. */
  async issue(transfer: string, entry: number): Promise<string> {
    await this.#find(transfer, entry)
    return `/media/${this.#passes.issue({ transfer, entry })}`
  }

  /** Answers a request that was found to come from where it may. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, more = {}) =>
      response.writeHead(status, { ...this.#headers, ...more }).end()
    const [, capability = ''] = PATH.exec(request.url ?? '') ?? []
    const media = this.#passes.use(capability)
    if (!media) return void refuse(404)
    if (this.#answers >= MOST_ANSWERS) return void refuse(503)
    this.#answers++
    try {
      const found = await this.#find(media.transfer, media.entry)
      // Nothing here tells one state of a file from another, so a part of an older one is never asked for.
      const range = request.headers['if-range'] === undefined ? request.headers.range : undefined
      const answer = rangeAnswer(range, found.size)
      if (answer.kind === 'none') return void refuse(416, { 'content-range': `bytes */${found.size}` })
      await this.#give(request, response, { media, found, answer })
    } catch (error) {
      this.#options.log.debug('media', { error: String(error) })
      if (response.headersSent) response.destroy()
      else refuse(hasCode(error, 'NOT_FOUND') ? 404 : 409)
    } finally {
      this.#answers--
    }
  }

  async #give(
    request: IncomingMessage,
    response: ServerResponse,
    {
      media,
      found,
      answer,
    }: {
      readonly media: { readonly transfer: string; readonly entry: number }
      readonly found: TransferEntry
      readonly answer: Exclude<RangeAnswer, { kind: 'none' }>
    },
  ): Promise<void> {
    const { start, end } = answer.kind === 'part' ? answer : { start: 0, end: found.size }
    const status = answer.kind === 'part' ? 206 : 200
    const headers = {
      ...this.#headers,
      ...typeHeaders(found.name),
      'accept-ranges': 'bytes',
      'content-length': end - start,
      ...(answer.kind === 'part' && { 'content-range': `bytes ${start}-${end - 1}/${found.size}` }),
    }
    if (request.method === 'HEAD' || start === end) return void response.writeHead(status, headers).end()
    const stream = readStream(this.#options.peer, media.transfer, media.entry, { start, end })
    // At once: a page knows then what it waits for.
    response.writeHead(status, headers).flushHeaders()
    await pipeline(stream, response)
  }

  async #find(transfer: string, entry: number): Promise<TransferEntry> {
    const { entries } = await this.#options.peer.transfers.entries(transfer, { offset: entry, limit: 1 })
    const found = entries[0]
    if (found?.type === 'file') return found
    throw new PeerError('NOT_FOUND', 'This transfer has no such file.')
  }

  get #headers(): Readonly<Record<string, string>> {
    return {
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': this.#options.forPages,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    }
  }
}

/** What a page can show gets its type; everything else, so html, svg and xml too, is for saving only. */
function typeHeaders(name: string): Readonly<Record<string, string>> {
  const media = mediaTypeOf(name)
  if (media) return { 'content-type': media.type, 'content-disposition': 'inline' }
  const coded = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, escapeCharacter)
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${coded}`,
  }
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
