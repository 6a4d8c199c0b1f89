import type { Channel } from '../channel.js'

/** Two ends of a channel in one process. Texts arrive in order, in a later turn, as on a socket. */
export function channelPair(): readonly [Channel, Channel] {
  const a = new End()
  const b = new End()
  a.other = b
  b.other = a
  return [a, b]
}

class End implements Channel {
  other: End | undefined
  #closed = false
  #onMessage: (text: string) => void = () => {}
  #onClose: () => void = () => {}

  send(text: string): void {
    if (!this.#closed) queueMicrotask(() => this.other?.arrive(text))
  }

  onMessage(listener: (text: string) => void): void {
    this.#onMessage = listener
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    queueMicrotask(() => {
      this.#onClose()
      this.other?.close()
    })
  }

  arrive(text: string): void {
    if (!this.#closed) this.#onMessage(text)
  }
}
