import type { NwApi } from './nw-api.js'
import { openOutside } from './nw-platform.js'

/** Time for a clean end; past it the window closes all the same, and the next start mends what it finds. */
const CLOSE_MS = 10_000

/**
 * Keeps the window to the app: nothing else is ever loaded where Node is, links open in the browser, a second
 * start brings this window to the front, and closing it ends the peer first.
 */
export function guardWindow(nw: NwApi, endPeer: () => Promise<void>): void {
  const window = nw.Window.get()
  let isEnding = false
  window.on('new-win-policy', (_frame, url, policy) => {
    policy.ignore()
    openOutside(nw, url)
  })
  window.on('navigation', (_frame, url, policy) => {
    policy.ignore()
    openOutside(nw, url)
  })
  nw.App.on('open', () => {
    window.restore()
    window.show()
    window.focus()
  })
  window.on('close', () => {
    if (isEnding) return
    isEnding = true
    window.hide()
    const late = setTimeout(() => window.close(true), CLOSE_MS)
    void endPeer()
      .catch(() => {}) // it is logged where it happened; the window closes in any case
      .then(() => {
        clearTimeout(late)
        window.close(true)
      })
  })
}
