import { createSocket } from 'node:dgram'
import type { Service } from '../services.js'
import { readQuestion, writeAnswer } from './packets.js'

/** One answer a second to one source, and so many sources remembered for that. */
const QUIET_MS = 1_000
const MOST_SOURCES = 1_024
/** Answers a second to all together. */
const MOST_A_SECOND = 200

/** Answers probes on a UDP port. */
export interface Answerer {
  close(): Promise<void>
}

/** Where the port can't be had, nothing is answered: those who find by other ways still do. */
export function answerProbes(
  services: readonly Service[],
  port: number,
  onFault: (error: Error) => void,
): Answerer {
  // Asked by IPv4 only: nobody asks a whole network of IPv6.
  const socket = createSocket({ type: 'udp4' })
  const answeredAt = new Map<string, number>()
  let second = 0
  let inSecond = 0
  const mayAnswer = (source: string): boolean => {
    const now = performance.now()
    if (now - second >= 1_000) {
      second = now
      inSecond = 0
    }
    if (now - (answeredAt.get(source) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false
    if (++inSecond > MOST_A_SECOND) return false
    answeredAt.delete(source)
    answeredAt.set(source, now)
    for (const [oldest] of answeredAt) {
      if (answeredAt.size <= MOST_SOURCES) break
      answeredAt.delete(oldest)
    }
    return true
  }
  socket.on('error', onFault)
  socket.on('message', (packet, from) => {
    const nonce = readQuestion(packet)
    if (nonce && mayAnswer(from.address))
      socket.send(writeAnswer(nonce, services), from.port, from.address, () => {})
  })
  socket.bind(port)
  socket.unref()
  return {
    close: () =>
      new Promise(resolve => {
        socket.close(() => resolve())
      }),
  }
}
