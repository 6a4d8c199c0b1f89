import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Platform } from '../host.js'
import type { Session } from '../stores/index.js'
import type { Router } from './router.js'

/** What every pane works with. */
export interface App extends Session {
  readonly platform: Platform
  readonly router: Router
}

const AppContext = createContext<App | undefined>(undefined)

export const AppProvider = AppContext.Provider

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('useApp outside of AppProvider') // a mistake of ours, never in use
  return app
}
