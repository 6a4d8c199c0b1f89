import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { setTimeout as delay } from 'node:timers/promises'
import type { Service } from '../services.js'
import { NONCE_BYTES, readAnswer, writeQuestion } from './packets.js'
import { addressesIn, type ProbeRange } from './ranges.js'

export interface ProberOptions {
  readonly ranges: readonly ProbeRange[]
  /** UDP ports that are asked at each address: those that a registry and a peer usually have. */
  readonly ports: readonly number[]
  /** Somebody answered, from this address. Nothing of it is proved: a connection does that. */
  readonly onAnswer: (services: readonly Service[], host: string) => void
  /** Questions a second. */
  readonly aSecond?: number
}

/** So often all are asked, and not sooner whatever a person presses. */
const ROUND_MS = 15 * 60_000
const LEAST_ROUND_MS = 30_000
const A_SECOND = 50

/** Asks single addresses, one after the other, who is there. */
export class Prober {
  readonly #options: ProberOptions
  readonly #stop = new AbortController()
  readonly #nonce = randomBytes(NONCE_BYTES)
  readonly #asked = new Set<string>()
  readonly #socket: Socket
  #startedAt = Number.NEGATIVE_INFINITY
  #wake: () => void = () => {}
  readonly #running: Promise<void>

  constructor(options: ProberOptions) {
    this.#options = options
    this.#socket = createSocket('udp4')
    this.#socket.on('error', () => {}) // what can't be sent is not answered
    this.#socket.on('message', (packet, { address }) => this.#take(packet, address))
    this.#socket.unref()
    this.#running = this.#run().catch(() => {})
  }

  /** Asks all again, unless that was done just now. */
  refresh(): void {
    if (performance.now() - this.#startedAt > LEAST_ROUND_MS) this.#wake()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#wake()
    await this.#running
    await new Promise<void>(resolve => this.#socket.close(() => resolve()))
  }

  /** Answers of addresses that were not asked, or not by this side, are dropped. */
  #take(packet: Buffer, address: string): void {
    const answer = readAnswer(packet)
    if (answer?.nonce.equals(this.#nonce) && this.#asked.has(address))
      this.#options.onAnswer(answer.services, address)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      this.#startedAt = performance.now()
      await this.#round(signal)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ROUND_MS).unref()
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (signal.aborted) this.#wake()
      })
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { ranges, ports, aSecond = A_SECOND } = this.#options
    const question = writeQuestion(this.#nonce)
    for (const address of addressesIn(ranges)) {
      this.#asked.add(address)
      for (const port of ports) {
        this.#socket.send(question, port, address, () => {})
        await delay(1_000 / aSecond, undefined, { signal, ref: false })
      }
    }
  }
}
