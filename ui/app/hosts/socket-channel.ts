import type { Channel } from '../../remote/index.js'

/** A channel over an open WebSocket of this page. */
export function socketChannel(socket: WebSocket): Channel {
  let onClose: (() => void) | undefined
  let hasEnded = false
  socket.addEventListener('close', () => {
    hasEnded = true
    onClose?.()
  })
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    onMessage(listener) {
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') listener(data)
      })
    },
    onClose(listener) {
      onClose = listener
      if (hasEnded) listener()
    },
    close: () => socket.close(),
  }
}
