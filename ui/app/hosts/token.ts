const KEY = 'tspeer-token'
const IN_ADDRESS = /^#(token|ticket)=([\w-]+)$/

/** What lets the page in: the token, or a ticket that gets it once. */
export interface Pass {
  readonly kind: 'token' | 'ticket'
  readonly text: string
}

interface Page {
  readonly location: Pick<Location, 'hash'>
  readonly history: Pick<History, 'replaceState'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * The page's pass: it comes in the address once and leaves the address bar, so that neither the history nor a
 * picture of the screen keeps it. A token is kept in this tab's storage, for a reload.
 */
export function takePass({ location, history, sessionStorage }: Page): Pass | undefined {
  const [, kind, text] = IN_ADDRESS.exec(location.hash) ?? []
  if (text === undefined) {
    const kept = sessionStorage.getItem(KEY)
    return kept === null ? undefined : { kind: 'token', text: kept }
  }
  history.replaceState(null, '', '#/people')
  if (kind === 'ticket') return { kind, text }
  keepToken(sessionStorage, text)
  return { kind: 'token', text }
}

export function keepToken(storage: Pick<Storage, 'setItem'>, token: string): void {
  storage.setItem(KEY, token)
}
