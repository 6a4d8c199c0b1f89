import type { Socket } from 'node:net'
import type { Channel } from '../channel.js'

/** What one side takes and holds. */
export interface LineLimits {
  /** Characters of one line that comes. */
  readonly line: number
  /** Bytes that wait for a reader that doesn't read. */
  readonly waiting: number
}

/** A socket as a channel: a text a line. A line or a backlog over its limit ends it. */
export function lineChannel(socket: Socket, limits: LineLimits): Channel {
  let onMessage: (text: string) => void = () => {}
  const lines = new LineSplitter(limits.line)
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    if (!lines.take(text, line => onMessage(line))) socket.destroy()
  })
  // The reason doesn't matter: `close` follows.
  socket.on('error', () => {})

  return {
    send(text) {
      if (!socket.writable) return
      socket.write(`${text}\n`)
      if (socket.writableLength > limits.waiting) socket.destroy()
    },
    onMessage(listener) {
      onMessage = listener
    },
    onClose(listener) {
      if (socket.closed) listener()
      else socket.once('close', listener)
    },
    close() {
      socket.destroySoon()
    },
  }
}

/** Cuts a stream of text into lines. */
export class LineSplitter {
  readonly #limit: number
  #parts: string[] = []
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Gives each complete line to `onLine`; false when one is over the limit, after which nothing may follow. */
  take(text: string, onLine: (line: string) => void): boolean {
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (!this.#hold(text.slice(start, end))) return false
      const line = this.#parts.join('')
      this.#parts = []
      this.#held = 0
      start = end + 1
      onLine(line)
    }
    return this.#hold(text.slice(start))
  }

  #hold(part: string): boolean {
    if (part === '') return true
    this.#held += part.length
    this.#parts.push(part)
    return this.#held <= this.#limit
  }
}
