/** A way to the other side for whole texts, in order: a local socket, a WebSocket, two ends in one process. */
export interface Channel {
  /** Sends a text; does nothing once the channel is closed. */
  send(text: string): void
  /** Sets the one listener for what comes. */
  onMessage(listener: (text: string) => void): void
  /** Sets the one listener for the end, whoever caused it; called once, at once if it has ended. */
  onClose(listener: () => void): void
  /** Ends it after what was sent; safe to call twice. */
  close(): void
}
