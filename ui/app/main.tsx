import { render } from 'preact'
import { AppProvider, createRouter } from './context/index.js'
import type { Host } from './host.js'
import { createWebHost } from './hosts/web-host.js'
import { AppView } from './shell/index.js'
import { createSession } from './stores/index.js'
import { language } from './text/index.js'

declare global {
  interface Window {
    /** Set by a program that runs the peer in this very page, before this script. */
    readonly tspeerHost?: Host
  }
}

/** A hidden page gets no frames; its events still go on, twice a second. */
const HIDDEN_MS = 500

function schedule(run: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(run, HIDDEN_MS)
  else requestAnimationFrame(run)
}

const place = document.getElementById('app')
if (place) {
  document.documentElement.lang = language
  const host = window.tspeerHost ?? createWebHost(window)
  const app = {
    ...createSession(host, schedule),
    platform: host.platform,
    router: createRouter(window),
  }
  render(
    <AppProvider value={app}>
      <AppView />
    </AppProvider>,
    place,
  )
}
