import { type ReadonlySignal, signal } from '@preact/signals'
import { formatRoute, parseRoute, type Route } from './route.js'

/** Where the app is; the address bar is its memory, so Back and reload work. */
export interface Router {
  readonly route: ReadonlySignal<Route>
  go(route: Route): void
  /** The same, without a new step for Back. */
  replace(route: Route): void
  close(): void
}

export function createRouter(window: Window): Router {
  const route = signal(parseRoute(window.location.hash))
  const follow = () => {
    route.value = parseRoute(window.location.hash)
  }
  window.addEventListener('hashchange', follow)
  return {
    route,
    go(next) {
      window.location.hash = formatRoute(next)
      follow() // at once: the next key is for the new pane
    },
    replace(next) {
      window.history.replaceState(null, '', formatRoute(next))
      follow()
    },
    close: () => window.removeEventListener('hashchange', follow),
  }
}
